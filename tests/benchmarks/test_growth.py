"""Costs that grow as is known, fitted and drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.growth import drawn, fitted

SVG = "{http://www.w3.org/2000/svg}"


def test_a_power_of_the_size_is_found() -> None:
    found = fitted([(n, 0.5 * n**1.5) for n in (1_000, 10_000, 26_000)])
    assert found is not None
    assert found.factor == pytest.approx(0.5)
    assert found.power == pytest.approx(1.5)
    assert found.error == pytest.approx(1)
    assert found.at(100) == pytest.approx(500)
    rough = fitted([(1, 1), (10, 20), (100, 100)])
    assert rough is not None
    assert rough.power == pytest.approx(1)
    assert 1.5 < rough.error < 2


def test_what_cannot_be_fitted() -> None:
    assert fitted([]) is None
    assert fitted([(10, 1), (10, 2)]) is None
    with pytest.raises(ValueError, match="not above 0"):
        fitted([(10, 0), (20, 1)])


def test_a_panel_for_each_cost_and_a_line_for_each_program() -> None:
    lines = {"ibid <1>": [(1_000, 3.0), (26_000, 70.0)], "script": [(1_000, 2.0)]}
    picture = ElementTree.fromstring(
        drawn({"seconds": lines, "disk": {"ibid <1>": [(10, 1)]}, "none": {}}, "n")
    )
    words = [text.text for text in picture.iter(f"{SVG}text")]
    assert {"seconds", "disk", "ibid <1>", "script", "1,000", "100,000"} <= set(words)
    dots = list(picture.iter(f"{SVG}circle"))
    assert len(dots) == 4
    width, height = (float(picture.attrib[side]) for side in ("width", "height"))
    assert all(0 < float(dot.attrib["cx"]) < width and 0 < float(dot.attrib["cy"]) < height for dot in dots)
    first, second = dots[:2]
    assert float(first.attrib["cx"]) < float(second.attrib["cx"])
    assert float(first.attrib["cy"]) > float(second.attrib["cy"]), "what costs more stands higher"
