"""From question to answer over the real seeds, with hashed words in place of a model and with weights of
the tests' own, so that nothing here hangs on what was learned."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.adding import add, seeds
from qa.assistant import Assistant
from qa.conversation import MAX_QUESTION
from qa.errors import Cancelled, UnknownDocument, UsageError
from qa.evidence.model import EvidenceModel
from qa.evidence.relevance import JUDGED, CrossEncoderRelevance
from qa.library import open_library
from qa.types import Answer, Quote
from qa.weights import Reading, Subjects, Weights
from tests.encoders import HashEncoder
from tests.library import shelf

TELEGRAM = "001_6f795bd2570504c7.txt"
RECORD = "000_3afec642d489efac.txt"
TALK = "What did Litvinov tell Harriman at the theatre?"

_READING = Reading(
    sentences={"passage": 0.5, "coverage": 4.0, "short": -2.0},
    passages={},
    confidence={"bias": -3.0, "coverage_passage": 5.0},
    threshold=0.5,
)
_ORDER = {"cosine": 1.0, "bm25": 1.0, "coverage": 3.0, "date": 0.5, "near": 1.0}
WEIGHTS = Weights(_ORDER, Subjects(_ORDER, {}), _READING, _READING)


def assistant_over(
    folder: Path, *paths: Path, threshold: float | None = None, place: str | None = None
) -> Assistant:
    """Over a library at ``place``, or in ``folder``, which has no weights."""
    library = open_library(place or folder / "library", model="hash")
    if paths:
        assert not add(library, HashEncoder(), paths).failed
    plain = EvidenceModel(folder / "none.safetensors")
    assert not plain.available
    return Assistant(library, HashEncoder(), evidence=plain, weights=WEIGHTS, threshold=threshold)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, shared_place: str) -> Iterator[Assistant]:
    made = assistant_over(tmp_path_factory.mktemp("assistant"), seeds(), place=shared_place)
    yield made
    made.library.close()


Opened = Callable[..., Assistant]


@pytest.fixture
def opened(tmp_path: Path, place: str) -> Iterator[Opened]:
    """Assistants over libraries of the test's own."""
    made: list[Assistant] = []

    def open_(*paths: Path, threshold: float | None = None) -> Assistant:
        made.append(
            assistant_over(
                tmp_path / str(len(made)), *paths, threshold=threshold, place=f"{place}{len(made)}"
            )
        )
        return made[-1]

    yield open_
    for one in made:
        one.library.close()


def shown(answer: Answer) -> tuple[Quote, ...]:
    """The quotes, whether or not they were held to answer."""
    return answer.quotes or answer.nearest


def quote_with(assistant: Assistant, words: str, question: str, **more: object) -> Quote:
    """The quote that holds these words among the best for a question."""
    quotes = shown(assistant.ask(question, limit=10, **more))  # type: ignore[arg-type]
    found = [quote for quote in quotes if words in quote.clean]
    assert found, [quote.clean for quote in quotes]
    return found[0]


# --- in whatever print ---


PRINTED = (
    "The confer-\nence was held in the inter-\nnational of\ufb01ce at Trieste. The am\u00adbassador called "
    "the\nAnglo-\nAmerican proposal un\ufb01nished. Wheat was dear in Kansas all that sum-\nmer.\n"
)


