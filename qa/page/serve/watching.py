"""How the page is, for whoever looks after it: ``/health`` for a supervisor, ``/metrics`` for Prometheus.

There are numbers in it, no question, no name and no document. Where people sign in, the numbers are for who
signs in, as a program does (HTTP basic); whether the page is well is told to anybody.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any

from qa import logs
from qa.errors import Cancelled, IbidError

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from qa.assistant import Assistant
    from qa.page.serve.opening import Opening
    from qa.types import Answer

HEALTH, METRICS = "/health", "/metrics"

_SECONDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)


@cache
def _counted() -> tuple[Counter, Histogram, CollectorRegistry]:
    """(questions by how they came out, seconds to an answer, what holds both and the process's own)."""
    from prometheus_client import CollectorRegistry, Counter, Histogram, PlatformCollector, ProcessCollector

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    questions = Counter("ibid_questions", "Questions asked.", ["outcome"], registry=registry)
    for outcome in ("answered", "not_answered", "stopped", "error"):
        questions.labels(outcome)
    seconds = Histogram(
        "ibid_answer_seconds", "Seconds from a question to its answer.", buckets=_SECONDS, registry=registry
    )
    return questions, seconds, registry


def ask(assistant: Assistant, question: str, **asked: Any) -> Answer:
    """``assistant.ask``, counted and logged."""
    questions, seconds, _ = _counted()
    began = time.perf_counter()
    with logs.timed("question", **logs.words(question), after=len(asked.get("after", ()))) as told:
        try:
            answer = assistant.ask(question, **asked)
        except Cancelled:
            questions.labels("stopped").inc()
            told["outcome"] = "stopped"
            raise
        except IbidError as error:
            questions.labels("error").inc()
            told |= {"outcome": "refused", "reason": type(error).__name__}
            raise
        outcome = "answered" if answer.answered else "not_answered"
        stages = {stage: round(1000 * taken, 1) for stage, taken in answer.timing.items()}
        told |= {"outcome": outcome, "confidence": round(answer.confidence, 3), "stages": stages}
    seconds.observe(time.perf_counter() - began)
    questions.labels(outcome).inc()
    return answer


def state(opening: Opening) -> str:
    """ "ready", "loading" while the library is being opened, "failed" where it could not be."""
    if not opening.over:
        return "loading"
    try:
        opening.assistant()
    except IbidError:
        return "failed"
    return "ready"


def figures(opening: Opening) -> bytes:
    """All numbers, as Prometheus reads them (text, UTF-8)."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    library = CollectorRegistry()
    Gauge("ibid_up", "1 where the library can be asked.", registry=library).set(state(opening) == "ready")
    if state(opening) == "ready":
        held = opening.assistant().library
        searched = held.searched()
        for name, words, value in (
            ("ibid_documents", "Documents in the library.", searched.documents),
            ("ibid_passages", "Passages in the library.", searched.passages),
            ("ibid_generation", "Changes committed to the library.", held.generation()),
        ):
            Gauge(name, words, registry=library).set(value)
    return bytes(generate_latest(library) + generate_latest(_counted()[2]))


def routes(opening: Opening) -> list[BaseRoute]:
    """The two addresses."""
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from starlette.routing import Route

    def health(request: Request) -> Response:  # noqa: ARG001
        now = state(opening)
        headers = {"cache-control": "no-store"}
        return JSONResponse({"status": now}, status_code=200 if now == "ready" else 503, headers=headers)

    def metrics(request: Request) -> Response:  # noqa: ARG001
        from prometheus_client import CONTENT_TYPE_LATEST

        try:
            return Response(figures(opening), media_type=CONTENT_TYPE_LATEST)
        except IbidError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)

    return [Route(HEALTH, health, methods=["GET"]), Route(METRICS, metrics, methods=["GET"])]
