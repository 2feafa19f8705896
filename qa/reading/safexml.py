"""XML out of files that anybody may have made: no entity is expanded, nothing outside is fetched."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile


def parse_xml(path: Path, data: bytes, where: str) -> Any:
    """The root element of ``data``, which is the part ``where`` of the file at ``path``, without comments
    and processing instructions.

    Raises UnreadableFile where it is not well-formed, or declares entities of its own: no program that
    writes documents does, and they are how a small file becomes a large one, or reads another file."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        what = str(error.msg or "not well-formed").split(", line ")[0].rstrip(".")
        if "entit" in what.lower() and b"<!ENTITY" in data:
            raise _entities(path, where) from error
        raise UnreadableFile(
            str(path), f"is damaged: {where}, line {error.lineno}: {what}.", "Fetch or save it again."
        ) from error
    document_type: Any = root.getroottree().docinfo.internalDTD
    if document_type is not None and any(True for _ in document_type.iterentities()):
        raise _entities(path, where)
    return root


def _entities(path: Path, where: str) -> UnreadableFile:
    return UnreadableFile(
        str(path), f"was not read: {where} declares entities of its own.", "Do not trust it, or save it anew."
    )


def local_name(element: Any) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def attribute(element: Any, name: str) -> str | None:
    """An attribute in the element's own namespace; None where it is not set, or there is no element."""
    if element is None:
        return None
    found: str | None = element.get(f"{element.tag.rpartition('}')[0]}}}{name}")
    return found


def child(element: Any, *names: str) -> Any:
    """The element below ``element`` by a path of local names, the first of each; None without it."""
    for name in names:
        if element is None:
            return None
        element = next((each for each in element if local_name(each) == name), None)
    return element
