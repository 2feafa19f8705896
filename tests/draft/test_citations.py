"""What a printed citation names."""

from __future__ import annotations

import time

import pytest

from qa.draft.citations import is_ibid, named, spelled


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("FRUS, p. 921", {"921"}),
        ("pp. 921–23", {"921", "922", "923"}),
        ("pp. 9, 12–13", {"9", "12", "13"}),
        ("p. 921n7", {"921"}),
        ("p. xiv", {"xiv"}),
        ("p. B-3", {"b-3"}),
        ("с. 15", {"15"}),
        ("S. 15f.", {"15"}),
        ("doc. 30", set()),
    ],
)
def test_pages(text: str, pages: set[str]) -> None:
    assert named(text).pages == pages


def test_a_long_range_is_an_extent_and_no_place() -> None:
    assert spelled("7–432") == {"7", "432"}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("22 November 1945", {"1945-11-22"}),
        ("Nov. 22, 1945", {"1945-11-22"}),
        ("1945-11-22", {"1945-11-22"}),
        ("22.11.1945", {"1945-11-22"}),
        ("22 ноября 1945", {"1945-11-22"}),
        ("November 1945", {"1945-11"}),
        ("1945", set()),
    ],
)
def test_dates(text: str, dates: set[str]) -> None:
    assert named(text).dates == dates


def test_numbers_volumes_and_names() -> None:
    made = named(
        "“Telegram,” in FRUS, 1961–1963, vol. VI, document 28, p. 79, "
        "https://history.state.gov/historicaldocuments/frus1961-63v06/d28."
    )
    assert made.numbers == {"28"}
    assert made.volumes == {6}
    assert "frus1961-63v06/d28" in made.names
    assert named("FRUS 1945, V, 921.").bare == {"921"}
    assert named("№ 7; Nos. 8").numbers == {"7", "8"}


@pytest.mark.parametrize("sign", ["/", "a/", "1,", "(", "x", "i", "p. 1-", "5 May "])
def test_long_ones_take_no_time(sign: str) -> None:
    text = "22 November 1945, " + sign * 200_000
    began = time.process_time()
    found = named(text)
    assert time.process_time() - began < 0.5
    assert "1945-11-22" in found.dates


@pytest.mark.parametrize("text", ["Ibid., 922.", "ibid", "Там же, с. 5", "Ebd., S. 3", "See ibid., 4"])
def test_what_points_back(text: str) -> None:
    assert is_ibid(text)


def test_a_name_that_only_begins_so_does_not_point_back() -> None:
    assert not is_ibid("Idaho Papers, 5")
