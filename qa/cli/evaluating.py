"""evaluate."""

from __future__ import annotations

import argparse
import contextlib
from collections import ChainMap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.keeping import begin, opened
from qa.cli.terminal import bar, console, count, print_json, safe, say
from qa.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qa.adding import Progress
    from qa.assistant import Assistant
    from qa.evaluation.runs import Run
    from qa.evaluation.sets import EvaluationSet


def evaluate(arguments: argparse.Namespace) -> int:
    """`qa evaluate`"""
    if arguments.list_sets:
        return _list(arguments)
    from qa import evaluation
    from qa.evaluation.runner import BATCH

    # A misspelt set or an unreadable baseline is told of before anything is opened or loaded.
    resumed = _resumed(arguments)
    sets = _sets(arguments, resumed)
    earlier = evaluation.baseline(arguments.baseline) if arguments.baseline else None
    folder = resumed.folder if resumed else _folder(arguments, sets)
    with _assistants(arguments, sets) as assistant_of:
        try:
            with bar("questions", shown=not arguments.json, speed=True) as shows:
                results = evaluation.evaluate(
                    assistant_of,
                    sets,
                    progress=shows,
                    folder=folder,
                    batch=1 if arguments.one_by_one else BATCH,
                )
        except KeyboardInterrupt:
            if folder is not None:
                say(f"The run goes on with: qa evaluate --resume {folder}")
            raise
    compared = evaluation.compare(results, earlier) if earlier is not None else []
    if folder is not None:
        # Over again, for what the run itself does not know: the baseline and the share that is aimed at.
        evaluation.write_report(results, folder, compared, target=arguments.target)
    for warning in (line for result in results for line in result.warnings):
        say(warning)
    if arguments.json:
        shown = evaluation.results_to_json(results, target=arguments.target)
        against = {each["set"]: {"baseline": each} for each in evaluation.comparison_to_json(compared)}
        kept = {} if folder is None else {"run": str(folder)}
        print_json([{**one, **against.get(one["set"], {}), **kept} for one in shown])
        return 0
    out = console()
    evaluation.print_results(out, results, target=arguments.target)
    if compared:
        evaluation.print_comparison(out, compared)
    if folder is not None:
        # On a line of its own, however wide the terminal: it is there to be copied.
        print(f"Report: {safe(str(folder / 'report.html'))} (and summary.md, questions.jsonl, …)")
    return 0


def _roots(arguments: argparse.Namespace) -> tuple[Path, ...]:
    """Where runs are kept that no folder was named for: with the library; and among the user's data where
    there is none yet, for its folder is not to be begun by anything else."""
    from qa.evaluation.runs import default_root
    from qa.library import default_location

    location = arguments.library or default_location()
    with_library = (default_root(location),) if "://" in location or Path(location).is_dir() else ()
    return (*with_library, default_root(""))


def _folder(arguments: argparse.Namespace, sets: Sequence[EvaluationSet]) -> Path | None:
    """Where a new run is kept; None where it is not."""
    from qa.evaluation.runs import default_root, new_folder
    from qa.library import default_location

    if arguments.report:
        return Path(arguments.report)
    if arguments.no_keep:
        return None
    names = [one.name for one in sets]
    if any(one.corpus is None for one in sets):
        # These are asked of the library, which is made where there is none.
        return new_folder(default_root(arguments.library or default_location()), names)
    return new_folder(_roots(arguments)[0], names)


def _resumed(arguments: argparse.Namespace) -> Run | None:
    """The run to go on with: the one that was named, else the latest that was not finished."""
    from qa.evaluation import runs

    if arguments.resume is None:
        return None
    if arguments.report or arguments.no_keep:
        raise UsageError("A run that is gone on with stays where it is: leave out --report and --no-keep.")
    if arguments.resume:
        return runs.find(arguments.resume)
    stopped = [run for root in _roots(arguments) for run in runs.runs(root) if not run.finished]
    if not stopped:
        raise UsageError("No run was stopped. Name its folder, if it lies elsewhere: --resume DIR")
    return max(stopped, key=lambda run: run.manifest.started)


