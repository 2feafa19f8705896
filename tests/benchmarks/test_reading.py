"""The files that reading is timed on hold what they are said to hold, and the table has a line for each."""

import re
from pathlib import Path

import pytest

from benchmarks.reading import FORMATS, main, paragraphs
from qa.reading import read
from qa.splitting import clean


@pytest.mark.parametrize("suffix", [suffix for suffix in FORMATS if suffix != ".png"])
def test_both_read_all_that_was_put_into_a_file(tmp_path: Path, suffix: str) -> None:
    make, bares = FORMATS[suffix]
    wanted = paragraphs(1, 40)
    path = tmp_path / f"0{suffix}"
    make(path, wanted)
    documents = read(path, path.name).documents
    text = " ".join(clean(document, 0, len(document.text)) for document in documents)
    if suffix in (".csv", ".jsonl"):
        wanted = paragraphs(len(path.stem), 200)
        assert len(documents) == 200
    assert all(paragraph in text for paragraph in wanted)
    first = re.sub(r"\W+", " ", wanted[0])[:40]
    for bare in bares.values():
        assert first in re.sub(r"(?:\W|\\n)+", " ", str(bare(path)))


def test_each_library_alone_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    main([".jsonl", "--seconds", "0"])
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["MB/s", "documents/s", "alone:", "MB/s", "documents/s", "ratio"]
    assert re.fullmatch(r"\.jsonl +8 +[\d.]+ MB +[\d.]+ +[\d.]+ +json +[\d.]+ +[\d.]+ +[\d.]+ ×", line)
    with pytest.raises(SystemExit, match=r"\.xyz is not one of"):
        main([".xyz"])
