"""A learned linear map that takes a question's vector nearer to the passages that answer it.

Questions and what answers them are put in different words; the embedding model was taught that in general,
the map in the language of diplomatic papers (`python -m benchmarks.question_map`). Only questions are mapped:
the vectors of a library stay as they are. The mapped vector is a further way to find passages beside the
question's own, which keeps its voice in the order of what was found.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.errors import IbidError

FILE = Path(__file__).with_name("question_map.npy")
"""(dimension, dimension) float16; beside it, in question_map.json, its checksum and the encoder it is for."""


@cache
def _load(file: Path) -> tuple[str, NDArray[np.float32]]:
    about = json.loads(file.with_suffix(".json").read_text("utf-8"))
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != about["sha256"]:
        raise IbidError(f"{file.name} is damaged. Reinstall ibid, or delete the file to search without it.")
    return about["encoder"], np.load(file, allow_pickle=False).astype(np.float32)


def mapped(vector: NDArray[np.float32], encoder: str, file: Path = FILE) -> NDArray[np.float32] | None:
    """``vector`` (dimension,) of a question, mapped and of length 1: v + Mv. None where there is no map for
    the encoder of this name. Raises IbidError for a damaged file."""
    if not file.exists():
        return None
    learned_for, matrix = _load(file)
    if learned_for != encoder:
        return None
    moved = vector + matrix @ vector
    return np.asarray(moved / np.linalg.norm(moved), np.float32)


def save(matrix: NDArray[np.floating], encoder: str, about: dict[str, object], file: Path = FILE) -> None:
    """Writes M (dimension, dimension) in half precision with its checksum."""
    np.save(file, matrix.astype(np.float16))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    said = {"sha256": digest, "encoder": encoder, **about}
    file.with_suffix(".json").write_text(json.dumps(said, indent=2) + "\n", "utf-8")
