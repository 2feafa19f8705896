"""Each program: documents (passages of each by name) in, and what answers a question out.

``given`` are the passages' vectors, in order, where they are not to be computed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from qa.preparing import Prepared, Watch

Ask = Callable[[str], tuple[str, str]]
"""A question to the first document and its first quote."""
Given = NDArray[np.float16]


@dataclass
class _WithGiven:
    """Prepares files as adding does and gives their passages the vectors of the same words, or of the same
    place where a file was split in another way."""

    vectors: dict[str, tuple[list[str], Given]]
    side_by_side: int = 1

    def prepare(
        self,
        path: Path,
        name: str,
        encoding: str | None,
        said: Sequence[Mapping[str, Any]],
        watch: Watch | None = None,
    ) -> Prepared:
        from qa import preparing

        made = preparing.prepare(path, name, encoding, said, watch)
        texts, vectors = self.vectors[name]
        rows = [
            texts.index(part.clean) if part.clean in texts else min(at, len(texts) - 1)
            for at, part in enumerate(made.parts)
        ]
        return replace(made, vectors=vectors[rows].astype(np.float32))


def ibid(
    documents: dict[str, list[str]], folder: Path, given: Given | None, evidence: bool
) -> tuple[float, Ask]:
    from types import SimpleNamespace
    from typing import cast

    from qa import adding
    from qa.assistant import Assistant
    from qa.evidence.model import EvidenceModel

    files = folder / "files"
    files.mkdir()
    names = {}
    vectors: dict[str, tuple[list[str], Given]] = {}
    at = 0
    for number, (name, texts) in enumerate(documents.items()):
        names[f"{number}.txt"] = name
        (files / f"{number}.txt").write_text("\n\n".join(texts), "utf-8")
        if given is not None:
            vectors[f"{number}.txt"] = texts, given[at : at + len(texts)]
        at += len(texts)
    assistant = Assistant.open(folder / "library")
    if not evidence:
        nothing = cast(EvidenceModel, SimpleNamespace(available=False))
        assistant = Assistant(assistant.library, assistant.encoder, evidence=nothing)
    assistant.warm()
    began = time.perf_counter()
    elsewhere = None if given is None else _WithGiven(vectors)
    adding.add(assistant.library, assistant.encoder, [files], elsewhere=elsewhere)
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        answer = assistant.ask(question)
        first = answer.passages[0].passage.document if answer.passages else ""
        quotes = answer.quotes or answer.nearest
        return names.get(first, ""), quotes[0].text if quotes else ""

    return took, ask


def txtai(
    documents: dict[str, list[str]], folder: Path, given: Given | None, hybrid: bool
) -> tuple[float, Ask]:
    from txtai import Embeddings  # type: ignore[import-not-found,unused-ignore]

    from qa.encoding import packaged_model

    rows = [(name, text) for name, texts in documents.items() for text in texts]
    if given is None:
        index = Embeddings(path=str(packaged_model()), hybrid=hybrid, content=False, gpu=False)
    else:
        from sentence_transformers import SentenceTransformer

        model: Any = SentenceTransformer(str(packaged_model()), device="cpu")
        known = {text: row for row, (_, text) in enumerate(rows)}

        def vectors_of(texts: Sequence[str]) -> NDArray[np.float32]:
            if all(text in known for text in texts):
                return given[[known[text] for text in texts]].astype(np.float32)
            made: NDArray[np.float32] = model.encode(list(texts), normalize_embeddings=True)
            return made

        index = Embeddings(method="external", transform=vectors_of, hybrid=hybrid, content=False, gpu=False)
    began = time.perf_counter()
    index.index([(number, text, None) for number, (_, text) in enumerate(rows)])
    index.save(str(folder / "index"))
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        found = index.search(question, 1)
        return rows[int(found[0][0])] if found else ("", "")

    return took, ask


def _vectors(model: Any, rows: Sequence[tuple[str, str]], given: Given | None) -> NDArray[np.float32]:
    if given is not None:
        return given.astype(np.float32)
    made: NDArray[np.float32] = model.encode([text for _, text in rows], normalize_embeddings=True)
    return made


def haystack(documents: dict[str, list[str]], folder: Path, given: Given | None) -> tuple[float, Ask]:
    # mypy: these are there only where benchmarks/peers.txt is installed.
    from haystack import Document  # type: ignore[import-not-found,unused-ignore]
    from haystack.components.retrievers.in_memory import (  # type: ignore[import-not-found,unused-ignore]
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import (  # type: ignore[import-not-found,unused-ignore]
        InMemoryDocumentStore,
    )
    from sentence_transformers import SentenceTransformer

    from qa.encoding import packaged_model

    del folder
    # Its own embedders of local models are a package apart since version 3; they call this.
    model: Any = SentenceTransformer(str(packaged_model()), device="cpu")
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    retriever = InMemoryEmbeddingRetriever(store, top_k=1)
    rows = [(name, text) for name, texts in documents.items() for text in texts]
    began = time.perf_counter()
    vectors = _vectors(model, rows, given)
    store.write_documents(
        [
            Document(id=str(n), content=text, meta={"document": name}, embedding=vector.tolist())
            for n, ((name, text), vector) in enumerate(zip(rows, vectors, strict=True))
        ]
    )
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        vector = model.encode([question], normalize_embeddings=True)[0].tolist()
        found = retriever.run(vector)["documents"]
        return (found[0].meta["document"], found[0].content) if found else ("", "")

    return took, ask


def script(documents: dict[str, list[str]], folder: Path, given: Given | None) -> tuple[float, Ask]:
    import faiss
    from sentence_transformers import SentenceTransformer

    from qa.encoding import packaged_model

    rows = [(name, text) for name, texts in documents.items() for text in texts]
    model: Any = SentenceTransformer(str(packaged_model()), device="cpu")
    began = time.perf_counter()
    vectors = _vectors(model, rows, given)
    index: Any = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(folder / "index.faiss"))
    took = time.perf_counter() - began

    def ask(question: str) -> tuple[str, str]:
        _, found = index.search(model.encode([question], normalize_embeddings=True), 1)
        return rows[int(found[0][0])]

    return took, ask


PROGRAMS: dict[str, Callable[[dict[str, list[str]], Path, Given | None], tuple[float, Ask]]] = {
    "ibid": lambda d, f, g: ibid(d, f, g, evidence=True),
    "ibid plain": lambda d, f, g: ibid(d, f, g, evidence=False),
    "txtai dense": lambda d, f, g: txtai(d, f, g, hybrid=False),
    "txtai hybrid": lambda d, f, g: txtai(d, f, g, hybrid=True),
    "haystack": haystack,
    "script": script,
}
"""Seconds to index, and what answers."""
