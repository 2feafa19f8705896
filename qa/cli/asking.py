"""ask and chat."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from qa.cli.keeping import begin, opened
from qa.cli.terminal import console, count, print_json, print_quote, say, waiting
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa.types import Answer

NOT_ANSWERED = 4
PLAIN = "The evidence model's weights are missing: answered by plain scores, which find and refuse less well."


def ask(arguments: argparse.Namespace) -> int:
    """`qa ask`"""
    from qa.citing import confirm_style
    from qa.conversation import MAX_QUESTION
    from qa.receipts import answer_to_dict

    question = _question(arguments.question)
    if arguments.style:
        confirm_style(arguments.style)
    with opened(arguments) as assistant:
        assistant.style = arguments.style or assistant.style
        if question.strip() and len(question) <= MAX_QUESTION:
            begin(assistant)
            # What is amiss with the request is told before the models load, and the answer's clock starts
            # after that.
            assistant.library.scope(arguments.within, arguments.date_from, arguments.date_to)
            with waiting("Loading the models…", shown=not arguments.json):
                assistant.warm()
            if assistant.evidence is None:
                say(PLAIN)
        answer = assistant.ask(
            question,
            after=tuple(arguments.after),
            limit=arguments.limit,
            documents=tuple(arguments.within),
            date_from=arguments.date_from,
            date_to=arguments.date_to,
            threshold=arguments.confidence,
        )
        paths = {source.name: source.path for source in assistant.library.sources()}
    if arguments.json:
        print_json(answer_to_dict(answer, paths=paths))
    else:
        _print(answer)
        if arguments.timing:
            _print_timing(answer)
    return 0 if answer.answered else NOT_ANSWERED


def _question(words: list[str]) -> str:
    if words == ["-"]:
        return sys.stdin.read().strip()
    if not words:
        raise UsageError(
            'No question. Write it in quotation marks, before --in: qa ask "What did …?" --in NAME'
        )
    # A question without quotation marks around it comes as words.
    return " ".join(words)


def _print(answer: Answer) -> None:
    out = console()
    searched = answer.searched
    within = f"{count(searched.documents, 'document')}, {count(searched.passages, 'passage')}"
    if answer.answered:
        out.print()
        for quote in answer.quotes:
            print_quote(out, quote)
        out.print(
            f"Confidence {answer.confidence:.0%}. Searched {within} in {answer.seconds:.2f} s.", style="dim"
        )
        _print_unresolved(answer)
        return
    if not searched.passages:
        out.print("There is nothing to search here. Add files with: qa add PATH")
        return
    out.print(f"Nothing in the library answers this (confidence {answer.confidence:.0%}; searched {within}).")
    _print_unresolved(answer)
    if answer.nearest:
        out.print("What came nearest:\n")
        for quote in answer.nearest:
            print_quote(out, quote)


def _print_unresolved(answer: Answer) -> None:
    if answer.unresolved:
        console().print(
            f"“{answer.unresolved}” leans on a question that was not asked. Name who or what is meant, or "
            'give the question before it: --after "…"',
            markup=False,
        )


def _print_timing(answer: Answer) -> None:
    parts = [f"{stage} {s:.3f} s ({s / answer.seconds:.0%})" for stage, s in answer.timing.items()]
    console().print(f"{answer.seconds:.3f} s: {', '.join(parts)}", style="dim")


def chat(arguments: argparse.Namespace) -> int:
    """`qa chat`"""
    from qa.encoding import DEFAULT_MODEL
    from qa.page import launch

    launch(
        library=arguments.library,
        model=arguments.model or DEFAULT_MODEL,
        host=arguments.host,
        port=arguments.port,
        open_browser=not arguments.no_browser,
        cross_encoder=arguments.cross_encoder,
        names=arguments.allow_host,
        certificate=arguments.certificate,
        key=arguments.key,
        mcp=arguments.mcp,
    )
    return 0
