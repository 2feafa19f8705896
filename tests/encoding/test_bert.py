"""The packaged model's network as read here: the same as transformers reads it, to the last digit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from qa.encoding import PRECISIONS, SentenceEncoder, bert, packaged_model
from qa.encoding.packed import PackedEncoder, tokenized

TEXTS = ["Litvinov spoke.", "The price of wheat rose in Kansas. " * 9, "", "Berlin " * 20]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_it_gives_what_transformers_gives(sentence_encoder: SentenceEncoder, precision: str) -> None:
    from transformers import BertModel

    ids = tokenized(sentence_encoder._tokens, TEXTS)
    other = BertModel.from_pretrained(str(packaged_model())).eval()
    made = PackedEncoder(bert.load(packaged_model()), precision).encode(ids)
    assert np.array_equal(made, PackedEncoder(other, precision).encode(ids))


def test_encoding_imports_no_library_that_takes_seconds() -> None:
    script = (
        "import sys\nfrom qa.encoding import SentenceEncoder\nSentenceEncoder().encode(['Who spoke?'])\n"
        "print({'transformers', 'sentence_transformers', 'torch._dynamo'} & sys.modules.keys())"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "set()"


def test_weights_that_are_missing_or_too_many_are_told(tmp_path: Path) -> None:
    shutil.copy(packaged_model() / "config.json", tmp_path)
    weights = load_file(packaged_model() / "model.safetensors")
    taken = weights.pop("encoder.layer.3.output.dense.bias")
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(RuntimeError, match=r"layer\.3\.output\.dense\.bias"):
        bert.load(tmp_path)
    weights |= {"encoder.layer.3.output.dense.bias": taken, "encoder.layer.3.more": taken.clone()}
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(RuntimeError, match=r"layer\.3\.more"):
        bert.load(tmp_path)
