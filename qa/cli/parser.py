"""The command line: commands, options, and what `--help` says. Nothing heavy is imported before a command
is known, so that help and mistakes are answered at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from qa.cli import evaluation_options, finding_options

_EXAMPLES = """\
examples:
  qa ask "What did Litvinov tell Harriman at the theatre?"
  qa ask --after "What did Litvinov tell Harriman at the theatre?" "Was he pessimistic?"
  qa add ~/archive/frus            read and index a folder; run it again for what is new or changed
  qa edit LETTER --set sender="Litvinov, Maxim" --set date=1945-11-22
  qa concordance "peaceful coexist*"               every place, none left out
  qa list                          what is in the library
  qa chat                          the page in the browser
  qa backup papers.ibid.zip        the whole library in one file;  qa restore makes it again
  qa ask --json "…" > answer.json  and years later:  qa verify answer.json
  qa export answer.json -o chapter.docx            the quotes in Word, with footnotes
  qa check chapter.docx            every quotation of a draft against the library

exit codes: 0 done, 1 failure, 2 wrong use, 3 some files could not be read, 4 not answered,
5 something in a draft is to be mended"""

_STYLE = (
    "citation style: chicago-notes-bibliography (default), modern-language-association, apa, the id of any "
    "other style at zotero.org/styles, all of which are on board, or a .csl file"
)
_FORMATS = ("markdown", "docx", "bibtex", "ris", "csl-json", "csv", "text")

Run = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"qa: {message}.\nTry: {self.prog} --help\n")


class _Version(argparse.Action):
    def __init__(self, option_strings: list[str], dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help="print the version")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("ibid")
        except PackageNotFoundError:
            found = "not installed as a package"
        print(f"qa (Ibid) {found}")
        parser.exit()


def _later(module: str, name: str) -> Run:
    """The command ``name`` of ``qa.cli.<module>``, imported when it is run."""

    def run(arguments: argparse.Namespace) -> int:
        command: Run = getattr(import_module(f"qa.cli.{module}"), name)
        return command(arguments)

    return run


def _everywhere() -> argparse.ArgumentParser:
    """The options of every command, before it or after it. Made anew for each: parsers share what they
    get from a parent, and the defaults of one would become those of all."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    everywhere = common.add_argument_group("everywhere")
    everywhere.add_argument(
        "--library",
        metavar="PLACE",
        help="the library: a folder, or postgresql://user@host/database (default: $QA_LIBRARY, else a folder "
        "among your user data)",
    )
    everywhere.add_argument(
        "--model",
        metavar="NAME",
        help="a sentence-transformers model, by name or folder (default: all-MiniLM-L6-v2)",
    )
    everywhere.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    everywhere.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        help="log what goes on as JSON lines (default: $QA_LOG, else nothing; questions only at debug)",
    )
    everywhere.add_argument(
        "--log-file",
        metavar="FILE",
        help="log to this file in place of standard error (default: $QA_LOG_FILE)",
    )
    return common


def parser() -> argparse.ArgumentParser:
    """The whole command line. Parsed arguments carry ``run``, which does the command and returns the exit
    code, and always ``library`` (None: the default), ``model`` (None: the default) and ``json``."""
    main = _Parser(
        prog="qa",
        description="Answers questions about your own documents only in the documents' own words, "
        "with exact citations.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_everywhere()],
    )
    main.add_argument("--version", action=_Version)
    # Options given before the command must not be undone by the command's defaults, so there are none.
    main.set_defaults(library=None, model=None, json=False, log_level=None, log_file=None)
    commands: Any = main.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="command")

    def command(name: str, module: str, summary: str, detail: str = "") -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name,
            help=summary,
            description=detail or f"{summary[0].upper()}{summary[1:]}.",
            parents=[_everywhere()],
        )
        # `list` would hide the built-in in its module.
        made.set_defaults(run=_later(module, "list_" if name == "list" else name))
        return made

    _asking(command)
    _people(command)
    _keeping(command)
    _checking(command)
    _marking(command)
    _caring(command)
    return main


