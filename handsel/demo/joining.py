"""How the partners come: they apply, are answered, sign, and make their links."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.utils.translation import override

from handsel.clock import now
from handsel.demo import terms
from handsel.demo.calendar import Calendar, turn_clock
from handsel.demo.house import SHOP, House, Joined, come_in
from handsel.demo.partners import Partner, Post, partners
from handsel.demo.routes import directions
from handsel.engine.terms import Terms, digest
from handsel.links.services import create_link
from handsel.partnerships.queries import terms_of as agreed_in
from handsel.partnerships.renewing import Signature, renew_agreement
from handsel.partnerships.services import accept_agreement
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import Group
from handsel.programs.queries import first_group, terms_of
from handsel.programs.services import change_group_terms
from handsel.recruiting.models import Application
from handsel.recruiting.services import Asked, apply, approve_application

LANGUAGES = {"NO": "nb", "SE": "sv", "PL": "pl"}
WORDS = {
    "content": "I write about tables, parties and presents. Readers ask where it all is from.",
    "influencer": "I would show how I set a table with your things, in reels and in stories.",
    "coupon": "Our members look for a working code before they pay. We would list yours.",
    "loyalty": "Our members collect points wherever they shop, and would with you.",
    "business": "We supply and advise small shops, and your catalogue is what they ask for.",
    "sub_network": "We bring publishers too small for a program of their own.",
}
# They have an account, and have not signed yet.
UNSIGNED = frozenset({"nest-and-thread", "pastel-prints"})


class Happening(NamedTuple):
    """Something that somebody does at a moment of the story."""

    at: datetime
    do: Callable[[], object]


def everybody_joins(house: House, calendar: Calendar) -> None:
    """All who join and all that is agreed in the year, each at its own moment.

    It is told before the year passes, so that tracking knows each link when it is first clicked;
    an agreement decides by its period, whenever it was written down.
    """
    for happening in sorted(_happenings(house, calendar), key=lambda one: one.at):
        if happening.at < calendar.ends_at:
            turn_clock(happening.at)
            happening.do()


def _happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    for partner in partners():
        joined_at = partner.joined_at(calendar)
        asked_at = joined_at - timedelta(days=0.6 + len(partner.name) % 5 / 2)
        yield Happening(asked_at, partial(_apply, house, partner))
        yield Happening(joined_at, partial(_join, house, partner))
        if partner.slug not in UNSIGNED:
            days = 0.1 + len(partner.person) % 4
            yield Happening(joined_at + timedelta(days=days), partial(_sign, house, partner))
        for post in partner.posts:
            at = partner.made_at(post, calendar)
            yield Happening(at, partial(_make_link, house, partner, post))
    yield from _new_terms(house, calendar)
    for at, do in directions(house, calendar):
        yield Happening(at, do)


def _new_terms(house: House, calendar: Calendar) -> Iterator[Happening]:
    raised = calendar.day(terms.STANDARD_RAISED)
    lowered = calendar.day(terms.COUPON_LOWERED)
    yield Happening(raised, partial(_change, house, terms.STANDARD, terms.STANDARD_NOW))
    yield Happening(lowered, partial(_change, house, terms.COUPON, terms.COUPON_NOW))
    for partner in partners():
        has_joined = partner.joined_at(calendar) + timedelta(days=4)
        if partner.group == terms.STANDARD and has_joined < raised:
            if partner.slug not in terms.NOT_SIGNED:
                at = raised + timedelta(days=1 + len(partner.slug) % 5, hours=10)
                yield Happening(at, partial(_renew, house, partner.slug, terms.STANDARD_NOW, 0))
        elif partner.group == terms.COUPON and has_joined < lowered:
            at = lowered + timedelta(days=1 + len(partner.slug) % 5, hours=11)
            notice = terms.NOTICE_DAYS
            yield Happening(at, partial(_renew, house, partner.slug, terms.COUPON_NOW, notice))
    for slug, day, agreed in (
        ("paper-lantern", 262, terms.LANTERN_NOW),
        ("kitchen-notes", 281, terms.KITCHEN_NOW),
    ):
        yield Happening(calendar.day(day + 0.6), partial(_renew, house, slug, agreed, 3))


def _apply(house: House, partner: Partner) -> None:
    application = apply(
        house.program.pk,
        Asked(
            name=partner.name,
            email=partner.email,
            place=f"https://{partner.site}/",
            kind=partner.kind,
            country=partner.country,
            message=WORDS[partner.kind],
            reach=round(partner.weight * 2_400) or 900,
        ),
        terms_digest=digest(terms_of(first_group(house.program))),
        language=LANGUAGES.get(partner.country, "en"),
    )
    if application is None:
        raise LookupError(f"{partner.name} has applied before.")


def _join(house: House, partner: Partner) -> None:
    waiting = Application.objects.get(program=house.program, email=partner.email)
    approved = approve_application(
        waiting.pk,
        group=Group.objects.get(program=house.program, name=partner.group),
        slug=partner.slug,
        code=partner.code,
        actor=house.manager,
    )
    assert approved.partnership is not None
    language = LANGUAGES.get(partner.country, "en")
    member = come_in(partner.email, partner.person, house.password_hash, language)
    house.partners[partner.slug] = Joined(approved.partnership, member)


def _sign(house: House, partner: Partner) -> None:
    joined = house.partners[partner.slug]
    agreement = joined.partnership.agreements.get()
    signature = _signature(joined, agreed_in(agreement))
    assert signature.member is not None, "the partners of the demo sign themselves"
    accept_agreement(
        agreement.pk,
        member=signature.member,
        terms_digest=agreement.terms_digest,
        text=signature.text,
        language=signature.language,
    )


def _make_link(house: House, partner: Partner, post: Post) -> None:
    joined = house.partners[partner.slug]
    create_link(
        joined.partnership,
        url=f"{SHOP}{post.page}",
        slug=partner.slug_of(post),
        name=post.name.replace("-", " ").capitalize(),
        actor=joined.member,
    )


def _change(house: House, group: str, agreed: Terms) -> None:
    found = Group.objects.get(program=house.program, name=group)
    change_group_terms(found.pk, agreed, actor=house.manager)


def _renew(house: House, slug: str, agreed: Terms, notice_days: int) -> None:
    joined = house.partners[slug]
    renew_agreement(
        joined.partnership.pk,
        agreed,
        brand=Signature(house.manager, _text(agreed, "en")),
        partner=_signature(joined, agreed),
        valid_from=now() + timedelta(days=notice_days) if notice_days else None,
    )


def _signature(joined: Joined, agreed: Terms) -> Signature:
    language = joined.member.user.language
    return Signature(joined.member, _text(agreed, language), language)


def _text(agreed: Terms, language: str) -> str:
    with override(language):
        return agreement_text(agreed)
