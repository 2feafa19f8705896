"""Measures of the confidence, under any counting of the questions.

In each function ``confidence`` and the other columns have shape (n,), ``counts`` (b, n) says how often each
question counts (whole numbers), and the value has shape (b,), NaN where there is nothing to rest on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BINS = 10
"""Bins of the calibration error and of the reliability diagram, of equal mass."""


def share(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where whole is 0."""
    divided: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return divided


def auroc(confidence: Floats, answerable: Floats, counts: Floats) -> Floats:
    """The chance that an answerable question got a higher confidence than an unanswerable one, ties half:
    the area under the ROC curve as the Mann–Whitney statistic (Hanley and McNeil 1982)."""
    order, firsts = by_confidence(confidence)
    sorted_ = counts[:, order]
    yes = _grouped(sorted_ * (answerable[order] == 1), firsts)
    no = _grouped(sorted_ * (answerable[order] == 0), firsts)
    below = np.cumsum(no, axis=1) - no
    wins = (yes * (below + no / 2)).sum(axis=1)
    return share(wins, yes.sum(axis=1) * no.sum(axis=1))


def by_confidence(confidence: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The order of rising confidence, and where in it each group of equal confidences begins."""
    order = np.argsort(confidence, kind="stable")
    return order, np.flatnonzero(np.diff(confidence[order], prepend=np.nan) != 0)


def _grouped(counts: Floats, firsts: NDArray[np.intp]) -> Floats:
    """(b, groups): the sums of (b, n) over groups that begin at ``firsts``."""
    # Without ties, as confidences mostly are, each is its own group, and adding up is dear.
    return counts if len(firsts) == counts.shape[1] else np.add.reduceat(counts, firsts, axis=1)


def aurc(confidence: Floats, hit: Floats, counts: Floats) -> Floats:
    """Area under the risk–coverage curve (Geifman and El-Yaniv 2017): the mean, over k = 1 … n, of the share
    of wrong first quotes among the k most confident. Between equal confidences no threshold can tell, so
    their order is taken as random and the expected share counted: adding j of m with e wrong to M with E
    wrong gives (E + j e/m) / (M + j), which sums to e + (E - M e/m)(H(M + m) - H(M)), H the harmonic
    numbers."""
    known = np.flatnonzero(~np.isnan(hit))
    if not len(known):
        return np.full(len(counts), np.nan)
    order, firsts = by_confidence(-confidence[known])
    order = known[order]
    mass = _grouped(counts[:, order], firsts)
    wrong = _grouped(counts[:, order] * (1 - hit[order]), firsts)
    mass_to, wrong_to = np.cumsum(mass, axis=1), np.cumsum(wrong, axis=1)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, mass_to[:, -1].max() + 1))])
    before = mass_to - mass
    steps = harmonic[mass_to.astype(np.intp)] - harmonic[before.astype(np.intp)]
    rate = np.divide(wrong, mass, out=np.zeros_like(wrong), where=mass > 0)
    area = (wrong + (wrong_to - wrong - before * rate) * steps).sum(axis=1)
    return share(area, mass_to[:, -1])


def abstain_f1(answered: Floats, answerable: Floats, counts: Floats) -> Floats:
    """F1 of "not answered" as a judgement that there is no answer; NaN without an unanswerable question."""
    right = counts @ ((answered == 0) & (answerable == 0)).astype(float)
    refused, unanswerable = counts @ (answered == 0).astype(float), counts @ (answerable == 0).astype(float)
    f1 = share(2 * right, refused + unanswerable)
    f1[unanswerable == 0] = np.nan
    return f1


def ece(confidence: Floats, hit: Floats, counts: Floats) -> Floats:
    """Expected calibration error: over bins of equal mass in the order of confidence, the absolute gap
    between mean confidence and share of hits, weighted by the bin's mass (Guo et al. 2017, with the equal
    mass of Nixon et al. 2019). Where the number does not divide, the first bins hold one more; equal
    confidences stay in the order of the set."""
    known = ~np.isnan(hit)
    order = np.flatnonzero(known)[np.argsort(confidence[known], kind="stable")]
    counts, gap = counts[:, order], (confidence - hit)[order]
    out = np.full(len(counts), np.nan)
    if not len(order):
        return out
    # places[i] copies stand before question i; between the places the running sum of gaps is linear, so
    # its value at a bin's edge is an interpolation, whatever the counts.
    zero = np.zeros((len(counts), 1))
    places = np.hstack([zero, np.cumsum(counts, axis=1)])
    sums = np.hstack([zero, np.cumsum(counts * gap, axis=1)])
    bins = np.arange(BINS + 1)
    for row in np.flatnonzero(places[:, -1] > 0):
        size, over = divmod(int(places[row, -1]), BINS)
        edges = np.interp(bins * size + np.minimum(bins, over), places[row], sums[row])
        out[row] = np.abs(np.diff(edges)).sum() / places[row, -1]
    return out