def _sets(arguments: argparse.Namespace, resumed: Run | None) -> list[EvaluationSet]:
    """The sets that were named, else those of the run that is gone on with. Columns and judgements are for
    those that do not come with the program."""
    from qa.evaluation.sets import load, shipped
    from qa.evaluation.sets.finding import QUESTIONS

    columns = dict(ChainMap(*reversed(arguments.columns)))
    named = arguments.sets or [one.path or one.name for one in (resumed.manifest.sets if resumed else ())]
    own = [
        name
        for name in named
        if (name not in shipped() or Path(name).is_file()) and QUESTIONS not in Path(name).parents
    ]
    if not named:
        raise UsageError("Which set? `qa evaluate --list` shows those that come with the program.")
    if arguments.qrels and len(own) != 1:
        raise UsageError("--qrels belongs to one file of topics. Name that alone.")
    if columns and not own:
        raise UsageError("--columns is for sets of your own; those that come with the program need none.")
    return [
        load(name, columns=columns, qrels=arguments.qrels) if name in own else load(name) for name in named
    ]


@contextlib.contextmanager
def _assistants(
    arguments: argparse.Namespace, sets: Sequence[EvaluationSet]
) -> Iterator[Callable[[EvaluationSet], Assistant]]:
    """A function that gives the assistant of each of the sets: over the documents that it brings, else over
    the library. All are opened at once, with their own progress bar, and closed in the end."""
    from qa.encoding import DEFAULT_MODEL
    from qa.evaluation.corpora import assistant_for
    from qa.evidence.relevance import CrossEncoderRelevance

    with contextlib.ExitStack() as stack:
        by_corpus: dict[str, Assistant] = {}

        def assistant_of(one: EvaluationSet) -> Assistant:
            key = one.corpus.sha256 if one.corpus else ""
            if key in by_corpus:
                return by_corpus[key]
            like = next(iter(by_corpus.values()), None)
            if one.corpus is None:
                assistant = stack.enter_context(opened(arguments))
                begin(assistant)
            else:
                with bar("files", shown=not arguments.json) as shows:
                    assistant = assistant_for(
                        one,
                        model=arguments.model or DEFAULT_MODEL,
                        progress=_reading(one.name, shows),
                        problems=say,
                        like=like,
                    )
                stack.callback(assistant.library.close)
                if arguments.library:
                    say(f"{one.name} brings its own documents, so --library is not used for it.")
            if arguments.cross_encoder:
                relevance = next((each.relevance for each in by_corpus.values()), None)
                assistant.relevance = relevance or CrossEncoderRelevance(arguments.cross_encoder)
            if arguments.confidence is not None:
                assistant.threshold = arguments.confidence
            by_corpus[key] = assistant
            return assistant

        for one in sets:
            assistant_of(one)
        yield assistant_of


def _reading(name: str, shows: Callable[[str, float, float | None], None]) -> Callable[[Progress], None]:
    """Tells that a set's own documents are read, which happens once."""
    told = False

    def progress(now: Progress) -> None:
        nonlocal told
        if not told:
            say(f"{name} brings its own documents. They are read once, and kept for later runs.")
            told = True
        part = now.done_passages / now.total_passages if now.total_passages else 0
        shows(f"{now.stage} {now.file}", now.done_files + min(part, 1), now.total_files)

    return progress


def _list(arguments: argparse.Namespace) -> int:
    """`qa evaluate --list`"""
    from qa.evaluation import corpora, load, shipped

    sets, kept = [load(name) for name in shipped()], corpora.kept()
    if arguments.json:
        print_json(
            {
                "sets": [
                    {
                        "set": one.name,
                        "questions": len(one.questions),
                        "answerable": sum(question.answerable for question in one.questions),
                        "quotes": sum(question.has_quotes for question in one.questions),
                        "path": one.path,
                    }
                    for one in sets
                ],
                "corpora": [asdict(one) for one in kept],
            }
        )
        return 0
    print("Sets that come with the program:")
    width = max(len(one.name) for one in sets)
    for one in sets:
        answerable = sum(question.answerable for question in one.questions)
        about = sorted({_about(item.document) for q in one.questions for item in q.evidence})
        more = f" and {len(about) - 2} more" if len(about) > 2 else ""
        print(
            f"  {one.name:{width}}  {len(one.questions):4} questions, {answerable:4} with an answer, "
            f"about {', '.join(about[:2])}{more}"
        )
    print("Any other set is named by its file or folder; `qa evaluate --help` says in which forms.")
    if kept:
        print("Documents of sets that brought theirs, kept for later runs (delete a folder to be rid of it):")
    for each in kept:
        held = f"{count(each.documents, 'document')}, {each.size / 1e6:,.0f} MB"
        print(f"  {safe(each.name)}: {held}, {safe(each.folder)}")
    return 0


def _about(document: str) -> str:
    """The file that a document is in."""
    return document.rpartition("/")[0] or document
