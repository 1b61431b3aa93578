"""Partnerships that rest or end, and what the brand keeps in mind about its partners."""

from collections.abc import Iterator
from functools import partial

from handsel.demo.calendar import Calendar
from handsel.demo.house import House
from handsel.demo.joining import Happening
from handsel.demo.partners import partner_called
from handsel.insights.services import write_note
from handsel.partnerships.services import (
    end_partnership,
    pause_partnership,
    resume_partnership,
)

# On which day of the story.
PAUSES = (("little-paper-house", 238, 262, "Aoife moves house and asked us to wait."),)
PAUSED_STILL = ("the-craft-shelf", 341, "Their site was sold; we wait for the new owner’s word.")
ENDED = ("unboxed-by-max", "Max has closed the channel. We parted as friends.")

NOTES = (
    ("paper-lantern", 301, "Prefers e-mail before calls. Plans a series on long tables in January,"
     " wants samples by early December."),
    ("kitchen-notes", 279, "Harriet asked for 9 % and had the numbers with her. Gave it."),
    ("home-by-ida", 340, "Reel of the retrospot lunch bags passed 200,000 views on 2 October."),
    ("couponcorner", 255, "Lists our code above the fold since the new rate. Watch what is new."),
    ("schoen-gedeckt", 330, "Jana would like German product texts. Ask Product for spring."),
    ("dealhopper", 379, "Thousands of clicks from one device and no order. Called Ivo, no answer."),
)  # fmt: skip


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    for slug, pauses, resumes, reason in PAUSES:
        yield Happening(calendar.day(pauses + 0.5), partial(_pause, house, slug, reason))
        yield Happening(calendar.day(resumes + 0.4), partial(_resume, house, slug))
    slug, day, reason = PAUSED_STILL
    yield Happening(calendar.day(day + 0.6), partial(_pause, house, slug, reason))
    slug, reason = ENDED
    at = partner_called(slug).left_at(calendar)
    yield Happening(at, partial(_end, house, slug, reason))
    for slug, day, text in NOTES:
        yield Happening(calendar.day(day + 0.45), partial(_note, house, slug, text))


def _pause(house: House, slug: str, reason: str) -> None:
    pause_partnership(house.partners[slug].partnership.pk, actor=house.manager, reason=reason)


def _resume(house: House, slug: str) -> None:
    resume_partnership(house.partners[slug].partnership.pk, actor=house.manager)


def _end(house: House, slug: str, reason: str) -> None:
    end_partnership(house.partners[slug].partnership.pk, actor=house.manager, reason=reason)


def _note(house: House, slug: str, text: str) -> None:
    write_note(house.partners[slug].partnership, text=text, actor=house.manager)
