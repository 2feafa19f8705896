"""Texts in one row: each looks at itself alone, and a row is filled up to few lengths."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from qa.encoding.rows import STEP, attended, embedded, filling


@pytest.mark.parametrize("sizes", [[3], [4, 4, 4], [2, 5, 5, 1, 7, 7]])
def test_each_text_attends_to_itself_alone(sizes: list[int]) -> None:
    torch.manual_seed(4)
    taken = sum(sizes)
    query, key, value = torch.randn(3, taken + 6, 2, 8).unbind(0)
    seen = attended(query, key, value, sizes)
    assert seen.shape == (taken + 6, 16)
    assert not seen[taken:].any()
    at = 0
    for size in sizes:
        own = [of[at : at + size].transpose(0, 1) for of in (query, key, value)]
        alone = scaled_dot_product_attention(own[0], own[1], own[2]).transpose(0, 1).reshape(size, 16)
        torch.testing.assert_close(seen[at : at + size], alone)
        at += size


def test_rows_are_of_few_lengths_and_those_of_a_question_are_short() -> None:
    lengths = {tokens + filling(tokens) for tokens in range(1, 1_025)}
    assert all(tokens + filling(tokens) - tokens < STEP for tokens in range(1, 1_025))
    assert {length for length in lengths if length > STEP} == set(range(2 * STEP, 1_025, STEP))
    assert sorted(length for length in lengths if length <= STEP) == [16, 32, 48, 64]


def test_tokens_have_their_places_and_kinds_text_by_text() -> None:
    def noted(
        input_ids: torch.Tensor, token_type_ids: torch.Tensor, position_ids: torch.Tensor
    ) -> list[torch.Tensor]:
        return [torch.stack([input_ids, token_type_ids, position_ids])]

    ids, kinds, places = embedded(noted, [[7, 8, 9], [5, 6]], [[0, 1, 1], [0, 1]])[:, 0].tolist()
    assert ids == [7, 8, 9, 5, 6] + [0] * 11
    assert kinds == [0, 1, 1, 0, 1] + [0] * 11
    assert places == [0, 1, 2, 0, 1] + [0] * 11
    assert not embedded(noted, [[7, 8, 9]])[1].any()
