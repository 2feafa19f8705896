from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.evaluation import EvaluationSet, Evidence, Question, evaluate
from qa.evaluation.runner import rank_documents
from qa.types import Passage, ScoredPassage
from tests.evaluation.words_assistant import WordsAssistant

LETTER = """The miller keeps bees behind the mill. His brother sells honey in Riga.

On Sundays the brothers row across the lake.
"""
REPORT = """The harbour froze in January. No ship left the harbour before April.
"""
QUESTIONS = EvaluationSet(
    "village",
    (
        Question(
            "1",
            "miller keeps bees behind",
            kind="fact",
            style="close",
            evidence=(Evidence("letter.txt", "The miller keeps bees behind the mill."),),
            answers=("the mi",),
        ),
        Question(
            "2",
            "sells honey where",
            kind="followup",
            after=("his brother",),
            evidence=(Evidence("letter.txt", "His brother sells honey in Riga."),),
        ),
        Question("3", "which saint founded Paris", kind="none"),
        Question("4", "harbour froze", kind="fact", evidence=(Evidence("report.txt"),)),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    return tmp_path


def test_a_set_runs_through(folder: Path) -> None:
    assistant = WordsAssistant(folder)
    (result,) = evaluate(assistant, [QUESTIONS])
    assert (result.name, result.questions, result.answerable) == ("village", 4, 3)
    assert assistant.asked[1] == ("sells honey where", ("his brother",))
    measured = {name: estimate.value for name, estimate in result.measures.items()}
    assert measured["Success@1"] == 1
    assert measured["quote_hit@1"] == 1
    assert measured["verbatim"] == 1
    assert measured["answered_wrongly"] == measured["refused_wrongly"] == 0
    assert measured["abstain_auroc"] == measured["abstain_f1"] == 1
    assert measured["answer_em"] == 0
    assert result.measures["quote_hit@1"].questions == 2
    assert set(result.slices["kind"]) == {"fact", "followup", "none"}
    assert set(result.slices["style"]) == {"close"}
    assert result.slices["kind"]["fact"]["Success@1"].questions == 2
    assert 0 <= result.seconds["p50"] <= result.seconds["p95"]
    assert not result.warnings
    unanswered = result.outcomes[2]
    assert not unanswered.answered
    assert len(unanswered.quotes) == 3  # what came nearest is judged as forced quotes


def test_two_runs_give_the_same_figures(folder: Path) -> None:
    (one,), (two,) = (evaluate(WordsAssistant(folder), [QUESTIONS]) for _ in range(2))
    assert one.measures == two.measures
    assert one.slices == two.slices


def test_verbatim_is_judged_by_the_files_as_they_are_now(folder: Path) -> None:
    assistant = WordsAssistant(folder)
    (folder / "letter.txt").write_text(LETTER.replace("bees", "wasps"), encoding="utf-8")
    (result,) = evaluate(assistant, [QUESTIONS])
    exact = [quote.exact for quote in result.outcomes[0].quotes]
    assert exact[0] is False  # the sentence that changed
    value = result.measures["verbatim"].value
    shown = [quote for outcome in result.outcomes for quote in outcome.quotes]
    assert value == sum(quote.exact is True for quote in shown) / len(shown)
    assert value is not None
    assert 0 < value < 1


def test_quotes_from_a_file_that_is_gone_are_not_verbatim(folder: Path) -> None:
    assistant = WordsAssistant(folder)
    (folder / "letter.txt").unlink()
    (result,) = evaluate(assistant, [QUESTIONS])
    assert result.outcomes[0].quotes[0].exact is False
    assert sum("letter.txt" in warning for warning in result.warnings) == 1


def test_sources_need_not_be_checked(folder: Path) -> None:
    (result,) = evaluate(WordsAssistant(folder), [QUESTIONS], check_sources=False)
    assert result.measures["verbatim"].value is None
    assert result.measures["quote_hit@1"].value == 1


def test_missing_documents_are_said_in_one_line(folder: Path) -> None:
    questions = EvaluationSet(
        "far",
        tuple(Question(str(i), "bees", evidence=(Evidence(f"gone/{i}", "x"),)) for i in range(3))
        + QUESTIONS.questions[:0],
    )
    (result,) = evaluate(WordsAssistant(folder), [questions])
    (warning,) = result.warnings
    assert "3 of the 3 documents" in warning
    assert "gone/0" in warning
    assert result.measures["Success@10"].value == 0


def test_a_question_that_cannot_be_asked_counts_as_not_answered(folder: Path) -> None:
    questions = EvaluationSet(
        "odd", (*QUESTIONS.questions, Question("5", "où?", evidence=(Evidence("letter.txt"),)))
    )
    (result,) = evaluate(WordsAssistant(folder), [questions])
    assert result.outcomes[-1].error == "ASCII only."
    assert result.measures["Success@1"].value == 3 / 4
    assert result.measures["refused_wrongly"].value == 1 / 4
    assert any("ASCII only." in warning for warning in result.warnings)


def test_progress_is_told_and_may_cancel(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(WordsAssistant(folder), [QUESTIONS], progress=lambda *step: told.append(step))
    assert told == [("village", done, 4) for done in range(5)]

    def cancel(name: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    assistant = WordsAssistant(folder)
    with pytest.raises(KeyboardInterrupt):
        evaluate(assistant, [QUESTIONS], progress=cancel)
    assert len(assistant.asked) == 2


def test_nothing_is_asked_where_a_set_is_unknown_or_given_twice(folder: Path) -> None:
    assistant = WordsAssistant(folder)
    with pytest.raises(UsageError, match="seeds"):
        evaluate(assistant, [QUESTIONS, "no-such-set"])
    with pytest.raises(UsageError, match="village"):
        evaluate(assistant, [QUESTIONS, QUESTIONS])
    assert not assistant.asked


def test_documents_rank_by_their_best_passage_and_ties_by_name() -> None:
    def found(document: str, score: float) -> ScoredPassage:
        return ScoredPassage(Passage(document, 0, 1, "text", "x", "x"), score, 0.0, 0.0)

    ranked = rank_documents([found("b", 2), found("c", 3), found("a", 2), found("c", 1), found("b", 1)])
    assert ranked == (("c", 3), ("a", 2), ("b", 2))