def _asking(command: Callable[..., argparse.ArgumentParser]) -> None:
    ask = command(
        "ask", "asking", "ask a question; quotes with citations, or that nothing answers",
        "Prints quotes with their citations, or says that nothing in the library answers (exit code 4) and "
        "what came nearest. A library that nothing was ever added to starts with two documents to try.",
    )  # fmt: skip
    ask.add_argument(
        "question", nargs="*", metavar="QUESTION", help="the question; - reads it from standard input"
    )
    ask.add_argument(
        "--after", action="append", default=[], metavar="EARLIER",
        help="an earlier question of the conversation; repeat it, oldest first",
    )  # fmt: skip
    ask.add_argument("--limit", type=_positive, default=3, metavar="N", help="how many quotes (default: 3)")
    finding_options.narrow(ask)
    ask.add_argument("--style", metavar="STYLE", help=_STYLE)
    ask.add_argument(
        "--confidence", type=evaluation_options.share, metavar="P",
        help="answer from this confidence on, 0 … 1: higher refuses more and errs less",
    )  # fmt: skip
    ask.add_argument("--cross-encoder", metavar="NAME", help=evaluation_options.CROSS_ENCODER)
    ask.add_argument("--timing", action="store_true", help="say where the time went")
    concordance = command("concordance", "finding", finding_options.SUMMARY, finding_options.DETAIL)
    finding_options.add_to(concordance, _STYLE)
    export = command(
        "export", "exporting", "turn saved answers into Markdown, Word, BibTeX, RIS, CSL-JSON or CSV",
        "Turns answers saved by `qa ask --json`, in the order in which they are given, into one file: "
        "markdown and docx (quotes to the letter, citations as footnotes, works at the end), bibtex, ris and "
        "csl-json "
        "(every work once), text (a list of works in the citation style), csv (one row a quote; an "
        "apostrophe before = + - @ at the beginning of a cell or line keeps formulas out).",
    )  # fmt: skip
    export.add_argument(
        "files", nargs="+", metavar="FILE",
        help="saved JSON: one answer, a list, or several after each other; - reads it from standard input",
    )  # fmt: skip
    export.add_argument(
        "--to", metavar="FORMAT", choices=_FORMATS,
        help=f"{', '.join(_FORMATS)} (default: what the name after -o ends in, else markdown)",
    )  # fmt: skip
    export.add_argument("-o", "--out", metavar="FILE", help="write this file (default: standard output)")
    export.add_argument(
        "--style", metavar="STYLE",
        help="citation style, as of qa ask (default: notes stay as the answers gave them)",
    )  # fmt: skip
    export.add_argument(
        "--answers-only", action="store_true", help="leave out what came nearest where nothing answered"
    )
    chat = command(
        "chat", "asking", "open the page in the browser",
        "Opens the page in the browser. It is for this machine only; with --host 0.0.0.0 other machines "
        "reach it too, once people are there who sign in: qa people add NAME.",
    )  # fmt: skip
    chat.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1",
        help="address to listen on (default: this machine only; 0.0.0.0: all networks; needs qa people)",
    )  # fmt: skip
    chat.add_argument(
        "--port", type=_port, metavar="N", help="port to listen on (default: the first free one)"
    )
    chat.add_argument("--cross-encoder", metavar="NAME", help=evaluation_options.CROSS_ENCODER)
    chat.add_argument("--no-browser", action="store_true", help="serve the page without opening it")
    chat.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="a further name by which the page is reached, as behind a proxy; repeatable",
    )  # fmt: skip
    chat.add_argument(
        "--certificate", metavar="FILE", help="send the page encrypted: certificate in PEM form"
    )
    chat.add_argument("--key", metavar="FILE", help="the certificate's key in PEM form")
    chat.add_argument(
        "--mcp", action="store_true",
        help="offer the page's tools to programs by the Model Context Protocol too",
    )  # fmt: skip


