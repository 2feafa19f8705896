"""What was measured holds for a processor of its kind alone."""

from dataclasses import replace

import torch

from qa.encoding import measuring

HERE = measuring.Measured(
    "int8", {"float32": 2.0, "int8": 1.0}, {"float32": 1.0, "int8": 0.998}, measuring.processor(),
    torch.__version__,
)  # fmt: skip


def test_it_is_read_as_it_was_written() -> None:
    assert measuring.read(HERE.to_json()) == HERE


def test_another_processor_or_version_is_measured_anew() -> None:
    assert measuring.read(replace(HERE, processor="other").to_json()) is None
    assert measuring.read(replace(HERE, torch="0.1").to_json()) is None
    assert measuring.read(replace(HERE, precision="int4").to_json()) is None
