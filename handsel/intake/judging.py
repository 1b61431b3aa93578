"""Whose the clicks of a batch are, and what they are worth, in the order in which they came: each
is judged once, when it arrives.

A repeat is a click on a link whose visitor was there a moment before, with nothing else to be said
against it. What a click is compared with stands in PostgreSQL or in the same batch, and nowhere
else: wherever a stream is cut, and however often intake begins anew, the verdicts are the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from handsel.clicks.quality import effect, verdict
from handsel.clicks.rows import FALSE, NULL, TRUE, ClickRow, ImpressionRow
from handsel.intake.arrivals import Arrivals, Seen, refused
from handsel.intake.models import InboxEvent
from handsel.intake.places import Place, Places

Placed = tuple[Seen, Place]


class Rules(NamedTuple):
    """What a program says of suspicious clicks."""

    level: str
    repeat_window_ms: int


class Judged(NamedTuple):
    clicks: list[ClickRow]
    impressions: list[ImpressionRow]
    inbox: list[InboxEvent]


def judge(spool_id: str, arrivals: Arrivals, places: Places) -> Judged:
    """What is to be stored, in the transaction that judges. Links that nobody knows are refused."""
    places.load(seen.number for seen in (*arrivals.clicks, *arrivals.impressions))
    inbox = list(arrivals.inbox)

    def placed(arrived: Sequence[Seen]) -> list[Placed]:
        found = []
        for seen in arrived:
            place = places.find(seen.number, seen.partnership)
            if place is None:
                inbox.append(refused(spool_id, seen.event, "link-unknown"))
            else:
                found.append((seen, place))
        return found

    clicks, impressions = placed(arrivals.clicks), placed(arrivals.impressions)
    rules = _rules({place.program_id for _, place in (*clicks, *impressions)})
    return Judged(_clicks(clicks, rules), _impressions(impressions, rules), inbox)


def _clicks(clicks: Sequence[Placed], rules: dict[str, Rules]) -> list[ClickRow]:
    reasons = [
        verdict(fetch=seen.fetch, agent=seen.agent, in_data_centre=seen.in_data_centre)
        for seen, _ in clicks
    ]
    visits = _Visits()
    visits.load(
        [seen for (seen, _), reason in zip(clicks, reasons, strict=True) if reason is None],
        window_ms=max((one.repeat_window_ms for one in rules.values()), default=0),
    )
    rows = []
    for (seen, place), judged_alone in zip(clicks, reasons, strict=True):
        level, window_ms = rules[place.program_id]
        reason = judged_alone
        if reason is None and not visits.is_first(seen, place, window_ms):
            reason = verdict(fetch=seen.fetch, agent=seen.agent, repeated=True)
        rows.append(ClickRow._make(seen.head + place + seen.tail + _columns(reason, level)))
    return rows


def _impressions(impressions: Sequence[Placed], rules: dict[str, Rules]) -> list[ImpressionRow]:
    rows = []
    for seen, place in impressions:
        reason = verdict(fetch=seen.fetch, agent=seen.agent, in_data_centre=seen.in_data_centre)
        columns = _columns(reason, rules[place.program_id].level)
        rows.append(ImpressionRow._make(seen.head + place + seen.tail + columns[:2]))
    return rows


def _columns(reason: str | None, level: str) -> tuple[str, str, str]:
    counts, may_attribute = effect(reason, level)
    return reason or NULL, TRUE if counts else FALSE, TRUE if may_attribute else FALSE


def _rules(program_ids: Iterable[str]) -> dict[str, Rules]:
    """As they are now: asked for each batch, for they may change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, click_filter, repeat_window_s * 1000 FROM programs_program"
            " WHERE id = ANY(%s::uuid[])",
            [list(program_ids)],
        )
        return {program: Rules(*rest) for program, *rest in cursor.fetchall()}


class _Visits:
    """Visits that stand for themselves, by visitor and link: stored before, and of this batch."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], list[int]] = defaultdict(list)

    def load(self, clicks: Sequence[Seen], *, window_ms: int) -> None:
        """Ask for those that are stored and near enough to one of these."""
        visitors = {seen.visitor for seen in clicks} - {""}
        if not visitors or not window_ms:
            return
        moments = [seen.at_ms for seen in clicks]
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT visitor, link_id::text, (extract(epoch FROM clicked_at) * 1000)::bigint
                FROM clicks_click
                WHERE visitor = ANY(%s) AND filtered_reason IS NULL
                    AND clicked_at BETWEEN to_timestamp(%s / 1000.0) AND to_timestamp(%s / 1000.0)
                """,
                [list(visitors), min(moments) - window_ms, max(moments) + window_ms],
            )
            for visitor, link, at_ms in cursor.fetchall():
                self._known[visitor, link].append(at_ms)

    def is_first(self, seen: Seen, place: Place, window_ms: int) -> bool:
        """Whether no visit of the same visitor to the same link is near. If so, it is noted.

        Spools of several processes are read one after the other, so near may mean after.
        """
        if not seen.visitor or not window_ms:
            return True
        known = self._known[seen.visitor, place.link_id]
        if any(abs(seen.at_ms - at_ms) < window_ms for at_ms in known):
            return False
        known.append(seen.at_ms)
        return True
