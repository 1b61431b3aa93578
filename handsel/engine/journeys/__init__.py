"""Journeys to orders: models of credit side by side, and who meets whom. For reports only."""

from handsel.engine.journeys.intervals import Share, shares_of
from handsel.engine.journeys.models import (
    MODELS,
    Model,
    credit,
    encoded,
    markov,
    ordered_shapley,
)
from handsel.engine.journeys.overlap import Journey, Overlap, Seen, conflicts, overlaps
from handsel.engine.journeys.paths import Path, conversions_through, gathered, lumped

__all__ = [
    "MODELS",
    "Journey",
    "Model",
    "Overlap",
    "Path",
    "Seen",
    "Share",
    "conflicts",
    "conversions_through",
    "credit",
    "encoded",
    "gathered",
    "lumped",
    "markov",
    "ordered_shapley",
    "overlaps",
    "shares_of",
]
