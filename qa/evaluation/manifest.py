"""What a run rests on: everything that its figures depend on, so that a later run can tell whether it goes
on from there, and a reader whether two runs may be compared."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from qa.evaluation.measures import JUDGED, RESAMPLES, SEED
from qa.evaluation.sets import EvaluationSet

PACKAGES = (
    "ibid", "torch", "transformers", "sentence-transformers", "tokenizers", "faiss-cpu", "tantivy", "numpy",
    "ir-measures",
)  # fmt: skip
"""Packages whose version may move a digit."""


@dataclass(frozen=True, slots=True)
class RunSet:
    """One set of a run: its name, the checksum of its file's bytes (of its questions where it was made in
    memory), the number of its questions and ``asked``, their checksum as they were read (columns chosen by
    hand make other questions of the same file); the library that it is asked of; ``path`` is where its
    file lay."""

    name: str
    sha256: str
    questions: int
    asked: str
    path: str = ""
    library: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """``sets`` in their order; ``model`` (embedding), ``evidence`` and ``weights`` (checksums, None where
    there is none) and ``threshold`` of what answered; ``settings`` of the evaluation; ``versions`` of the
    program, Python and the packages that compute; ``seed`` of the bootstrap; ``started`` and ``finished``
    in UTC (ISO 8601), ``finished`` None until all questions have been asked; ``batch`` how many questions
    were asked at once: where it is more than 1 the seconds are each question's share of its batch's time.
    ``warnings`` are plain lines for the person, by set, known when all have been asked."""

    sets: tuple[RunSet, ...]
    model: str
    evidence: str | None
    weights: str | None
    threshold: float | None
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    seed: int = SEED
    batch: int = 1
    started: str = ""
    finished: str | None = None
    warnings: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        """How many questions there are in all the sets."""
        return sum(one.questions for one in self.sets)

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Manifest:
        """Raises ValueError for what is no manifest."""
        try:
            values = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
            values["sets"] = tuple(RunSet(**one) for one in row["sets"])
            values["warnings"] = {name: tuple(lines) for name, lines in row["warnings"].items()}
            return cls(**values)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a run's manifest: {error}") from error

    def differences(self, other: Manifest) -> list[str]:
        """In words, each thing that differs in what figures depend on; empty where ``other``'s questions
        would be answered alike. Where the library and the sets lie makes no difference, nor when, nor how
        many are asked at once."""
        found = []
        mine, theirs = ({one.name: one for one in each.sets} for each in (self, other))
        if list(mine) != list(theirs):
            found.append(f"the sets ({', '.join(mine)}; {', '.join(theirs)})")
        for name in mine.keys() & theirs.keys():
            if mine[name].asked != theirs[name].asked:
                found.append(f"the questions of {name}")
            places = [
                {k: v for k, v in one[name].library.items() if k != "location"} for one in (mine, theirs)
            ]
            if places[0] != places[1]:
                found.append(f"the library that {name} was asked of")
        words = {
            "model": "the embedding model",
            "evidence": "the evidence model",
            "weights": "the weights",
            "threshold": "the threshold",
            "settings": "the settings",
            "versions": "the versions of the program or its packages",
            "seed": "the seed",
        }
        found += [said for key, said in words.items() if getattr(self, key) != getattr(other, key)]
        return sorted(found)


def describe(
    sets: Sequence[tuple[EvaluationSet, Any]], *, check_sources: bool, batch: int, started: str
) -> Manifest:
    """The manifest of a run over these sets, each with the assistant that it is asked of. What an assistant
    does not have (a library's generation, weights) is left empty."""
    first = sets[0][1] if sets else None
    encoder, evidence = getattr(first, "encoder", None), getattr(first, "evidence", None)
    return Manifest(
        sets=tuple(_run_set(one, assistant) for one, assistant in sets),
        model=str(getattr(encoder, "name", "")),
        evidence=getattr(evidence, "sha256", None),
        weights=_weights(getattr(first, "weights", None)),
        threshold=getattr(first, "threshold", None),
        settings={
            "judged": JUDGED,
            "resamples": RESAMPLES,
            "check_sources": check_sources,
            "relevance": getattr(getattr(first, "relevance", None), "name", None),
        },
        versions={"python": platform.python_version(), **_versions()},
        batch=batch,
        started=started,
    )


def _run_set(one: EvaluationSet, assistant: Any) -> RunSet:
    asked = _asked(one)
    path = str(Path(one.path).absolute()) if one.path else ""
    return RunSet(one.name, one.sha256 or asked, len(one.questions), asked, path, _library(assistant.library))


def _asked(one: EvaluationSet) -> str:
    """The checksum of a set's questions."""
    questions = json.dumps([asdict(question) for question in one.questions], sort_keys=True)
    return hashlib.sha256(questions.encode()).hexdigest()


def _library(library: Any) -> dict[str, Any]:
    searched = library.searched() if hasattr(library, "searched") else None
    return {
        "location": str(getattr(library, "location", "")),
        "generation": library.generation() if hasattr(library, "generation") else None,
        "documents": searched.documents if searched else len(library.documents()),
        "passages": searched.passages if searched else None,
    }


def _weights(weights: Any) -> str | None:
    if weights is None:
        return None
    return hashlib.sha256(json.dumps(asdict(weights), sort_keys=True).encode()).hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
