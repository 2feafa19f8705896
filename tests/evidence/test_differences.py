"""Weights told as differences: near to those that were trained, small, and exact where nothing differs."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from qa.evidence.differences import GROUP, STEPS, added, save


def test_what_is_added_is_near_to_what_was_trained(tmp_path: Path) -> None:
    chance = torch.Generator().manual_seed(3)
    base = {
        "layer": torch.randn(64, 96, generator=chance).half(),
        "odd": torch.randn(3, 5, generator=chance).half(),
        "bias": torch.randn(64, generator=chance).half(),
    }
    moved = {name: 0.02 * torch.randn(value.shape, generator=chance) for name, value in base.items()}
    trained = {name: value.float() + moved[name] for name, value in base.items()}
    save_file(base, str(tmp_path / "base"))
    save(trained, tmp_path / "base", tmp_path / "second")
    found = added(load_file(str(tmp_path / "base")), tmp_path / "second")
    assert found.keys() == base.keys()
    groups = (found["layer"] - trained["layer"]).view(-1, GROUP).abs()
    step = moved["layer"].view(-1, GROUP).abs().amax(1, keepdim=True) / STEPS
    assert (groups <= 0.51 * step).all(), "half a step of its own group at most"
    for name in ("odd", "bias"):
        assert torch.allclose(found[name], trained[name], atol=1e-4)
    told = load_file(str(tmp_path / "second"))
    assert told["layer"].numel() == base["layer"].numel() / 2


def test_weights_that_do_not_differ_come_back_as_they_are(tmp_path: Path) -> None:
    base = {"layer": torch.arange(128.0).view(2, 64).half()}
    save_file(base, str(tmp_path / "base"))
    save({name: value.float() for name, value in base.items()}, tmp_path / "base", tmp_path / "second")
    assert torch.equal(added(base, tmp_path / "second")["layer"], base["layer"].float())