def _people(command: Callable[..., argparse.ArgumentParser]) -> None:
    people = command(
        "people", "people", "who may sign in to the page: add, password, remove, list",
        "Lets people sign in to the page of this library: add NAME, password NAME (another one), remove "
        "NAME…, list. A password is asked for twice without being shown, or read from standard input. "
        "Passwords are kept as hashes, in people.json beside the library. As soon as one person is there the "
        "page asks everybody to sign in, and can be served to other machines with qa chat --host.",
    )  # fmt: skip
    people.add_argument(
        "what", nargs="?", choices=("add", "password", "remove", "list"), default="list", help="what to do"
    )
    people.add_argument("names", nargs="*", metavar="NAME", help="whom; a name of several words in quotes")


def _keeping(command: Callable[..., argparse.ArgumentParser]) -> None:
    add = command(
        "add", "keeping", "read and index files and folders; only what is new or changed",
        "Reads and indexes files and folders, only what is new or changed: PDF, Word, OpenDocument, EPUB, "
        "web pages, TEI (FRUS volumes among it), text, Markdown, CSV, TSV and JSON lines, and scans where "
        "Tesseract is installed. What metadata.csv, a BibTeX, RIS or CSL-JSON export or NAME.csl.json beside "
        "the files says of them is taken up. Each file is finished before the next: stopping loses nothing. "
        "Exit code 3 if some files could not be read.",
    )  # fmt: skip
    add.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file or a folder, which is read with all below it"
    )
    add.add_argument(
        "--encoding", metavar="NAME", help="what text files are in, if not UTF-8 (windows-1251, …)"
    )
    add.add_argument(
        "--precision", choices=("float32", "bfloat16", "int8"),
        help="how finely vectors are computed; default: what was measured to be the fastest here",
    )  # fmt: skip
    add.add_argument(
        "--ray", metavar="ADDRESS",
        help="read and encode on the machines of this Ray cluster (host:port of its head, or auto), and "
        "store here: see docs/ray.md",
    )  # fmt: skip
    command(
        "update", "keeping", "re-read what changed on disk and forget what is gone",
        "Re-reads what changed on disk, lists of metadata among it, and forgets files that are gone. New "
        "files in folders come in by adding the folder again.",
    )  # fmt: skip
    remove = command(
        "remove", "keeping", "take documents out of the library; files on disk stay",
        "Takes documents out of the library everywhere. The files on disk stay as they are, and what was "
        "edited comes back when the same file is added again.",
    )  # fmt: skip
    remove.add_argument(
        "names", nargs="+", metavar="NAME", help="a source file or a document, as `qa list` names it"
    )
    remove.add_argument("--yes", "-y", action="store_true", help="do not ask first")
    edit = command(
        "edit", "editing", "say what is known of documents: title, date, sender, archive, …",
        "Sets what is known of documents: it is kept when the files are read anew, and comes back when they "
        "are taken out and added again. Without --set and --unset it shows what is known.",
    )  # fmt: skip
    edit.add_argument("names", nargs="+", metavar="NAME", help="a document, or a source file with all of its")
    edit.add_argument(
        "--set", dest="put", action="append", default=[], metavar="FIELD=VALUE",
        help="title, date, sender, recipient, place, file_number, url, repository, collection, box, folder, "
        "or a variable of CSL (publisher, archive-place, type, …); dates as 1945-11-22, about 1945, 1945?, "
        "1945-11-20/1945-11-22; repeat it for more; nothing after = says that it is not known",
    )  # fmt: skip
    edit.add_argument(
        "--unset", action="append", default=[], metavar="FIELD", help="back to what the file says; repeatable"
    )
    listing = command("list", "keeping", "show what is in the library")
    listing.add_argument(
        "--documents", action="store_true", help="every document, not only their source files"
    )
    show = command("show", "keeping", "print one document, as it is cited and as it was read")
    show.add_argument("document", metavar="DOCUMENT", help="its name, as `qa list --documents` gives it")


