"""Small sets that bring their own documents, in SQuAD's and BEIR's forms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NORMANS = (
    "The Normans were the people who in the 10th and 11th centuries gave their name to Normandy, a region "
    "in France. They were descended from Norse raiders, who swore fealty to King Charles III."
)
FAMED = "The Normans were famed for their martial spirit. Their dynasty had an impact on medieval Europe."
IN_FRANCE = ("France", "in France", "France")
TESLA = "Nikola Tesla was born in the village of Smiljan. He studied engineering in Graz."


def answer(context: str, words: str, off: int = 0) -> dict[str, Any]:
    return {"text": words, "answer_start": context.index(words) + off}


def squad(path: Path, articles: Sequence[Any] | None = None) -> Path:
    """Two articles of three paragraphs in the form of SQuAD 2.0, with five questions, one of them without
    an answer; or other ``articles``."""
    people = [
        asked("a1", "In what country is Normandy located?", [answer(NORMANS, w) for w in IN_FRANCE]),
        asked("a2", "Who were the Normans descended from?", [answer(NORMANS, "Norse")]),
        asked("a3", "Who gave their name to Burgundy?", []),
    ]
    people[0]["is_impossible"], people[2]["is_impossible"] = False, True
    people[2]["plausible_answers"] = [answer(NORMANS, "Normans")]
    fame = [asked("b1", "What were they famed for?", [answer(FAMED, "martial spirit", 4)])]
    birth = [{**asked("c1", "Where was Tesla born?", [answer(TESLA, "Smiljan")]), "level": "easy"}]
    first, second = {"context": NORMANS, "qas": people}, {"context": f"  \r\n{FAMED}", "qas": fame}
    usual = [
        {"title": "Normans", "paragraphs": [first, second]},
        {"title": "Nikola_Tesla", "paragraphs": [{"context": TESLA, "qas": birth}]},
    ]
    path.write_text(json.dumps({"version": "v2.0", "data": usual if articles is None else articles}), "utf-8")
    return path


def asked(key: str, question: str, answers: Sequence[Any]) -> dict[str, Any]:
    return {"id": key, "question": question, "answers": [*answers]}


def beir(folder: Path) -> Path:
    """Five documents (one without words), four queries, three of them judged in the test split."""
    (folder / "qrels").mkdir(parents=True)
    documents = [("MED-1", "Normans", NORMANS), ("MED 2/x", "", FAMED), ("3", "Tesla", TESLA), ("4", "", " ")]
    documents.append(("5", "Only a title", ""))
    lines(folder / "corpus.jsonl", [{"_id": i, "title": t, "text": x} for i, t, x in documents])
    queries = [
        ("q1", "Where is Normandy?"),
        ("q2", "famed for martial spirit"),
        ("q3", "never judged"),
        ("q4", "x"),
    ]
    lines(
        folder / "queries.jsonl", [{"_id": i, "text": x, "metadata": {"level": "easy"}} for i, x in queries]
    )
    head = "query-id\tcorpus-id\tscore\n"
    test = "q1\tMED-1\t2\nq1\t3\t1\nq2\tMED 2/x\t1\nq4\t3\t0\n"
    (folder / "qrels" / "test.tsv").write_text(head + test, "utf-8")
    (folder / "qrels" / "dev.tsv").write_text(head + "q3\t3\t1\n", "utf-8")
    return folder


def lines(path: Path, rows: Sequence[Any]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
