"""Lists of CSL-JSON items."""

from __future__ import annotations

import json

import pytest

from qa.reading.catalogue.csljson import read_csl_json
from qa.reading.catalogue.entry import UnreadableList

ITEM = {
    "id": "http://zotero.org/users/1/items/AB",
    "citation-key": "litvinov1945",
    "type": "personal_communication",
    "title": "On Geneva: a very long title that a file system would not hold to its end, and so it is cut",
    "author": [{"family": "Litvinov", "given": "Maxim"}, {"family": "Maisky", "given": "Ivan"}],
    "issued": {"date-parts": [["1945", 11, 22]]},
    "system_id": "zotero|1",
}


def test_items_and_the_names_of_their_files() -> None:
    (entry,) = read_csl_json(json.dumps([ITEM])).entries
    assert "id" not in entry.said
    assert "system_id" not in entry.said
    assert entry.said["author"] == ITEM["author"]
    assert "litvinov1945" in entry.names
    assert any(name.startswith("litvinovandmaisky1945ongenevaavery") for name in entry.names)


def test_what_is_not_an_item_is_told_and_the_rest_is_read() -> None:
    found = read_csl_json(json.dumps([ITEM, "x", {"title": 3, "type": "book"}]))
    assert len(found.entries) == 2
    assert found.entries[1].said == {"type": "book"}
    assert found.troubles == ["item 2 is not a CSL-JSON item."]


@pytest.mark.parametrize("author", [3, "x", {"family": "x"}, [{"family": 3}, {"literal": ["x"]}, None]])
def test_odd_persons_are_no_harm(author: object) -> None:
    (entry,) = read_csl_json(json.dumps([{"type": "book", "title": "On Geneva", "author": author}])).entries
    assert entry.said["title"] == "On Geneva"
    assert any(name.endswith("ongeneva") for name in entry.names)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1},\n{"b": }]', "line 2"),
        ("{}", "list"),
        ("[" * 200_000, "deeply|line"),
        ("[" + "9" * 5_000 + "]", "digits"),
    ],
)
def test_what_is_no_list(text: str, said: str) -> None:
    with pytest.raises(UnreadableList, match=said):
        read_csl_json(text)
