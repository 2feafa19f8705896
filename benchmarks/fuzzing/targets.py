"""What inputs are given to: every reader, every form of an evaluation set, the question, the page's tools for
programs, saved answers, lists of metadata, drafts, backups.

A target takes the bytes of an input, raises IbidError where the program refuses it in plain words, and gives
a signature of what came of it otherwise: inputs with a new one are spoilt further. Everything else that is
raised is a mistake of the program.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from qa.errors import IbidError, UnreadableFile
from qa.types import Document
from tests.encoders import HashEncoder
from tests.reading.samples import samples

WORDS = (
    "The Soviet note of 7 June 1961.", "Протест «Нота» № 4, Москва", "e\u0301 \u05d0\u05d1 \u200b end",
    "He asked Mr. Litvinov: “When?” The\u00a0answer – none – came on 3 May.",
)  # fmt: skip

Try = Callable[[bytes], str]


class Wrong(Exception):
    """Something was accepted and is not as it must be."""


@dataclass(frozen=True, slots=True)
class Target:
    """``shape`` says how inputs are spoilt: "text", "zip" or "json"."""

    seeds: tuple[bytes, ...]
    attempt: Try
    shape: str = "text"


Make = Callable[[Path], Target]
"""A target that may use a folder of its own."""


# -- readers ------------------------------------------------------------------------------------------


def _reader(names: tuple[str, ...], shape: str, _folder: Path) -> Target:
    made = samples(WORDS) | _pictures(names)
    suffix = Path(names[0]).suffix
    return Target(tuple(made[name] for name in names), partial(_read, suffix), shape)


def _read(suffix: str, data: bytes) -> str:
    from qa.reading import FORMATS

    name = f"box/a{suffix}"
    reading = FORMATS[suffix](Path(name), name, data, None)
    if len({each.name for each in reading.documents}) < len(reading.documents):
        raise Wrong("two documents of one name")
    kinds: set[str] = set()
    for document in reading.documents:
        sound(document)
        kinds |= {mark.kind for mark in document.marks}
    return f"{min(len(reading.documents), 9)} {sorted(kinds)} {len(reading.warnings)}"


def sound(document: Document) -> None:
    """Sees that marks, passages, pages and layout of a document fit its text. Raises Wrong."""
    from qa.reading import pages_of
    from qa.reading.layout import boxes_of
    from qa.splitting import passages

    text = document.text
    at = (0, 0)
    for mark in document.marks:
        if not 0 <= mark.start <= mark.end <= len(text) or (mark.start, mark.end) < at:
            raise Wrong(f"a mark out of place: {mark}")
        at = mark.start, mark.end
    for passage in passages(document):
        if passage.text != text[passage.start : passage.end] or not passage.text:
            raise Wrong(f"a passage that is not its slice: {passage}")
        pages_of(document, passage.start, passage.end)
        boxes_of(document, passage.start, passage.end)
    json.dumps(dict(document.metadata.csl))


def _pictures(names: tuple[str, ...]) -> dict[str, bytes]:
    if not {"a.png", "a.tif"} & set(names):
        return {}
    import PIL.Image
    import PIL.ImageDraw

    image = PIL.Image.new("L", (420, 120), 255)
    PIL.ImageDraw.Draw(image).text((10, 40), "The note of June.", 0, font_size=28)
    made = {}
    for name, kind in (("a.png", "PNG"), ("a.tif", "TIFF"), ("a.jpg", "JPEG"), ("a.webp", "WEBP")):
        out = io.BytesIO()
        image.save(out, kind)
        made[name] = out.getvalue()
    return made


# -- what is said of files ----------------------------------------------------------------------------


def _sidecar(folder: Path) -> Target:
    from qa.reading.sidecar import SUFFIX, with_sidecar

    path = folder / "a.txt"
    beside = folder / f"a.txt{SUFFIX}"
    document = Document("a.txt", "Words.")

    def attempt(data: bytes) -> str:
        beside.write_bytes(data)
        (found,) = with_sidecar(path, (document,))
        return f"{sorted(found.metadata.csl)} {_cited(found)}"

    return Target((json.dumps(ITEM).encode(), json.dumps([ITEM]).encode()), attempt, "json")


ITEM: dict[str, Any] = {
    "id": "x", "type": "book", "title": "On Geneva", "URL": "https://e.org/1", "volume": "3", "page": "7-32",
    "author": [{"family": "Litvinov", "given": "Maxim"}, {"literal": "Department of State"}],
    "issued": {"date-parts": [[1945, 11, 22]]}, "container-title": "Review", "publisher-place": "Moscow",
    "archive": "National Archives", "custom": {"a": "b"}, "file": "files/1/a.txt",
}  # fmt: skip


def _list(name: str, shape: str, folder: Path) -> Target:
    """A list of metadata beside a file that it speaks of."""
    from qa.reading.catalogue import Catalogue, listing
    from qa.reading.sidecar import with_said

    listing.HERE = listing.LARGEST  # in this process, whose time and memory are counted
    (folder / "a.txt").write_text("Words.")

    def attempt(data: bytes) -> str:
        (folder / name).write_bytes(data)
        catalogue = Catalogue()
        about = catalogue.about(folder / "a.txt", folder)
        for trouble in catalogue.troubles:
            if "could not be read (" in trouble:
                raise Wrong(trouble)
        documents: tuple[Document, ...] = (Document("a.txt", "Words."),)
        for each in about.said:
            documents = with_said(documents, each)
        cited = _cited(documents[0]) if about.said else ""
        if catalogue.troubles and not about.said:
            raise UnreadableFile(name, catalogue.troubles[0])
        return f"{len(about.said)} {cited} {len(catalogue.troubles)}"

    return Target((_lists()[name],), attempt, shape)


def _cited(document: Document) -> str:
    """Whether a citation of a document can be made."""
    from qa.citing import cite

    return "cited" if cite(document.metadata.csl) else "not cited"


def _lists() -> dict[str, bytes]:
    from tests.reading.catalogue.test_bibtex import ZOTERO
    from tests.reading.catalogue.test_ris import ARTICLE, LETTER

    item = ITEM | {"note": "files/1/a.txt"}
    table = (
        "file,title,date,sender,recipient,box,url\r\na.txt,A letter,22 November 1945,Litvinov,Harriman,3,"
        "https://e.org/1\r\nb.txt,Another,1945~,,,,\r\n"
    )
    return {
        "metadata.csv": table.encode(),
        "a.bib": ZOTERO.replace("files/12/Name\\_a.pdf", "a.txt").encode(),
        "a.ris": (LETTER.replace("files/12/Litvinov.pdf", "a.txt") + ARTICLE).encode(),
        "references.json": json.dumps([item, {"type": "book", "title": "a"}]).encode(),
    }


# -- evaluation sets ----------------------------------------------------------------------------------


def _set(name: str, shape: str, folder: Path) -> Target:
    load = _load_set_here()

    def attempt(data: bytes) -> str:
        (folder / name).write_bytes(data)
        return _loaded(load(folder / name))

    return Target((_sets(folder)[name],), attempt, shape)


def _set_folder(kind: str, folder: Path) -> Target:
    """A set of several files, as the parts of an archive: so each of them is spoilt."""
    from tests.evaluation.sets import toys
    from tests.evaluation.sets.test_trec import pair

    load = _load_set_here()
    sample = folder / "sample"
    if kind == "beir":
        toys.beir(sample)
    else:
        sample.mkdir()
        pair(sample)
    names = [path.relative_to(sample).as_posix() for path in sorted(sample.rglob("*")) if path.is_file()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.write(sample / name, name)

    def attempt(data: bytes) -> str:
        place = folder / "set"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except Exception as error:
            raise UnreadableFile("set", "no archive") from error
        with archive:
            for name in names:
                try:
                    part = archive.read(name)
                except Exception:
                    continue
                (place / name).parent.mkdir(exist_ok=True)
                (place / name).write_bytes(part)
        return _loaded(load(place))

    return Target((out.getvalue(),), attempt, "zip")


def _load_set_here() -> Callable[[Path], Any]:
    """What loads a set in this process, whose time and memory are counted."""
    from qa.evaluation.sets import load, source

    source.HERE = 1 << 40
    return load


def _loaded(found: Any) -> str:
    texts = list(found.corpus.documents()) if found.corpus is not None else []
    for question in found.questions:
        json.dumps([question.id, question.question]).encode()
    return f"{min(len(found.questions), 9)} {len(texts)} {min(len(found.problems), 9)}"


def _sets(folder: Path) -> dict[str, bytes]:
    from tests.evaluation.sets.toys import squad

    line = {
        "id": "k1", "question": "Where is Normandy?", "kind": "fact", "style": "far", "after": ["Who?"],
        "evidence": [{"document": "a/d1", "quote": "In France."}, {"document": "b", "pages": "7"}],
        "answer": "France",
    }  # fmt: skip
    lines = [line, {"id": "k2", "question": "What of Mars?", "evidence": []}]
    table = (
        "id,question,document,quote,answer,after\r\n1,Where?,a.txt,In France.,France,Who? | When?\r\n"
        "2,What?,,,,\r\n"
    )
    made = squad(folder / "sample.json").read_bytes()
    return {
        "set.jsonl": "\n".join(map(json.dumps, lines)).encode(),
        "squad.json": made,
        "set.csv": table.encode(),
        "set.txt": json.dumps(lines).encode(),
    }


# -- what is asked ------------------------------------------------------------------------------------


def _assistant(folder: Path) -> Any:
    """The seeds and two made-up papers, without models: what comes in is tried here, not what is found."""
    from qa import adding
    from qa.assistant import Assistant
    from qa.evidence.model import EvidenceModel
    from qa.library.embedded import EmbeddedLibrary

    papers = folder / "papers"
    papers.mkdir()
    for name, data in samples(WORDS).items():
        if name in ("a.txt", "a.md", "a.docx", "frus.xml"):
            (papers / name).write_bytes(data)
    encoder = HashEncoder()
    library = EmbeddedLibrary(
        folder / "library", model=encoder.name, dimension=encoder.dimension, create=True
    )
    report = adding.add(library, encoder, [adding.seeds(), papers])
    if report.failed:
        raise Wrong(str(report.failed))
    return Assistant(library, encoder, evidence=EvidenceModel(folder / "none"))


QUESTIONS = (
    "Which countries came under renewed pressure for bases?", "Who was Subasic?", "What did he say on 3 May?",
    "Что ответил Литвинов в ноябре 1945 г.?", "when?", '"renewed pressure" AND -bases (1945) title:note^2',
)  # fmt: skip


def _question(folder: Path) -> Target:
    assistant = _assistant(folder)
    from qa.receipts import answer_to_dict

    def attempt(data: bytes) -> str:
        words = data.decode("utf-8", "surrogatepass" if data.isascii() else "replace")
        if data[:1] == b"\xed" or b"\xed\xa0" in data:
            words = data.decode("utf-8", "surrogateescape")
        answer = assistant.ask(words, after=(words[::-1],) if len(words) % 3 == 0 else ())
        json.dumps(answer_to_dict(answer), ensure_ascii=False).encode("utf-8", "surrogatepass")
        texts: dict[str, str] = {}
        for quote in (*answer.quotes, *answer.nearest):
            text = texts.setdefault(quote.document, assistant.library.document(quote.document).text)
            if text[quote.start : quote.end] != quote.text:
                raise Wrong("a quote that is not its slice")
        return f"{answer.answered} {len(answer.quotes)} {len(answer.nearest)} {min(len(words) // 50, 9)}"

    return Target(tuple(each.encode() for each in QUESTIONS), attempt)


def _api(folder: Path) -> Target:
    from qa.page.serve import api
    from qa.page.serve.opening import Opening
    from qa.page.serve.tools import Tools

    assistant = _assistant(folder)
    tools = Tools(Opening.done(assistant))

    async def run(work: Callable[[], Any]) -> Any:
        return work()

    names = ("ask", "documents", "document", "concordance", "check_draft", "verify")
    offered = {name: api.offered(getattr(tools, name), run) for name in names}
    import inspect

    defaults = {
        name: {
            each.name: each.default for each in inspect.signature(getattr(tools, name)).parameters.values()
        }
        for name in names
    }
    asked = tools.ask(QUESTIONS[0])
    seeds = [
        {"tool": "ask", "arguments": {"question": QUESTIONS[0], "after": ["Who?"], "limit": 5,
                                      "documents": ["a.txt"], "date_from": "1945-11", "confidence": 0.1}},
        {"tool": "documents", "arguments": {"words": "note", "sender": "L", "type": "letter",
                                            "date_from": "1945", "date_to": "1945-12-31", "limit": 10}},
        {"tool": "document", "arguments": {"name": "a.txt", "start": 3, "end": 90}},
        {"tool": "concordance", "arguments": {"words": "pressur* for", "stems": True, "variants": True,
                                              "where": "text", "order": "left", "date_to": "1946"}},
        {"tool": "check_draft", "arguments": {"text": DRAFT, "name": "d.md", "style": "apa"}},
        {"tool": "verify", "arguments": {"answers": [json.loads(json.dumps(asked))]}},
    ]  # fmt: skip

    def attempt(data: bytes) -> str:
        try:
            call = json.loads(data)
            name, given = str(call["tool"]), dict(call["arguments"])
            values = [given.get(key, default) for key, default in defaults[name].items()]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UnreadableFile("call", "not a call") from error  # Gradio's own affair
        try:
            told = asyncio.run(offered[name](None, *values))
        except api.Refused as error:
            raise IbidError(str(error)) from error
        return f"{name} {min(len(told) // 500, 20)}"

    return Target(tuple(json.dumps(seed).encode() for seed in seeds), attempt, "json")


# -- receipts and drafts ------------------------------------------------------------------------------


def _receipts(folder: Path) -> Target:
    from qa import receipts
    from qa.cli.checking import _saved

    assistant = _assistant(folder)
    answers = [receipts.answer_to_dict(assistant.ask(question)) for question in QUESTIONS[:2]]
    file = folder / "saved.json"

    def attempt(data: bytes) -> str:
        file.write_bytes(data)
        saved = _saved(str(file))
        checks = receipts.verify(saved, sources=assistant.library.sources())
        for answer in saved if isinstance(saved, list) else [saved]:
            receipts.answer_from_dict(answer)
        return f"{sorted({check.status for check in checks})} {min(len(checks), 9)}"

    return Target((json.dumps(answers).encode(), json.dumps(answers[0]).encode()), attempt, "json")


DRAFT = (
    "# A chapter\n\nThe note says “renewed pressure for bases,”[^1] and he “asked Mr. Litvinov” in 1945 "
    "(p. 7).\n\n"
    "> The Soviet note of 7 June 1961. Протест\n\n[^1]: Telegram, 22 November 1945, p. 921.\n"
)


def _draft(name: str, shape: str, folder: Path) -> Target:
    from qa.draft import Checker, as_dict, as_markdown, read_draft

    checker = Checker(_assistant(folder).library)
    made = samples((DRAFT, *WORDS)) | {"draft.md": DRAFT.encode()}

    def attempt(data: bytes) -> str:
        if len(data) > 40_000:  # as long as a chapter: its time grows with its quotations
            raise UnreadableFile(name, "too long to be tried")
        (folder / name).write_bytes(data)
        checked = checker.check(read_draft(folder / name))
        json.dumps(as_dict(checked), ensure_ascii=False).encode()
        as_markdown(checked)
        return str(sorted({check.verdict for check in checked.checks}))

    return Target((made[name],), attempt, shape)


# -- backups ------------------------------------------------------------------------------------------


def _backup(folder: Path) -> Target:
    from qa.library import backup, doctor, open_library
    from qa.reading import apart
    from tests.library.shelf import filled

    def here(_path: Path, module: str, function: str, *arguments: Any, **_named: Any) -> Any:
        return getattr(import_module(module), function)(*arguments)

    apart.call = here  # type: ignore[assignment]  # this process's time and memory are counted
    library = filled(folder / "library")
    library.flush()
    library.close()
    (folder / "library" / "marks.jsonl").write_text('{"id": "m1"}\n')
    backup.back_up(folder / "library", folder / "sound.zip")
    file, place = folder / "a.zip", folder / "place"

    def attempt(data: bytes) -> str:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        before = sorted(folder.iterdir())
        file.write_bytes(_summed(data) if len(data) % 4 else data)
        try:
            made = backup.restore(file, place / "new")
        except IbidError:
            if any(place.iterdir()):
                raise Wrong("something was left of what was refused") from None
            raise
        finally:
            if sorted(folder.iterdir()) != sorted({*before, file}):
                raise Wrong("it led out of its folder")
        json.dumps(asdict(made))
        report = doctor.examine(place / "new", mend=False)
        texts = []
        if report.is_well:
            restored = open_library(place / "new", model="hash", create=False)
            try:
                texts = [restored.document(each.name).text for each in restored.documents()]
            finally:
                restored.close()
        return f"{min(made.files, 9)} {[finding.how for finding in report.findings]} {min(len(texts), 9)}"

    return Target(((folder / "sound.zip").read_bytes(),), attempt, "zip")


def _summed(data: bytes) -> bytes:
    """A backup with the checksums of its parts as they are now: else no part that is spoilt would be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(parts.pop("manifest.json"))
        for name, about in manifest["checksums"].items():
            if name in parts:
                about.update(sha256=hashlib.sha256(parts[name]).hexdigest(), size=len(parts[name]))
        parts["manifest.json"] = json.dumps(manifest).encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
    except Exception:  # what is no backup stays none
        return data
    return out.getvalue()


