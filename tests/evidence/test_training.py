"""The training loop on a network of no size: it learns, and going on is the same as going through."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from qa.evidence import batches, training
from qa.evidence.dropout import put_dropout
from qa.evidence.examples import Example, digest
from qa.evidence.network import load_base
from tests.evidence import tiny
from tests.evidence.given import PASSAGE, examples


def trained(out: Path, given: list[Example], seen: int, rate: float = 3e-3) -> dict[str, Any]:
    training.train(tiny.network(), tiny.tokenizer(), given, out, rate=rate, seen=seen, rng=random.Random(5))
    state: dict[str, Any] = torch.load(out, weights_only=True)["network"]
    return state


def loss_of(state: dict[str, Any], given: list[Example]) -> float:
    network = tiny.network()
    network.load_state_dict(state)
    with torch.inference_mode():
        return float(training.loss_of(network, tiny.tokenizer(), given))


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 4)
    monkeypatch.setattr(training, "CHECKPOINT_EVERY", 3)


def test_training_lowers_the_loss_and_leaves_the_embeddings(tmp_path: Path) -> None:
    given, before = examples(), tiny.network().state_dict()
    state = trained(tmp_path / "weights.pt", given, seen=480)
    assert loss_of(state, given) < 0.6 * loss_of(before, given)
    for name, value in state.items():
        if name.startswith("bert.embeddings."):
            # Rounded to bfloat16 where the processor has it, and no further: shipped are the packaged ones.
            assert torch.allclose(value, before[name], rtol=2**-8, atol=0)
    assert not list(tmp_path.glob("*.checkpoint"))


def test_going_on_from_a_checkpoint_is_the_same_as_going_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = examples()
    through = trained(tmp_path / "through.pt", given, seen=32)

    whole, calls = training.loss_of, 0

    def stops_once(*arguments: Any) -> torch.Tensor:
        nonlocal calls
        calls += 1
        if calls == 6:  # in the step behind the first checkpoint's two successors
            raise KeyboardInterrupt
        return whole(*arguments)

    monkeypatch.setattr(training, "loss_of", stops_once)
    out = tmp_path / "stopped.pt"
    with pytest.raises(KeyboardInterrupt):
        trained(out, given, seen=32)
    assert out.with_suffix(".checkpoint").exists()
    assert not out.exists()
    went_on = trained(out, given, seen=32)
    assert calls == 6 + (8 - 3)  # from step 3 on, not from the start
    for name, value in through.items():
        assert torch.equal(value, went_on[name]), name


def test_archive_examples_are_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    path.write_text(
        '{"question": "Who?", "passage": "Tito.", "answers": true, "evidence": [[0, 5]], "answer": null,'
        ' "context": "Belgrade", "source": "made", "group": "q7"}\n',
        "utf-8",
    )
    assert training.archive_examples(path, 2) == [
        Example("Who?", "Tito.", True, ((0, 5),), None, "Belgrade", "made", "2:q7")
    ]


def test_some_sources_are_taken_whole_and_questions_altered(tmp_path: Path) -> None:
    rows = [
        {"question": "Who left Paris?", "passage": PASSAGE, "answerable": True, "source": source,
         "has_evidence": True, "evidence": [[0, 29]], "has_answer": False, "answer": []}
        for source in ("few", "all")
        for _ in range(10)
    ]  # fmt: skip
    with gzip.open(tmp_path / "train.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    made = training.open_examples(tmp_path, 3, random.Random(0), whole=frozenset({"all"}))
    assert Counter(e.source for e in made if e.answers) == {"few": 3, "all": 10}
    assert not any(e.source == "altered" for e in made)
    made = training.open_examples(tmp_path, 3, random.Random(0), altered=1.0)
    assert [e.source for e in made].count("altered") > 0
    lines = tmp_path / "lines.jsonl"
    near = {"passage": digest(PASSAGE), "question": "Who came?", "evidence": [], "answer": []}
    lines.write_text(json.dumps(near) + "\n")
    made = training.open_examples(tmp_path, 1, random.Random(0), written=lines)
    assert [e.question for e in made if e.source == "written_over"] == ["Who came?"]


def test_a_batch_in_parts_is_the_mean_of_them_and_keeps_groups_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "PART", 4)
    given = examples(6)
    given[2:5] = [replace(example, group="one") for example in given[2:5]]
    parts = batches.in_parts(given)
    assert [len(part) for part in parts] == [2, 4]
    network, tokenizer = tiny.network(), tiny.tokenizer()
    live = [p for p in network.parameters() if p.requires_grad]
    loss, gradients = training._gradients(network, tokenizer, given, live, 0)
    whole = sum(training.loss_of(network, tokenizer, part) * (len(part) / 6) for part in parts)
    assert isinstance(whole, torch.Tensor)
    assert loss == pytest.approx(whole.item(), rel=1e-6)
    wanted = torch.autograd.grad(whole, live, allow_unused=True, materialize_grads=True)
    for gradient, right in zip(gradients, wanted, strict=True):
        assert torch.allclose(gradient, right, rtol=1e-4, atol=1e-7)


def test_dropout_is_the_seeds_whichever_thread_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 2)
    network, tokenizer = tiny.network(), tiny.tokenizer()
    live = [p for p in network.parameters() if p.requires_grad]
    plain, _ = training._gradients(network, tokenizer, examples(), live, 1)
    put_dropout(network, 0.3)
    first, gradients = training._gradients(network, tokenizer, examples(), live, 1)
    again, same = training._gradients(network, tokenizer, examples(), live, 1)
    other, _ = training._gradients(network, tokenizer, examples(), live, 2)
    assert first == again
    assert all(torch.equal(a, b) for a, b in zip(gradients, same, strict=True))
    assert len({plain, first, other}) == 3


def test_training_goes_on_from_what_is_shipped_or_was_written(tmp_path: Path) -> None:
    shipped = training.weights_of("shipped")
    assert not any(name.startswith("bert.embeddings.") for name in shipped)
    assert all(values.dtype == torch.float32 for values in shipped.values())
    network, _ = load_base()
    missing, unexpected = network.load_state_dict(shipped, strict=False)
    assert all(name.startswith("bert.embeddings.") for name in missing)
    assert not unexpected
    torch.save({"network": shipped}, tmp_path / "stage.pt")
    assert training.weights_of(str(tmp_path / "stage.pt")).keys() == shipped.keys()
