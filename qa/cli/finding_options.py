"""The options of `qa concordance`, and of every command that is put to a part of the library."""

from __future__ import annotations

import argparse

SUMMARY = "find every place where a word or phrase stands, with the words around it"
DETAIL = (
    "Finds every place where a word or phrase stands, none left out, with the words around it, counted by "
    "document and by year. Capitals, line ends, page breaks and the shapes of quotation marks do not count; "
    "* stands for any letters of a word, alone for one word (in quotation marks, as the shell has a use for "
    'it: "peace* with"). Exit code 4 if there is no such place.'
)


def add_to(parser: argparse.ArgumentParser, style: str) -> None:
    """What is looked for, where, and how it is given; ``style`` is what help says of the citation style."""
    parser.add_argument("words", nargs="+", metavar="WORDS", help="a word, or a phrase")
    parser.add_argument("--part", action="store_true", help="parts of words too: litvin finds Litvinov")
    parser.add_argument(
        "--forms", action="store_true", help="other forms of each word too: weapon finds weapons"
    )
    parser.add_argument(
        "--spellings", action="store_true",
        help="other spellings and names too: Chicherin finds Tchitcherin, co-operate finds cooperate",
    )  # fmt: skip
    parser.add_argument(
        "--without", action="append", default=[], metavar="WORD",
        help="leave out this form or spelling that a word was widened to; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--where", choices=("everywhere", "text", "notes"), default="everywhere",
        help="in the text (with headings), in the notes, or everywhere (default)",
    )  # fmt: skip
    parser.add_argument(
        "--order", choices=("document", "left", "right", "words", "date"), default="document",
        help="as in the documents (default), by the words to the left, to the right or found, by date",
    )  # fmt: skip
    parser.add_argument(
        "--limit", type=_count, metavar="N",
        help="how many places are printed, 0 for none (default: 100 on a terminal, else all)",
    )  # fmt: skip
    narrow(parser)
    parser.add_argument(
        "-o", "--out", metavar="FILE",
        help="write all places with their citations as a table (CSV); - is standard output",
    )  # fmt: skip
    parser.add_argument("--style", metavar="STYLE", help=style)


def narrow(parser: argparse.ArgumentParser) -> None:
    """The options that name a part of the library."""
    parser.add_argument(
        "--in", dest="within", nargs="+", action="extend", default=[], metavar="NAME",
        help="search only these documents, source files, or names that begin so; put it after the words",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="date_from", metavar="DATE", help="only documents of this day, month or year on"
    )
    parser.add_argument(
        "--to", dest="date_to", metavar="DATE", help="… and up to this one (1961, 1961-06, 1961-06-03)"
    )


def _count(words: str) -> int:
    if not words.isdecimal():
        raise argparse.ArgumentTypeError(f"{words!r} is no number of places; give 0 or more")
    return int(words)
