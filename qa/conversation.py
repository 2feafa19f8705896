"""A follow-up to a query that stands alone: by selecting words of earlier questions, never by writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa import folding
from qa.errors import UsageError
from qa.leaning import leaning_word, stands_alone
from qa.query import content_words, is_subject

MAX_QUESTION = 2_000
"""Characters in a question at the most: a page of text is no question, and would only be cut."""

LOOK_BACK = 3
"""Earlier questions that may lend words."""


@dataclass(frozen=True, slots=True)
class Query:
    """``question`` is what was asked, ``carried`` the earlier questions that it leans on, oldest first, empty
    where it stands alone. All in the search view (qa.folding: straight quotation marks, composed letters, no
    soft hyphens), so that a question finds the same however it was typed."""

    question: str
    carried: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words to search with."""
        return " ".join((*self.carried, self.question))

    @property
    def names_subject(self) -> bool:
        """Whether it asks nothing (see `qa.query.is_subject`); what leans on a question does."""
        return not self.carried and is_subject(self.question)

    @property
    def unresolved(self) -> str:
        """The word by which it leans on a question that was not asked (`qa.leaning.leaning_word`), or ""."""
        return "" if self.carried or self.names_subject else leaning_word(self.question)

    @property
    def lent(self) -> tuple[str, ...]:
        """The content words of earlier questions that the question itself does not have."""
        own = {word.lower() for word in content_words(self.question)}
        lent = [w for earlier in self.carried for w in content_words(earlier) if w.lower() not in own]
        return tuple(dict.fromkeys(lent))


def standalone(question: str, after: Sequence[str] = ()) -> Query:
    """The query for ``question`` asked after ``after`` (oldest first). A question that does not stand
    alone leans on the one before it, and that one on its own predecessor, until one stands alone."""
    question, after = folding.question(question), [folding.question(earlier) for earlier in after]
    carried: list[str] = []
    leaning = question
    for earlier in reversed(after[-LOOK_BACK:]):
        if stands_alone(leaning):
            break
        carried.insert(0, earlier)
        leaning = earlier
    return Query(question, tuple(carried))


def confirm(question: str, after: Sequence[str] = ()) -> None:
    """Raises UsageError where a question, or one before it (which may be empty), cannot be asked."""
    if not folding.question(question):
        raise UsageError("The question is empty. Ask in a few words what you want to find.")
    _confirm_whole(question, "The question")
    for earlier in after:
        _confirm_whole(earlier, "An earlier question")


def _confirm_whole(question: str, what: str) -> None:
    if len(question) > MAX_QUESTION:
        raise UsageError(
            f"{what} has {len(question):,} characters; at most {MAX_QUESTION:,} are read. "
            "Ask in a sentence or two."
        )
    if folding.HALF.search(question):
        raise UsageError(f"{what} holds half a character (a lone surrogate). Type or paste it again.")
