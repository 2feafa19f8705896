"""A TEI file as XML: its elements and entities, and nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qa.errors import UnreadableFile

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def parse(path: Path, data: bytes, encoding: str | None = None) -> Any:
    """The root element of an XML file, its entities left as they are written and nothing fetched. Raises
    UnreadableFile where it is not well-formed, with the line."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
        encoding=encoding,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        what = str(error.msg or "not well-formed").split(", line ")[0].rstrip(".")
        raise UnreadableFile(
            str(path),
            f"is not well-formed XML: line {error.lineno}: {what}.",
            "Mend that line, or fetch the file again.",
        ) from error
    except LookupError as error:
        raise UnreadableFile(str(path), f"cannot be read as {encoding}: no such encoding.") from error


MAX_ENTITY = 200
"""Characters of an entity that stands for a letter, a sign or a name."""


def entities(path: Path, root: Any) -> dict[str, str]:
    """What the entities that a file declares stand for. Raises UnreadableFile where one reaches outside
    the file, holds another or is long: that is how a small file becomes a large one, or reads another."""
    declared = root.getroottree().docinfo.internalDTD
    found: dict[str, str] = {}
    for entity in () if declared is None else declared.iterentities():
        content = entity.content or ""
        if entity.system_url or "&" in content or "<" in content or len(content) > MAX_ENTITY:
            raise UnreadableFile(
                str(path),
                f'was not read: it declares an entity ("{str(entity.name)[:40]}") that reaches outside the '
                "file or multiplies.",
                "Do not trust it, or put the words in its place and add it again.",
            )
        found[str(entity.name)] = content
    return found


def local_name(element: Any) -> str | None:
    """The name of an element without its namespace; None for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else None


def page_label(element: Any) -> str | None:
    """The printed number of a page break, without the brackets of a number that is not printed."""
    label = (element.get("n") or "").strip().strip("[]").strip()
    return label or None
