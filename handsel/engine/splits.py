"""When a split of visitors has a winner. Pure.

The rule is fixed before anybody looks, and looking every day does not bend it: a test meant for one
look finds a "winner" in every fourth split without any difference when it is read daily for two
months. Ours is the mixture sequential probability ratio test, whose error holds at every look
together.

For two variants, with conversion rates p and q seen in m and n clicks, let V be the variance of the
difference, p(1−p)/m + q(1−q)/n, and T² the spread of the differences that we expect. Then

    Λ = √(V / (V + T²)) · exp(T² (p − q)² / (2 V (V + T²)))

is at least 1/α with probability α at most, if the two are alike. Small differences between many
clicks and large ones between few ask for another T each: Λ is the mean over several, which keeps
the promise. The best variant wins when Λ against *every* other reaches (number of pairs)/α.

Source: Johari, Koomen, Pekelis, Walsh, "Always Valid Inference: Continuous Monitoring of A/B
Tests", Operations Research 70 (3), 2022, section 4. The normal approximation asks for some
conversions first; `CONVERSIONS_MIN` and `DAYS_MIN` (a whole week, for weekends differ) see to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, exp, inf, log, sqrt
from typing import Literal

ALPHA = 0.05
# Differences of about so many conversions in a click.
SPREADS = (0.003, 0.01, 0.03, 0.1)
DAYS_MIN = 7
DAYS_MAX = 90
CONVERSIONS_MIN = 20
Z_95 = 1.959964

Reason = Literal["too_early", "too_few", "undecided", "no_difference", "decided"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a variant: clicks that count, and those of them that led to a conversion."""

    name: str
    clicks: int
    conversions: int

    @property
    def rate(self) -> float:
        return self.conversions / self.clicks if self.clicks else 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """`winner` is set only where `reason` is `decided`. `evidence` is how near the best came to
    winning, from 0 to 1: of the proof that is asked for, on a logarithmic scale."""

    reason: Reason
    winner: str | None = None
    leader: str | None = None
    evidence: float = 0.0


def decide(seen: Sequence[Seen], *, days: int) -> Decision:
    """Whether one of two or more variants is better than all others, after so many days.

    >>> decide([Seen("a", 4000, 120), Seen("b", 4000, 190)], days=14).winner
    'b'
    >>> decide([Seen("a", 4000, 120), Seen("b", 4000, 130)], days=14).reason
    'undecided'
    """
    best = max(seen, key=lambda one: one.rate)
    asked = log(comb(len(seen), 2) / ALPHA)
    proven = min(log_ratio(best, other) for other in seen if other is not best)
    leader = best.name if any(one.rate < best.rate for one in seen) else None
    evidence = max(0.0, min(1.0, proven / asked))
    if days < DAYS_MIN:
        return Decision("too_early", leader=leader, evidence=evidence)
    if sum(one.conversions for one in seen) < CONVERSIONS_MIN or not all(
        one.clicks for one in seen
    ):
        return Decision("too_few", leader=leader, evidence=evidence)
    if proven >= asked:
        return Decision("decided", best.name, best.name, evidence=1.0)
    reason: Reason = "no_difference" if days >= DAYS_MAX else "undecided"
    return Decision(reason, leader=leader, evidence=evidence)


def log_ratio(one: Seen, other: Seen) -> float:
    """The logarithm of Λ. With hardly any conversions the rates say little: a half conversion and
    a click more each keep the variance from vanishing."""
    variance = _variance(one) + _variance(other)
    if variance == inf:
        return -inf
    squared = (one.rate - other.rate) ** 2
    logs = [_log_ratio(variance, squared, spread**2) for spread in SPREADS]
    highest = max(logs)
    return highest + log(sum(exp(one - highest) for one in logs) / len(logs))


def _log_ratio(variance: float, squared: float, spread: float) -> float:
    both = variance + spread
    return 0.5 * log(variance / both) + spread * squared / (2 * variance * both)


def _variance(one: Seen) -> float:
    if not one.clicks:
        return inf
    rate = (one.conversions + 0.5) / (one.clicks + 1)
    return rate * (1 - rate) / one.clicks


def interval(one: Seen) -> tuple[float, float]:
    """Where the true rate lies, 19 times in 20, judged once: for a picture, not for the decision.

    Source: Wilson, "Probable Inference", JASA 22 (1927).

    >>> [round(end, 4) for end in interval(Seen("a", 4000, 120))]
    [0.0251, 0.0358]
    """
    n = one.clicks
    if not n:
        return 0.0, 1.0
    z2 = Z_95**2
    centre = (one.conversions + z2 / 2) / (n + z2)
    half = Z_95 / (n + z2) * sqrt(one.conversions * (n - one.conversions) / n + z2 / 4)
    return max(0.0, centre - half), min(1.0, centre + half)
