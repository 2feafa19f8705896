"""Dropout: the seed decides, whichever thread draws."""

from __future__ import annotations

import pytest
import torch

from qa.evidence import dropout


def test_a_share_is_left_out_and_the_rest_made_larger() -> None:
    values = torch.ones(40, 50)
    layer = dropout.Dropout(0.3)
    dropout.draw_from(0)
    dropped = layer(values)
    dropout.draw_from(0)
    assert torch.equal(layer(values), dropped)
    dropout.draw_from(1)
    assert not torch.equal(layer(values), dropped)
    dropout.draw_from(None)
    assert dropped.unique().tolist() == [0.0, pytest.approx(1 / 0.7)]
    assert float(dropped.mean()) == pytest.approx(1, abs=0.05)
    assert layer(values) is values
