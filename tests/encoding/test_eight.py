"""Eight bits: near what float32 gives, and no row depends on another."""

import torch

from qa.encoding.eight import EightBitLinear


def test_eight_bits_are_near_and_rows_stand_alone() -> None:
    torch.manual_seed(1)
    weight, bias = torch.randn(96, 64), torch.randn(96)
    rows = torch.randn(40, 64) + 3 * torch.rand(40, 1)  # no middle is nought
    rows[3] *= 1000
    layer = EightBitLinear(weight, bias)
    made, exact = layer(rows), rows @ weight.T + bias
    assert torch.cosine_similarity(made, exact).min() > 0.9995
    alone = torch.cat([layer(rows[n : n + 8]) for n in range(0, 40, 8)])
    assert torch.equal(made, alone)


def test_a_row_of_one_number_is_no_division_by_nought() -> None:
    weight = torch.randn(32, 16)
    made = EightBitLinear(weight, torch.zeros(32))(torch.full((16, 16), 2.0))
    assert torch.allclose(made, torch.full((16, 16), 2.0) @ weight.T, atol=0.3)
