"""What was answered so far in the first steps. Kept in the session; holds no password."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

STEPS = ("you", "goal", "program", "terms")
SESSION_KEY = "start"
Answer = dict[str, Any]


@dataclass
class Answers:
    """One answer for each step, as JSON can carry it."""

    session: SessionBase

    def get(self, step: str) -> Answer:
        kept: Mapping[str, Answer] = self.session.get(SESSION_KEY, {})
        return dict(kept.get(step, {}))

    def keep(self, step: str, answer: Answer) -> None:
        self.session[SESSION_KEY] = {**self.session.get(SESSION_KEY, {}), step: answer}

    def forget(self) -> None:
        self.session.pop(SESSION_KEY, None)

    def first_missing(self) -> str:
        """The step to do next; the last one when all are answered."""
        return next((step for step in STEPS if not self.get(step)), STEPS[-1])

    def reached(self, step: str) -> bool:
        return STEPS.index(step) <= STEPS.index(self.first_missing())
