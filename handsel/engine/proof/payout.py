"""What fixes the lines of a payout: a small tree over them, whose root the ledger entry carries.

The entry that queues a payout has one amount. Its evidence names every commission in it with its
amount, so that no other lines can be given later; and one line of an earlier payout can be shown
without all the others.
"""

import hashlib
from collections.abc import Mapping, Sequence

from handsel.engine import merkle
from handsel.engine.values import canonical_json

PAYOUT_FORMAT = "handsel-payout/1"
LINE_FORMAT = "handsel-payout-line/1"


def payout_evidence(payout: str, currency: str, lines: Mapping[str, int]) -> str:
    """The evidence of the entry that queues a payout, in hexadecimal.

    `lines` are its amounts in minor units by commission id. Raises ValueError without any.

        >>> lines = {"com_a": 1250, "com_b": -300}
        >>> payout_evidence("pay_1", "EUR", lines)[:16]
        '9be2c0023486405e'
        >>> payout_evidence("pay_1", "EUR", {**lines, "com_b": -301})[:16] == "9be2c0023486405e"
        False
    """
    if not lines:
        raise ValueError("A payout has lines.")
    frontier = merkle.Frontier()
    for hashed in _hashes(payout, lines):
        frontier.append(hashed)
    return evidence_of_lines(payout, currency, frontier.size, frontier.root())


def line_place(lines: Mapping[str, int], commission: str) -> int:
    """Where a commission stands among the lines: they are in the order of their ids."""
    return sorted(lines).index(commission)


def line_path(payout: str, lines: Mapping[str, int], commission: str) -> list[bytes]:
    """The way from one line to the root of all."""
    frontier, nodes = merkle.Frontier(), {}
    for hashed in _hashes(payout, lines):
        for level, index, node in frontier.append(hashed):
            nodes[level, index] = node
    place = line_place(lines, commission)
    return merkle.inclusion_proof(place, frontier.size, lambda level, index: nodes[level, index])


def evidence_of_lines(payout: str, currency: str, lines_total: int, root: bytes) -> str:
    """The evidence, for whoever has the root already."""
    content = {
        "format": PAYOUT_FORMAT,
        "payout": payout,
        "currency": currency,
        "lines_total": lines_total,
        "root": root.hex(),
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def line_hash(payout: str, commission: str, amount_minor: int) -> bytes:
    content = {
        "format": LINE_FORMAT,
        "payout": payout,
        "commission": commission,
        "amount_minor": amount_minor,
    }
    return merkle.leaf_hash(canonical_json(content))


def _hashes(payout: str, lines: Mapping[str, int]) -> Sequence[bytes]:
    return [line_hash(payout, commission, lines[commission]) for commission in sorted(lines)]
