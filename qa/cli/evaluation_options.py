"""What `qa evaluate` takes."""

from __future__ import annotations

import argparse
import re

ROLES = ("question", "id", "document", "quote", "answer", "kind", "style", "after", "pages")
"""What a column may be chosen for. A test holds it against the sets' own list, which --help does not load."""

CROSS_ENCODER = "a sentence-transformers CrossEncoder, by name or folder, that puts the passages in order"


def add_to(evaluate: argparse.ArgumentParser) -> None:
    """Adds the arguments."""
    evaluate.add_argument(
        "sets", nargs="*", metavar="SET",
        help="a set that comes with the program (--list names them), a file, or a folder",
    )  # fmt: skip
    evaluate.add_argument(
        "--list", action="store_true", dest="list_sets",
        help="show the sets that come with the program, and the kept documents of sets that brought theirs",
    )  # fmt: skip
    reading = evaluate.add_argument_group("how sets are read")
    reading.add_argument(
        "--columns", metavar="WHAT=COLUMN", action="append", default=[], type=_chosen,
        help="of a table, JSON lines or topics: which column holds what, where its name does not say; WHAT "
        f"is {', '.join(ROLES)}; repeat it, or divide by commas",
    )  # fmt: skip
    reading.add_argument(
        "--qrels", metavar="FILE", help="the relevance judgements of TREC topics, where not beside them"
    )
    running = evaluate.add_argument_group("how they are run")
    running.add_argument(
        "--one-by-one", action="store_true",
        help="ask each question alone, which takes longer and gives the true times to answer",
    )  # fmt: skip
    running.add_argument(
        "--confidence", metavar="P", type=share,
        help="count a question as answered from this confidence on, 0 … 1 (default: the usual threshold)",
    )  # fmt: skip
    running.add_argument(
        "--cross-encoder", metavar="NAME", help=CROSS_ENCODER
    )  # fmt: skip
    running.add_argument(
        "--resume", metavar="DIR", nargs="?", const="",
        help="go on with a run that was stopped (default: the latest one)",
    )  # fmt: skip
    kept = evaluate.add_argument_group("what is kept and shown")
    kept.add_argument(
        "--report", metavar="DIR",
        help="keep the run and its report in this folder (default: one below the library's folder)",
    )  # fmt: skip
    kept.add_argument("--no-keep", action="store_true", help="keep nothing of the run")
    kept.add_argument(
        "--baseline", metavar="FILE", help="compare with an earlier run: its folder, its report or its JSON"
    )
    kept.add_argument(
        "--target", metavar="SHARE", type=share, default=0.1,
        help="find the threshold that keeps the share of unanswerable questions that are answered under "
        "this (default: 0.1)",
    )  # fmt: skip


def _chosen(words: str) -> dict[str, str]:
    """ "question=Frage,document=Datei" as what it says; a comma in a column's name divides nothing."""
    chosen = {}
    for part in re.split(rf",\s*(?=(?:{'|'.join(ROLES)})\s*=)", words):
        role, equals, column = part.partition("=")
        if not equals or not column.strip() or role.strip() not in ROLES:
            raise argparse.ArgumentTypeError(
                f"{part!r} chooses no column; write WHAT=COLUMN, where WHAT is {', '.join(ROLES)}"
            )
        chosen[role.strip()] = column.strip()
    return chosen


def share(words: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(words)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{words!r} is no number from 0 to 1")
    return number