def test_what_is_found_in_the_folded_view_is_quoted_from_the_true_one(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "minutes.txt"
    path.write_text(PRINTED, "utf-8")
    assistant = opened(path)
    asked = "Where was the conference held, in which international office?"
    found = assistant.ask(asked, limit=1)
    (quote,) = shown(found)
    assert quote.text == PRINTED[quote.start : quote.end] == PRINTED[: PRINTED.index(" The am")]
    assert quote.clean == "The conference was held in the international office at Trieste."
    assert quote.phrase is None or quote.phrase.text == PRINTED[quote.phrase.start : quote.phrase.end]
    unfinished = quote_with(assistant, "unfinished", "What did the ambassador call unfinished?")
    assert unfinished.clean == "The ambassador called the Anglo-American proposal unfinished."
    assert "un\ufb01nished" in unfinished.text
    for typed in (
        "Where was the con\u00adference held,  in which inter\u00adnational of\ufb01ce?",
        "Where was the conference held, in which\u00a0international office?\u200b",
    ):
        again = assistant.ask(typed, limit=1)
        assert again.question == typed
        assert (shown(again), again.confidence) == (shown(found), found.confidence)


def test_a_question_of_nothing_that_is_seen_is_empty(opened: Opened) -> None:
    with pytest.raises(UsageError, match="empty"):
        opened().ask("\u200b\u00ad\ufeff ")


# --- what a quote is ---


QUESTIONS = [
    TALK,
    "Which countries came under renewed pressure for bases?",
    "Who is Maxim Maximovich Litvinov?",
    "What can be said of the London Conference?",
    "When was the telegram sent?",
    "What does the article say about lend-lease?",
    "Who are the authors?",
    "How many penguins live in Paraguay?",
    "?!",
    "the of and",
    "Литвинов",
    "\u200b\u202e\U0001f469\u200d\U0001f680",
    "a" * MAX_QUESTION,
    "NOT (Litvinov AND \"theatre\" OR *:* ^2 ~ \\ [x TO y]",
    "'; DROP TABLE passages; --",
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_its_slice_of_the_source(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question, limit=10)
    assert answer.question == question
    assert 0 <= answer.confidence <= 1
    assert answer.answered == bool(answer.quotes)
    assert not (answer.quotes and answer.nearest)
    assert shown(answer)
    for number, quote in enumerate(shown(answer), start=1):
        text = assistant.document(quote.document).text
        assert quote.number == number
        assert quote.text == text[quote.start : quote.end] != ""
        assert quote.document_id == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
        assert quote.citation
        assert 0 <= quote.score <= 1
        assert "[Page" not in quote.clean
        if quote.phrase:
            assert quote.start <= quote.phrase.start <= quote.phrase.end <= quote.end
            assert quote.phrase.text == text[quote.phrase.start : quote.phrase.end]
        for note in quote.notes:
            assert note.text == text[note.start : note.end]
        source = seeds() / quote.source_file
        assert quote.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()


def test_the_order_behind_it_holds_every_passage_once(assistant: Assistant) -> None:
    answer = assistant.ask(TALK)
    ids = [scored.passage.id for scored in answer.passages]
    assert len(ids) == len(set(ids)) == answer.searched.passages
    scores = [scored.score for scored in answer.passages]
    assert scores == sorted(scores, reverse=True)
    assert answer.searched.documents == 2
    assert answer.seconds > 0


def test_the_sentence_that_was_asked_for_comes_first(assistant: Assistant) -> None:
    answer = assistant.ask("Which countries came under renewed pressure for bases?")
    assert answer.answered
    assert answer.quotes[0].text.endswith("renewed pressure has been brought on Norway and Turkey for bases.")
    assert answer.quotes[0].pages == "922"


def test_a_quote_across_a_page_mark_stands_on_both_pages(assistant: Assistant) -> None:
    quote = quote_with(
        assistant,
        "isolationist policy",
        "Why did Stalin say the Soviet Union may have to pursue an isolationist policy?",
    )
    assert "[Page 922]" in quote.text
    assert "[Page 922]" not in quote.clean
    assert "London Conference the Soviet Govt" in quote.clean
    assert quote.pages == "921–922"
    assert "921–922" in quote.citation


def test_pages_before_and_behind_the_mark(assistant: Assistant) -> None:
    assert quote_with(assistant, "few sentence conversation", TALK).pages == "921"
    assert (
        quote_with(assistant, "Vyshinski", "Who stiffened the lines in Bulgaria and Rumania?").pages == "922"
    )


def test_the_note_behind_the_last_word_comes_along(assistant: Assistant) -> None:
    quote = quote_with(
        assistant, "few sentence conversation", "At the theatre, a disquieting conversation with Litvinov"
    )
    (note,) = quote.notes
    assert note.marker == "7"
    assert note.text.startswith("Maxim Maximovich Litvinov had been")
    assert "7" not in quote.clean
    later = quote_with(assistant, "disturbed by the international situation", TALK)
    assert later.notes == ()


def test_a_note_speaks_in_its_own_voice(assistant: Assistant) -> None:
    quote = quote_with(
        assistant,
        "Ambassador of the Soviet Union",
        "When had Litvinov been the Ambassador to the United States?",
    )
    assert quote.voice == "note"
    assert "note 7" in quote.citation or "n. 7" in quote.citation or "n7" in quote.citation
    assert quote.pages == "921"


def test_a_heading_says_so(assistant: Assistant) -> None:
    quote = quote_with(
        assistant, "(Harriman) to the", "The Ambassador in the Soviet Union to the Secretary of State"
    )
    assert quote.voice == "heading"


def test_a_record_is_cited_as_it_asks_to_be(assistant: Assistant) -> None:
    quote = quote_with(
        assistant, "lend-lease", "What is said about lend-lease supplies and the second front?"
    )
    assert quote.document == RECORD
    assert "Lomonosov World Politics Journal" in quote.citation
    assert "Vershinin" in quote.citation


def test_the_style_is_the_one_that_was_asked_for(assistant: Assistant) -> None:
    other = Assistant(
        assistant.library,
        assistant.encoder,
        style="apa",
        evidence=EvidenceModel(Path("none.safetensors")),
        weights=WEIGHTS,
    )
    assert shown(other.ask(TALK))[0].citation != shown(assistant.ask(TALK))[0].citation


# --- wrong use ---


@pytest.mark.parametrize("question", ["", " ", "\n\t\u00a0"])
def test_an_empty_question_is_refused(assistant: Assistant, question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        assistant.ask(question)


def test_a_page_of_text_is_no_question(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="100,000"):
        assistant.ask("a" * 100_000)
    with pytest.raises(UsageError, match="2,001"):
        assistant.ask("a" * (MAX_QUESTION + 1))


@pytest.mark.parametrize(
    ("question", "after"),
    [("Who was \ud800?", ()), ("Who was he?", ("and \udfff?",)), ("Who?", ("a" * (MAX_QUESTION + 1),))],
)
def test_half_a_character_or_an_earlier_page_of_text_is_refused(
    assistant: Assistant, question: str, after: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError, match=r"half a character|An earlier question has 2,001"):
        assistant.ask(question, after=after)


@pytest.mark.parametrize("limit", [0, -1, 51, 10**9])
def test_limits_out_of_bounds_are_refused(assistant: Assistant, limit: int) -> None:
    with pytest.raises(UsageError, match="50"):
        assistant.ask(TALK, limit=limit)


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_never_more_quotes_than_the_limit(assistant: Assistant, limit: int) -> None:
    quotes = shown(assistant.ask(TALK, limit=limit))
    assert 1 <= len(quotes) <= limit
    assert len({(quote.document, quote.start) for quote in quotes}) == len(quotes)


def test_an_unknown_document_is_named(assistant: Assistant) -> None:
    with pytest.raises(UnknownDocument, match="nowhere"):
        assistant.ask(TALK, documents=["nowhere.txt"])
    with pytest.raises(UsageError):
        assistant.ask(TALK, date_from="yesterday")


# --- narrowing ---


def test_names_narrow_what_may_answer(assistant: Assistant) -> None:
    for name in (TELEGRAM, RECORD):
        answer = assistant.ask("Litvinov", documents=[name], limit=20)
        assert {quote.document for quote in shown(answer)} == {name}
        assert {scored.passage.document for scored in answer.passages} == {name}
        assert answer.searched.documents == 1


def test_dates_narrow_what_may_answer(assistant: Assistant) -> None:
    during = assistant.ask("Litvinov", date_from="1945-11", date_to="1945", limit=20)
    assert {quote.document for quote in shown(during)} == {TELEGRAM}
    before = assistant.ask("Litvinov", date_to="1940")
    assert not before.answered
    assert (before.quotes, before.nearest, before.passages) == ((), (), ())
    assert before.searched.documents == 0


# --- answered or not ---


def test_what_is_not_good_enough_is_shown_as_nearest(opened: Opened) -> None:
    strict, free = opened(seeds(), threshold=1.0), opened(seeds(), threshold=0.0)
    refused, answered = strict.ask(TALK), free.ask(TALK)
    assert not refused.answered
    assert refused.quotes == ()
    assert refused.nearest
    assert answered.answered
    assert answered.nearest == ()
    assert [q.text for q in refused.nearest] == [q.text for q in answered.quotes]
    assert refused.confidence == answered.confidence < 1


def test_a_question_about_something_else_is_trusted_less(assistant: Assistant) -> None:
    asked = assistant.ask("Which countries came under renewed pressure for bases?")
    other = assistant.ask("How many penguins live on the coast of Patagonia?")
    assert other.confidence < asked.confidence
    assert not other.answered


def test_an_empty_library_answers_nothing(opened: Opened) -> None:
    empty = opened()
    empty.warm()
    answer = empty.ask(TALK, after=["And he?"])
    assert not answer.answered
    assert (answer.quotes, answer.nearest, answer.passages, answer.confidence) == ((), (), (), 0)
    assert (answer.searched.documents, answer.searched.passages) == (0, 0)


# --- several places, change ---


def copies(folder: Path) -> list[Path]:
    """The telegram twice, under two names in two folders, a word in the second one spelt otherwise."""
    text = (seeds() / TELEGRAM).read_text("utf-8")
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    (folder / "one" / "telegram.txt").write_text(text, "utf-8")
    (folder / "two" / "copy.txt").write_text(text.replace("disquieting", "dis-quieting"), "utf-8")
    return [folder / "one", folder / "two"]


def test_near_identical_words_come_once_with_the_other_place(opened: Opened, tmp_path: Path) -> None:
    made = opened(*copies(tmp_path))
    answer = made.ask("Which countries came under renewed pressure for bases?", limit=10)
    first = shown(answer)[0]
    (place,) = first.also_at
    assert {first.document, place.document} == {"telegram.txt", "copy.txt"}
    there = made.document(place.document).text[place.start : place.end]
    assert there == first.text
    assert place.pages == first.pages == "922"
    assert place.citation
    texts = [quote.text for quote in shown(answer)]
    assert len(texts) == len(set(texts))


def test_a_removed_document_never_appears_again(opened: Opened, tmp_path: Path) -> None:
    made = opened(*copies(tmp_path))
    assert shown(made.ask(TALK))[0].also_at
    made.library.remove(["copy.txt"])
    answer = made.ask(TALK, limit=20)
    assert {quote.document for quote in shown(answer)} == {"telegram.txt"}
    assert {scored.passage.document for scored in answer.passages} == {"telegram.txt"}
    assert all(quote.also_at == () for quote in shown(answer))
    made.library.remove(["telegram.txt"])
    assert shown(made.ask(TALK)) == ()


def test_a_changed_document_is_quoted_as_it_is_now(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "telegram.txt"
    shutil.copy(seeds() / TELEGRAM, path)
    made = opened(path)
    made.ask(TALK)
    changed = path.read_text("utf-8").replace("Norway and Turkey", "Sweden and Greece")
    path.write_text("A line that moves everything.\n\n" + changed, "utf-8")
    add(made.library, made.encoder, [path])
    (quote,) = shown(made.ask("On whom was renewed pressure brought for bases?", limit=1))
    assert "Sweden and Greece" in quote.text
    assert quote.text == made.document(quote.document).text[quote.start : quote.end]


# --- conversation ---


def test_a_follow_up_is_searched_with_what_went_before(assistant: Assistant) -> None:
    before = "Which countries came under renewed pressure for bases?"
    answer = assistant.ask("Who brought it on them?", after=[before, " "])
    assert answer.after == (before, " ")
    assert "Norway and Turkey" in shown(answer)[0].text
    considered = assistant.consider("Who brought it on them?", after=[before])
    assert considered.query.carried == (before,)
    assert assistant.consider(before, after=[TALK]).query.carried == ()


def test_a_follow_up_looks_for_the_reply_next_door(opened: Opened, tmp_path: Path) -> None:
    letters = (
        "The Ambassador asks for a loan of ten million to the railway at Harbin.",
        "A loan of the same amount is refused, he thinks.",
        "The railway at Harbin has asked for a loan of ten million before, he says.",
    )
    (tmp_path / "letters.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in letters))
    made = opened(tmp_path / "letters.jsonl")
    before = "What does the Ambassador ask for the railway at Harbin?"
    asked = "What does he think of the loan of ten million?"

    def first(reply: float) -> tuple[str, str]:
        reading = replace(
            _READING,
            sentences={**_READING.sentences, "told": -9.0, "reply": reply},
            passages={"reply": reply},
        )
        made.weights = replace(WEIGHTS, plain=reading)
        answer = made.ask(asked, after=[before])
        return shown(answer)[0].text, answer.passages[0].passage.clean

    assert first(0.0)[0] != letters[1]
    assert first(9.0) == (letters[1], letters[1])


def test_earlier_questions_of_nothing_or_of_one_long_word_do_no_harm(assistant: Assistant) -> None:
    assert shown(assistant.ask("And he?", after=["", "x" * MAX_QUESTION, "why?"]))


def test_the_same_question_gets_the_same_answer(assistant: Assistant) -> None:
    one, two = assistant.ask(TALK, limit=10), assistant.ask(TALK, limit=10)
    assert (one.quotes, one.nearest, one.confidence) == (two.quotes, two.nearest, two.confidence)


# --- the models as shipped ---


def test_the_shipped_models_quote_to_the_letter(seeds_library: Assistant) -> None:
    assert seeds_library.ready
    answer = seeds_library.ask(TALK, limit=10)
    assert shown(answer)[0].document == TELEGRAM
    for quote in shown(answer):
        assert quote.text == seeds_library.document(quote.document).text[quote.start : quote.end]


def test_the_threshold_of_one_question_may_be_another(assistant: Assistant) -> None:
    trust = assistant.ask(TALK).confidence
    assert assistant.ask(TALK, threshold=trust).answered
    assert not assistant.ask(TALK, threshold=min(1.0, trust + 1e-6)).answered
    with pytest.raises(UsageError, match="between 0 and 1"):
        assistant.ask(TALK, threshold=1.5)


def test_the_time_is_told_by_stage(assistant: Assistant) -> None:
    answer = assistant.ask(TALK)
    assert list(answer.timing) == ["searching", "reading", "choosing", "citing"]
    assert all(seconds >= 0 for seconds in answer.timing.values())
    assert sum(answer.timing.values()) <= answer.seconds


class Backwards(CrossEncoderRelevance):
    """Puts last first."""

    def __init__(self) -> None:
        super().__init__("backwards")

    def load(self) -> None:
        pass

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.arange(len(texts), dtype=np.float32)


def test_a_cross_encoder_takes_the_place_of_retrievals_order(assistant: Assistant) -> None:
    before = [found.passage.id for found in assistant.consider(TALK).ranked]
    turned = Assistant(
        assistant.library,
        assistant.encoder,
        evidence=EvidenceModel(Path("none.safetensors")),
        relevance=Backwards(),
        weights=WEIGHTS,
    )
    after = [found.passage.id for found in turned.consider(TALK).ranked]
    assert after == before[:JUDGED][::-1] + before[JUDGED:]
    assert "ordering" in turned.ask(TALK).timing


# --- while the library changes ---


@pytest.mark.parametrize("stage", ["candidates", "_read", "trust"])
def test_a_question_is_answered_from_the_library_as_it_was_when_it_was_asked(
    opened: Opened, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far it has come when another takes out what it quotes, and puts a better answer in."""
    assistant = opened(seeds())
    library = assistant.library
    before = assistant.ask(TALK)
    text = library.document(TELEGRAM).text
    work = getattr(assistant, stage)
    done: list[bool] = []

    def change() -> None:
        library.remove([TELEGRAM])
        found = assistant.ask(TALK)  # the indexes are brought up to date meanwhile
        done.append(TELEGRAM not in {quote.document for quote in shown(found)})

    def meanwhile(*given: object, **more: object) -> object:
        monkeypatch.setattr(assistant, stage, work)
        shelf.elsewhere(change)
        return work(*given, **more)

    monkeypatch.setattr(assistant, stage, meanwhile)
    answer = assistant.ask(TALK)
    assert done == [True]
    assert (answer.quotes, answer.confidence) == (before.quotes, before.confidence)
    assert answer.searched == before.searched
    assert {quote.document for quote in answer.quotes} == {TELEGRAM}
    for quote in answer.quotes:
        assert quote.text == text[quote.start : quote.end]
    after = assistant.ask(TALK)
    assert TELEGRAM not in {quote.document for quote in shown(after)}
    assert after.searched.documents == 1


@pytest.mark.parametrize("after", [(), (TALK,)], ids=["a question", "a follow-up"])
def test_it_ends_before_the_next_stage_when_nobody_waits_any_more(
    assistant: Assistant, after: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "What did he say of Norway?"
    looks: list[bool] = []
    whole = assistant.ask(asked, after=after, stopped=lambda: bool(looks.append(True)))
    assert whole == replace(assistant.ask(asked, after=after), seconds=whole.seconds, timing=whole.timing)
    assert len(looks) >= 5
    read: list[bool] = []
    work = assistant._read
    monkeypatch.setattr(assistant, "_read", lambda *given: read.append(True) or work(*given))
    for stops in range(len(looks)):
        said = iter([False] * stops + [True])
        with pytest.raises(Cancelled, match="stopped"):
            assistant.ask(asked, after=after, stopped=lambda said=said: next(said))  # type: ignore[misc]
        assert bool(read) == (stops > 1), "not before all is found"
    assert assistant.ask(asked, after=after).quotes == whole.quotes


# --- subjects ---


def test_a_subject_has_an_order_of_its_own(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "long.txt").write_text(
        "\n\n".join(f"Paragraph {n} of the report on wheat in Kansas. " * 12 for n in range(8)), "utf-8"
    )
    (tmp_path / "short.txt").write_text("The report on wheat in Kansas came to the London office.\n", "utf-8")
    assistant = opened(tmp_path / "long.txt", tmp_path / "short.txt")

    def first(query: str, weight: float) -> str:
        assistant.weights = replace(WEIGHTS, subjects=Subjects({"extent": weight}, {}))
        return assistant.ask(query).passages[0].passage.document

    subject = "The report on wheat in Kansas and the London office"
    assert first(subject, 1.0) == "long.txt"
    assert first(subject, -1.0) == "short.txt"
    assert first(subject + "?", 1.0) == first(subject + "?", -1.0), (
        "what asks goes by the order for questions"
    )
