import json
from datetime import datetime
from typing import NamedTuple

from handsel.engine.terms import Terms, read
from handsel.programs.models import Group, GroupTerms, Program


class Version(NamedTuple):
    """Which of a group's terms these are, counted from 1, and since when newcomers get them."""

    number: int
    since: datetime


def terms_of(group: Group | GroupTerms) -> Terms:
    """A group's terms, or a version of them, as the engine reads them."""
    return read(json.dumps(group.terms))


def first_group(program: Program) -> Group:
    """Where newcomers go unless somebody chooses otherwise."""
    return program.groups.order_by("created_at", "pk")[0]


def latest_terms(group: Group) -> GroupTerms:
    """The version that who joins now is offered."""
    return group.versions.order_by("-number")[0]


def terms_version(group: Group) -> Version:
    """The latest version's number, and since when newcomers get it."""
    latest = latest_terms(group)
    return Version(latest.number, latest.recorded_at)
