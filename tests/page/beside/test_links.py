"""A link leads to the web and nowhere else."""

from __future__ import annotations

import pytest

from qa.page.beside import links
from tests.page import examples
from tests.page.beside.drawn import header
from tests.page.reading_html import Read


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//host/x",
        "",
        "http://[",
        "file:///etc",
    ],
)
def test_no_link_is_made_of_other_schemes(address: str) -> None:
    assert links.web_address(address) is None
    assert "<a" not in header(examples.document(url=address))


def test_a_web_address_becomes_a_link_that_cannot_break_out() -> None:
    html = header(examples.document(url='https://example.org/?a="><script>'))
    found = [a for tag, a, _ in Read(html).elements if tag == "a"]
    assert [a["href"] for a in found] == ['https://example.org/?a="><script>']
    assert found[0]["rel"] == "noopener noreferrer"
