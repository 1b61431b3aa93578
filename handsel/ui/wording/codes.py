"""The wordings of all codes the engine publishes, by what speaks: one module per subject."""

from typing import Literal

from handsel.ui.wording import attribution, checks, differences, health, replays, steps, terms
from handsel.ui.wording.shown import Wording

Subject = Literal["step", "verdict", "clause", "difference", "check", "health", "replay"]

WORDINGS: dict[Subject, dict[str, Wording]] = {
    "step": steps.WORDINGS | attribution.STEPS,
    "verdict": attribution.WORDINGS,
    "clause": terms.WORDINGS,
    "difference": differences.WORDINGS,
    "check": checks.WORDINGS,
    "health": health.WORDINGS,
    "replay": replays.WORDINGS,
}
