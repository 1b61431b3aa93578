"""Questions about amounts: most are answered and settled, some still wait."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.conversions.models import Touch
from handsel.demo.calendar import DAY, Calendar
from handsel.demo.house import House, Joined
from handsel.demo.joining import Happening
from handsel.demo.touches import OWN_PURCHASES
from handsel.engine.working_days import working_days_after
from handsel.relations.models import Question
from handsel.relations.services import answer, ask, say, settle, withdraw, withhold

Subject = Question.Subject
About = Commission | Touch | None
ANSWER_DAYS = 3


class Told(NamedTuple):
    """A question that has its end: on which day of the story it is asked, about what, and what
    is done after so many days. Each deed takes the house, the asker and the question's id."""

    day: float
    slug: str
    about: "Callable[[Joined], About]"
    subject: str
    text: str
    deeds: "tuple[tuple[float, Callable[[House, Joined, str], object]], ...]"


def _latest(joined: Joined, **such: object) -> Commission | None:
    rows = Commission.objects.filter(partnership=joined.partnership, questions=None, **such)
    return rows.order_by("-occurred_at", "pk").first()


def _any(joined: Joined) -> Commission | None:
    return _latest(joined, amount_minor__gt=0)


def _adjusted(joined: Joined) -> Commission | None:
    found = _latest(joined, conversion__refunded_minor__gt=0, amount_minor__gt=0)
    return found or _any(joined)


def _reversed(joined: Joined) -> Commission | None:
    return _latest(joined, status=Commission.Status.REVERSED) or _any(joined)


def _withheld(joined: Joined) -> Commission | None:
    return _latest(joined, withheld_at__isnull=False) or _any(joined)


def _not_credited(joined: Joined) -> Touch | None:
    rows = Touch.objects.filter(
        partnership=joined.partnership, verdict__in=["earlier_than_last", "code_wins"]
    )
    return rows.order_by("-touched_at", "pk").first()


def _answered(outcome: str, text: str) -> Callable[[House, Joined, str], object]:
    def deed(house: House, joined: Joined, pk: str) -> object:
        return answer(pk, outcome=outcome, text=text, actor=house.manager)

    return deed


def _promised(days: int, text: str) -> Callable[[House, Joined, str], object]:
    def deed(house: House, joined: Joined, pk: str) -> object:
        due_on = (now() + timedelta(days=days)).date()
        return answer(pk, outcome="looking", text=text, actor=house.manager, due_on=due_on)

    return deed


def _settled(house: House, joined: Joined, pk: str) -> object:
    return settle(pk, actor=joined.member)


def _withdrawn(house: House, joined: Joined, pk: str) -> object:
    return withdraw(pk, actor=joined.member)


def _kept_back(house: House, joined: Joined, pk: str) -> object:
    return withhold(pk, actor=house.manager)


def _added(text: str) -> Callable[[House, Joined, str], object]:
    def deed(house: House, joined: Joined, pk: str) -> object:
        return say(pk, text=text, actor=joined.member)

    return deed


QUESTIONS = (
    Told(118, "paper-lantern", _any, Subject.WRONG_RATE,
         "Sigrid wrote that 8 % would come in spring. This order still says 7 %.",
         ((0.9, _answered("explained", "It does from the day both of us have signed. This click"
                          " was before that day, so the older version counts.")),
          (1.3, _settled))),
    Told(196, "kitchen-notes", _adjusted, Subject.TOO_LOW,
         "The order was larger when I saw it. Where did the rest go?",
         ((1.9, _answered("explained", "Two of the cake stands came back broken. The receipt names"
                          " them with what was taken off.")),
          (2.4, _settled))),
    Told(231, "gift-guide-weekly", _not_credited, Subject.NOT_CREDITED,
         "My newsletter brought this reader the day before. Why is it somebody else’s?",
         ((0.8, _answered("explained", "Another partner’s link was opened later, and the last"
                          " one counts. Your receipt shows when.")),)),
    Told(255, "la-table-de-claire", _reversed, Subject.WRONGLY_TAKEN,
         "This order was taken back. My reader says that she kept everything.",
         ((2.1, _promised(5, "We ask the warehouse and answer by Friday.")),
          (9.6, _answered("explained", "Sorry that it took us so long. The parcel came back"
                          " unopened from the carrier and was refunded.")),
          (10.2, _settled))),
    Told(290, "teacup-tuesday", _any, Subject.PART_MISSING,
         "Was the tea set not in this order?",
         ((0.3, _withdrawn),)),
)  # fmt: skip


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    for told in QUESTIONS:
        yield from _thread(house, told, calendar.day(told.day + 0.42))
    yield from _thread(house, Told(
        0, "home-by-ida", _adjusted, Subject.TOO_LOW,
        "My dashboard showed more for this one on Monday. What changed?", (),
    ), _due_today(calendar))  # fmt: skip
    yield from _thread(house, Told(
        0, "couponcorner", _any, Subject.WRONG_RATE,
        "We agreed on 5% for the sale week, but this was counted at 4%.",
        ((0.9, _kept_back),
         (4.5, _added("Could you look at this, please? Our month closes."))),
    ), calendar.before_end(9.1))  # fmt: skip
    yield from _thread(house, Told(
        0, "bunting-and-bows", _not_credited, Subject.NOT_CREDITED,
        "She found you through my street party post, and told me so.", (),
    ), calendar.before_end(0.7))  # fmt: skip
    yield Happening(calendar.before_end(5.9), partial(_ask_about_own, house))


def _thread(house: House, told: Told, at: datetime) -> Iterator[Happening]:
    asked: list[str] = []
    yield Happening(at, partial(_ask, house, told, asked))
    for days, deed in told.deeds:
        yield Happening(at + timedelta(days=days), partial(_do, house, told, asked, deed))


def _ask(house: House, told: Told, asked: list[str]) -> None:
    joined = house.partners[told.slug]
    about = told.about(joined)
    if about is not None:
        question = ask(about, text=told.text, actor=joined.member, subject=told.subject)
        asked.append(question.pk)


def _do(
    house: House,
    told: Told,
    asked: list[str],
    deed: Callable[[House, Joined, str], object],
) -> None:
    for pk in asked:
        deed(house, house.partners[told.slug], pk)


def _ask_about_own(house: House) -> None:
    """The brand may ask, too."""
    about = _withheld(house.partners[OWN_PURCHASES])
    if about is not None:
        text = "Nine orders in a row came to your own address. Are these your purchases?"
        ask(about, text=text, actor=house.manager)


def _due_today(calendar: Calendar) -> datetime:
    """When to ask so that the answer is due on the last day, or as near as weekends allow."""
    today = calendar.ends_at.date()
    at = calendar.before_end(1.1)
    while working_days_after(at.date(), ANSWER_DAYS) > today:
        at -= DAY
    return at
