"""Which passages the evidence model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.conversation import Query
from qa.dialogue import reports_reply
from qa.documents import Documents
from qa.evidence.model import EvidenceModel, Pair
from qa.quoting.reads import Read, prepare
from qa.quoting.table import NO_EVIDENCE
from qa.types import ScoredPassage

FIRST, MOST = 10, 20
"""Passages that the evidence model reads: so many, and so many where no sentence of these is …"""

ENOUGH = -1.5
"""… evidence by this logit (docs/retrieval.md), or one of the next holds a reply to the very question."""

PLAIN = 6
"""Passages whose sentences are compared with the question where there is no evidence model."""


def read(
    query: Query, ranked: Sequence[ScoredPassage], documents: Documents, evidence: EvidenceModel | None
) -> list[Read]:
    """The first of the ``ranked`` passages, and where these hold no answer the next; for a subject, which any
    of them may be on, all."""
    if not evidence:
        return _prepared(ranked[:PLAIN], documents)
    first = MOST if query.names_subject else FIRST
    reads = _found(query, _prepared(ranked[:first], documents), evidence)
    logits = [logit for one in reads if one.finding for logit in one.finding.sentences]
    rest = ranked[first:MOST]
    if max(logits, default=NO_EVIDENCE) < ENOUGH or any(
        reports_reply(query.question, scored.passage.clean) for scored in rest
    ):
        reads += _found(query, _prepared(rest, documents), evidence)
    return reads


def _prepared(ranked: Sequence[ScoredPassage], documents: Documents) -> list[Read]:
    found = [(scored, documents.prepared(scored.passage.document)) for scored in ranked]
    return [prepare(scored, document.view, document.sentences) for scored, document in found]


def _found(query: Query, reads: Sequence[Read], evidence: EvidenceModel) -> list[Read]:
    pairs = [Pair(one.text, one.scored.passage.context, one.places) for one in reads]
    findings = evidence.read(query.question, pairs)
    return [replace(one, finding=finding) for one, finding in zip(reads, findings, strict=True)]
