"""Opening the library and loading the model behind a page that is already up."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from qa import logs
from qa.errors import IbidError
from qa.page.texts import Words

if TYPE_CHECKING:
    from qa.assistant import Assistant


class Opening:
    """An assistant on its way. ``start`` once; then any thread may ``wait`` for it, read ``words`` for
    the status line, or take ``assistant()``."""

    def __init__(self, library: str | Path | None, model: str, cross_encoder: str | None = None) -> None:
        self._library = library
        self._model = model
        self._cross_encoder = cross_encoder
        self._stage = "starting"
        self._over = threading.Event()
        self._assistant: Assistant | None = None
        self._error: IbidError | None = None

    @classmethod
    def done(cls, assistant: Assistant) -> Opening:
        """Over an assistant that is open already."""
        opening = cls(None, "")
        opening._assistant = assistant
        opening._over.set()
        return opening

    @property
    def over(self) -> bool:
        """Whether opening has come to its end, well or not."""
        return self._over.is_set()

    def start(self) -> None:
        """Begins in a thread of its own; a second call, or one after ``done``, does nothing."""
        if not self.over and self._stage == "starting":
            self._stage = "opening"
            threading.Thread(target=self._run, name="opening", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Waits at most so long; whether opening has come to its end."""
        return self._over.wait(seconds)

    def assistant(self) -> Assistant:
        """The assistant. Raises the IbidError that opening ended with, or one that says it goes on."""
        if self._error is not None:
            raise self._error
        if self._assistant is None:
            raise IbidError("The reading model is still loading. Try again in a moment.")
        return self._assistant

    def words(self, say: Words) -> str:
        """The status line: what goes on, or what is ready to be asked."""
        if self._error is not None:
            return str(self._error)
        if not self.over or self._assistant is None:
            return say(f"status.{self._stage}")
        try:
            searched = self._assistant.library.searched()
        except IbidError as error:
            return str(error)
        if not searched.documents:
            return say("status.empty")
        documents = say.count(searched.documents, "count.document")
        passages = say.count(searched.passages, "count.passage")
        # Nothing fails without the evidence model, but answers are worse, and nobody would know why.
        key = "status.ready" if self._assistant.evidence else "status.plain"
        return say(key, documents=documents, passages=passages)

    def _run(self) -> None:
        began = time.perf_counter()
        try:
            self._assistant = self._open()
            searched = self._assistant.library.searched()
            logs.event(
                "ready", documents=searched.documents, passages=searched.passages, ms=logs.ms(began)
            )  # fmt: skip
        except IbidError as error:
            logs.event("error", level="error", error=error, reason=str(error))
            self._error = error
        except Exception as error:
            logs.event("error", level="error", error=error)
            # A thread that dies in silence would leave the page waiting for ever.
            self._error = IbidError(f"The library could not be opened: {type(error).__name__}: {error}")
        self._over.set()

    def _open(self) -> Assistant:
        from qa.adding import add, seeds
        from qa.assistant import Assistant

        assistant = Assistant.open(self._library, model=self._model, cross_encoder=self._cross_encoder)
        self._stage = "loading"
        assistant.warm()
        # Generation 0 is a library that nothing was ever added to: seeds that were removed stay away.
        if assistant.library.generation() == 0:
            self._stage = "seeds"
            add(assistant.library, assistant.encoder, [seeds()])
            assistant.warm()  # the indexes too, now that there are some
        return assistant
