"""What a web page says of itself: its meta elements (Highwire's citation_*, Dublin Core, Open Graph),
JSON-LD, title, canonical address and language, as Metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from qa.reading.described import described, one_line
from qa.reading.safexml import local_name
from qa.types import Metadata

_TITLES = (
    "citation_title",
    "dc.title",
    "dcterms.title",
    "eprints.title",
    "bepress_citation_title",
    "og:title",
)
_CREATORS = (
    "citation_author", "dc.creator", "dcterms.creator", "eprints.creators_name", "bepress_citation_author",
    "author", "article:author", "parsely-author",
)  # fmt: skip
_DATES = (
    "citation_publication_date", "citation_date", "citation_online_date", "dc.date.issued", "dcterms.issued",
    "dc.date", "dcterms.date", "dcterms.created", "article:published_time", "datepublished", "date",
    "pubdate",
)  # fmt: skip
_MORE = {
    "container-title": ("citation_journal_title", "citation_inbook_title", "citation_book_title",
                        "citation_conference_title", "og:site_name"),
    "volume": ("citation_volume",),
    "issue": ("citation_issue",),
    "publisher": ("citation_publisher", "dc.publisher", "dcterms.publisher"),
    "DOI": ("citation_doi",),
    "ISBN": ("citation_isbn",),
    "ISSN": ("citation_issn",),
    "language": ("citation_language", "dc.language", "dcterms.language"),
    "archive": ("citation_archive",),
}  # fmt: skip
_KINDS = (
    ("citation_journal_title", "article-journal"),
    ("citation_conference_title", "paper-conference"),
    ("citation_inbook_title", "chapter"),
    ("citation_dissertation_institution", "thesis"),
    ("citation_technical_report_institution", "report"),
)
_ARTICLES = frozenset(
    "article newsarticle blogposting scholarlyarticle report webpage techarticle book letter".split()
)
MAX_JSON = 1_000_000
_SITE = re.compile(r"\s+[|–—·»]\s+|\s+-\s+")


def web_metadata(name: str, tree: Any, *, heading: str, url: str | None = None) -> Metadata:
    """Metadata of the page called ``name``: ``tree`` is its root element, ``heading`` its first heading,
    ``url`` where it was saved from, as far as that is known from elsewhere."""
    said = dict(_meta(tree))
    linked = _linked(tree)

    def first(keys: tuple[str, ...]) -> str:
        return next((said[key][0] for key in keys if said.get(key)), "")

    titles = [one_line("".join(e.itertext())) for e in tree.iter() if local_name(e) == "title"]
    more = {key: first(keys) for key, keys in _MORE.items()}
    kind = next((kind for key, kind in _KINDS if said.get(key)), "")
    if not kind:
        kind = "article-newspaper" if linked.get("kind") == "newsarticle" else "webpage"
    pages = [first((key,)) for key in ("citation_firstpage", "citation_lastpage")]
    more["page"] = "–".join(page for page in pages if page)
    more["language"] = more["language"] or tree.get("lang") or tree.get(_XML_LANG) or ""
    more["container-title"] = more["container-title"] or linked.get("site", "")
    authors = (said.get(key, []) for key in _CREATORS)
    named = next((names for names in authors if names and not _is_url(names[0])), [])
    address = (
        url or _canonical(tree) or first(("og:url", "citation_public_url", "citation_abstract_html_url"))
    )
    return described(
        name,
        kind,
        title=first(_TITLES) or linked.get("title") or _page_title(titles, heading),
        creators=named or linked.get("creators", []),
        date=first(_DATES) or linked.get("date"),
        url=address if address and _is_url(address) else None,
        said={key: value for key, value in more.items() if key != "language" or _is_language(value)},
    )


_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _meta(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter():
        if local_name(element) == "meta":
            key = element.get("name") or element.get("property") or element.get("itemprop") or ""
            words = one_line(element.get("content"))
            if key and words:
                found.setdefault(key.strip().lower().replace("dc:", "dc."), []).append(words)
    return found


def _canonical(tree: Any) -> str:
    for element in tree.iter():
        if local_name(element) == "link" and "canonical" in (element.get("rel") or "").lower().split():
            return (element.get("href") or "").strip()
    return ""


def _is_url(words: str) -> bool:
    try:
        return urlsplit(words).scheme in ("http", "https")
    except ValueError:
        return False


def _is_language(words: str) -> bool:
    return re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", words) is not None


def _page_title(titles: list[str], heading: str) -> str:
    """The page's title; without the site's name where what is left is the heading."""
    title = titles[0] if titles else ""
    if heading and heading in _SITE.split(title):
        return heading
    return title or heading


def _linked(tree: Any) -> dict[str, Any]:
    """Title, creators, date, site and kind from JSON-LD: the first article that it describes."""
    for element in tree.iter():
        if local_name(element) != "script" or "ld+json" not in (element.get("type") or "").lower():
            continue
        words = element.text or ""
        try:
            held = json.loads(words) if len(words) <= MAX_JSON else None
        except (ValueError, RecursionError):
            continue
        for item in _items(held):
            kinds = {str(kind).lower() for kind in _listed(item.get("@type"))}
            title = item.get("headline") or item.get("name")
            if kinds & _ARTICLES and isinstance(title, str):
                site = item.get("publisher") if "newsarticle" in kinds else None
                date = item.get("datePublished")
                return {
                    "title": one_line(title),
                    "creators": _names(item.get("author")),
                    "date": date if isinstance(date, str) else None,
                    "site": next(iter(_names(site)), ""),
                    "kind": "newsarticle" if "newsarticle" in kinds else "",
                }
    return {}


def _items(held: Any) -> Iterator[dict[str, Any]]:
    for item in _listed(held):
        if isinstance(item, dict):
            yield item
            yield from (each for each in _listed(item.get("@graph")) if isinstance(each, dict))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _names(value: Any) -> list[str]:
    said = [each.get("name") if isinstance(each, dict) else each for each in _listed(value)]
    return [one_line(name) for name in said if isinstance(name, str) and name.strip() and not _is_url(name)]
