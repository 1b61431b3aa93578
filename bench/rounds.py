"""Rounds that take turns, so that a busy moment of the machine touches every side."""

from collections.abc import Callable, Mapping
from typing import TypeVar

ROUNDS = 3

T = TypeVar("T")


def interleaved(sides: Mapping[str, Callable[[], T]], rounds: int = ROUNDS) -> dict[str, list[T]]:
    """What each side measured in each round; every other round goes backwards."""
    measured: dict[str, list[T]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in list(sides)[:: 1 if number % 2 == 0 else -1]:
            measured[name].append(sides[name]())
    return measured
