"""Whether the question that a page waits for was stopped. Its answer may be made just as it is stopped: the
page must not get it later then, with the next one."""

from __future__ import annotations

import threading
from collections import OrderedDict

from qa.page.ask.exchange import Conversation

MOST = 100
"""Pages that are remembered, the latest, and answers that came too late."""


class Question:
    """One question under way; ``before`` is the conversation as it stood when it was asked."""

    def __init__(self, before: Conversation = ()) -> None:
        self.before = before
        self._lock = threading.Lock()
        self._stopped = False
        self._answer: str | None = None

    def is_stopped(self) -> bool:
        """Whether nobody waits for it any more."""
        with self._lock:
            return self._stopped

    def answer(self, key: str) -> bool:
        """It is answered, by the exchange of that key. False where it was stopped before."""
        with self._lock:
            if not self._stopped:
                self._answer = key
            return not self._stopped

    def stop(self) -> str | None:
        """It is not waited for any more; the key of its answer where that is made already."""
        with self._lock:
            self._stopped = True
            return self._answer


class Underway:
    """What each page asked last, by its session. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: OrderedDict[str, Question] = OrderedDict()
        self._late: OrderedDict[str, None] = OrderedDict()

    def begin(self, session: str | None, before: Conversation) -> Question:
        """A question of the page that begins now."""
        question = Question(before)
        if session:
            with self._lock:
                self._last[session] = question
                self._last.move_to_end(session)
                while len(self._last) > MOST:
                    self._last.popitem(last=False)
        return question

    def stop(self, session: str | None) -> Conversation | None:
        """Stops what the page asked last. The conversation as it stood before where the answer is made
        already, and may be in it; else None."""
        with self._lock:
            question = self._last.pop(session, None) if session else None
            late = question.stop() if question else None
            if question is None or late is None:
                return None
            self._late[late] = None
            while len(self._late) > MOST:
                self._late.popitem(last=False)
            return question.before

    def in_time(self, conversation: Conversation) -> Conversation:
        """``conversation`` without answers that came too late."""
        with self._lock:
            return tuple(exchange for exchange in conversation if exchange.key not in self._late)
