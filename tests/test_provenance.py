"""Questions about the making of a paper told from questions about what it says."""

from __future__ import annotations

import pytest

from qa.provenance import asks_provenance, tells_provenance


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the article on Litvinov's diplomatic activities in the USA?",
        "who wrote this letter",
        "Who sent the telegram of November 22, 1945?",
        "Who signed the British aide-mémoire about the loan?",
        "To whom was the telegram sent?",
        "By whom was that memorandum drafted?",
        "Who was the letter about the ships addressed to?",
        "Who is the author of the despatch?",
        "Who are the article's authors?",
        "When was the telegram about Litvinov sent?",
        "In which journal was the article published?",
        "Where was the article on lend-lease published?",
        "What is the date of the letter?",
    ],
)
def test_who_made_a_paper(question: str) -> None:
    assert asks_provenance(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who was Subasic?",
        "Who sent the troops to Archangel?",
        "Why was the telegram sent?",
        "What does the note say about Ivan Subasich?",
        "Who told the Ambassador about the letter?",
        "When did Litvinov die?",
        "Whom did the King address?",
        "What did Kennedy write about Laos?",
        "Where was the conference held?",
        "Who asked that the letter be kept secret?",
        "When was the transcript of the interview published?",
        "",
    ],
)
def test_what_a_paper_says(question: str) -> None:
    assert not asks_provenance(question)


def test_where_it_is_told() -> None:
    assert tells_provenance(
        "The Ambassador in the Soviet Union (Harriman) to the Secretary of State", "heading"
    )
    assert tells_provenance("Letter From President Kennedy", "heading")
    assert tells_provenance("711.61/11–2245: Telegram", "front")
    assert not tells_provenance("DIPLOMATIC ACTIVITIES OF M.M. LITVINOV IN THE USA", "heading")
    assert not tells_provenance("He wrote to Byrnes.", "text")