TARGETS: dict[str, Make] = {
    "text": partial(_reader, ("a.txt", "utf16.txt", "record.txt", "telegram.txt"), "text"),
    "markdown": partial(_reader, ("a.md",), "text"),
    "csv": partial(_reader, ("a.csv",), "text"),
    "tsv": partial(_reader, ("a.tsv",), "text"),
    "jsonl": partial(_reader, ("a.jsonl",), "json"),
    "tei": partial(_reader, ("a.xml", "frus.xml"), "text"),
    "html": partial(_reader, ("a.html",), "text"),
    "xhtml": partial(_reader, ("a.xhtml",), "text"),
    "mhtml": partial(_reader, ("a.mht",), "text"),
    "docx": partial(_reader, ("a.docx",), "zip"),
    "odt": partial(_reader, ("a.odt",), "zip"),
    "epub": partial(_reader, ("a.epub",), "zip"),
    "pdf": partial(_reader, ("a.pdf",), "text"),
    "picture": partial(_reader, ("a.png", "a.tif", "a.jpg", "a.webp"), "text"),
    "sidecar": _sidecar,
    "metadata.csv": partial(_list, "metadata.csv", "text"),
    "bibtex": partial(_list, "a.bib", "text"),
    "ris": partial(_list, "a.ris", "text"),
    "csl-json": partial(_list, "references.json", "json"),
    "set-jsonl": partial(_set, "set.jsonl", "json"),
    "set-squad": partial(_set, "squad.json", "json"),
    "set-csv": partial(_set, "set.csv", "text"),
    "set-json": partial(_set, "set.txt", "json"),
    "set-beir": partial(_set_folder, "beir"),
    "set-trec": partial(_set_folder, "trec"),
    "question": _question,
    "api": _api,
    "receipts": _receipts,
    "draft-markdown": partial(_draft, "draft.md", "text"),
    "draft-docx": partial(_draft, "a.docx", "zip"),
    "draft-odt": partial(_draft, "a.odt", "zip"),
    "draft-html": partial(_draft, "a.html", "text"),
    "backup": _backup,
}
"""What is tried, by name."""