def _checking(command: Callable[..., argparse.ArgumentParser]) -> None:
    verify = command(
        "verify", "checking", "check quotes saved by `qa ask --json` against their sources as they are now",
        "Checks every quote in the saved JSON of `qa ask`, one answer or a list of them, against its source "
        "file as it is now: exact, moved, changed or gone. Exit code 1 if one is changed or gone.",
    )  # fmt: skip
    verify.add_argument("file", metavar="FILE", help="the saved JSON; - reads it from standard input")
    check = command(
        "check", "drafts", "check the quotations of a draft against the library",
        "Finds every quotation in a draft (Word, OpenDocument, Markdown, text, HTML), between quotation "
        "marks of any kind or set in as a block, and says of each: exact; altered, and in what; joined of "
        "two places; misattributed, to another document or page; or not found. Each with its citation. Exit "
        "code 5 where something is to be mended.",
    )  # fmt: skip
    check.add_argument("draft", metavar="DRAFT", help="the draft's file")
    check.add_argument("--style", metavar="STYLE", help=_STYLE)
    check.add_argument("--all", action="store_true", help="show the exact ones too")
    check.add_argument(
        "--report",
        metavar="FILE",
        help="write all of it to this file: Markdown, or JSON where it ends in .json",
    )
    evaluate = command(
        "evaluate", "evaluating", "run evaluation sets and measure the answers",
        "Asks every question of the sets and measures documents, quotes, answers and refusals, with 95 % "
        "intervals. A set is a file of JSON lines, a question each; a CSV or TSV table; SQuAD 1.1 or 2.0; a "
        "BEIR folder; or TREC topics with their qrels. SQuAD and BEIR bring their own documents: a library "
        "of these is built at the first run and kept. The run is kept with its report.",
    )  # fmt: skip
    evaluation_options.add_to(evaluate)


def _marking(command: Callable[..., argparse.ArgumentParser]) -> None:
    marks = command(
        "marks", "marking", "show the marks made in the chat, or write them as an evaluation set",
        "Shows what people marked in the chat (this answers, this does not, nothing here answers), or writes "
        "it as an evaluation set, which `qa evaluate` runs. Where people disagree the majority counts; ties "
        "are left out and told of.",
    )  # fmt: skip
    marks.add_argument(
        "--out", "-o", metavar="FILE", help="write the evaluation set, as JSON lines; - is standard output"
    )
    marks.add_argument("--by", metavar="NAME", help="only what this person marked")
    agree = command(
        "agree", "marking", "measure how far two people's marks agree (Cohen's kappa)",
        "Compares two people's judgements of the same questions, each in a file that `qa marks --out FILE "
        "--by NAME` wrote: whether a question has an answer, whether a place answers, with Cohen's kappa and "
        "its 95 % interval, and every disagreement. Evaluation sets written by hand can be given too.",
    )  # fmt: skip
    agree.add_argument("first", metavar="A.jsonl", help="one person's set")
    agree.add_argument("second", metavar="B.jsonl", help="the other's")


def _positive(words: str) -> int:
    try:
        number = int(words)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{words!r} is no number of quotes; give 1 or more")
    return number


def _port(words: str) -> int:
    try:
        number = int(words)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{words!r} is no port; give a number up to 65535")
    return number


def _caring(command: Callable[..., argparse.ArgumentParser]) -> None:
    doctor = command(
        "doctor", "caring", "look the library over, and mend what can be mended",
        "Reads all that the library holds: whether every passage stands to the letter in its document's "
        "text, whether the search indexes are whole. Damaged indexes are built anew; where texts are damaged "
        "it says which, and the way out. Exit code 1 if something stays damaged.",
    )  # fmt: skip
    doctor.add_argument("--look-only", action="store_true", help="mend nothing")
    backup = command(
        "backup", "caring", "write the whole library to one file",
        "Writes documents, edits, uploaded files, marks, question sets, evaluation runs and people (their "
        "passwords hashed) to one ZIP file, also while the library is in use. Search indexes are left out: "
        "they are built anew. An earlier backup of the same name is replaced once the new one is whole.",
    )  # fmt: skip
    backup.add_argument("file", metavar="FILE", help="the file to write, outside the library")
    restore = command(
        "restore", "caring", "make a library again from a backup",
        "Unpacks a backup to a folder that is new or empty (--library), each file compared with its "
        "checksum. Nothing is overwritten.",
    )  # fmt: skip
    restore.add_argument("file", metavar="FILE", help="a file that qa backup wrote")
