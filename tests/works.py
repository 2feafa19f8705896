"""Works as CSL-JSON that several tests cite."""

from __future__ import annotations

from typing import Any

LETTER: dict[str, Any] = {
    "type": "chapter",
    "title": "Letter From President Kennedy to Chairman Khrushchev",
    "container-title": "Foreign Relations of the United States, 1961–1963",
    "volume": "VI",
    "volume-title": "Kennedy-Khrushchev Exchanges",
    "editor": [{"family": "Sampson", "given": "Charles S."}],
    "publisher": "United States Government Printing Office",
    "publisher-place": "Washington",
    "issued": {"date-parts": [[1996]]},
    "original-date": {"date-parts": [[1961, 2, 22]]},
    "number": "7",
    "URL": "https://history.state.gov/historicaldocuments/frus1961-63v06/d7",
}
