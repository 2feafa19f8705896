"""What was read: the words without their print, and the way back to the true text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qa.evidence.model import Finding
from qa.quoting import prepare
from qa.quoting.reads import FOLLOWING
from qa.splitting import passages, sentences, view_of
from qa.types import Document, Mark, ScoredPassage
from tests.quoting.passages import chosen, read_of, words_of


def test_print_is_no_word_of_a_sentence_and_the_phrase_is_the_true_text() -> None:
    text = "Nothing at the Confe[Page 922]rence pleased the inter-\nnational of\ufb01ce at all. It ended."
    start = text.index("[")
    document = Document("a", text, (Mark("page", start, start + 10, "922"),))
    read = read_of(document, evidence=[1.0, 0.0])
    assert read.text == "Nothing at the Conference pleased the international office at all. It ended."
    assert [read.text[a:b] for a, b in read.places] == [read.text[:66], "It ended."]
    at = read.text.index("international")
    assert text[slice(*read.true(at, at + len("international office")))] == "inter-\nnational of\ufb01ce"
    # The model's phrase is the first words; what is quoted of it is what the file says.
    offsets = np.array([[15, 25], [26, 33]])
    finding = Finding(1.0, (1.0, -9.0), *np.zeros((2, 2), np.float32), offsets, 0.0)
    (found,) = chosen([replace(read, finding=replace(finding, ends=np.array([0, 1], np.float32)))], [1, 0], 1)
    assert found.phrase is not None
    assert text[slice(*found.phrase)] == "Confe[Page 922]rence pleased"
    assert words_of(found, document) == text[: text.index(" It ended")]


def test_the_sentences_behind_a_passage_are_kept_with_it() -> None:
    document = Document("a", "One stands here. Two stands here. Three stands here. Four stands here.")
    found = sentences(document)
    passage = replace(passages(document)[0], end=found[0].end)
    read = prepare(ScoredPassage(passage, 0.0, 0.5, 1.0), view_of(document), found)
    assert read.sentences == tuple(found[:1])
    assert read.following == tuple(found[1 : 1 + FOLLOWING])
