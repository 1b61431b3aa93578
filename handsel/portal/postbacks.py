"""A partner's postbacks and what became of them, ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from handsel.organizations.models import Member
from handsel.portal.own import own
from handsel.postbacks.models import Delivery, Postback, PostbackQuerySet
from handsel.postbacks.placeholders import PLACEHOLDERS
from handsel.postbacks.queries import Told, told_lately
from handsel.postbacks.wording import problem_words


@dataclass(frozen=True, slots=True)
class PostbackShown:
    told: Told
    what_for: str


@dataclass(frozen=True, slots=True)
class DeliveryShown:
    """`words` says what it told, `answer` what the tracker said last, `may_repeat` whether it can
    be sent now."""

    delivery: Delivery
    words: str
    answer: str
    may_repeat: bool


@dataclass(frozen=True, slots=True)
class PlaceholderShown:
    name: str
    words: str
    example: str


def own_postbacks(member: Member) -> PostbackQuerySet:
    rows: PostbackQuerySet = own(Postback.objects.current(), member)  # type: ignore[assignment]
    return rows.select_related("partnership__program", "link")


def postbacks_shown(member: Member) -> list[PostbackShown]:
    return [
        PostbackShown(told, what_for(told.postback)) for told in told_lately(own_postbacks(member))
    ]


def what_for(postback: Postback) -> str:
    """Which commissions it is told of."""
    program = postback.partnership.program.name
    if postback.link is None:
        return _("%(program)s, all links and codes") % {"program": program}
    return _("%(program)s, link %(link)s") % {"program": program, "link": postback.link.slug}


def deliveries_shown(rows: Sequence[Delivery], postback: Postback) -> list[DeliveryShown]:
    is_on = postback.disabled_at is None
    return [
        DeliveryShown(
            delivery=row,
            words=_("Sample") if row.is_sample else row.get_event_display(),
            answer=_answer(row),
            may_repeat=is_on and not row.is_sample and row.state != "waiting",
        )
        for row in rows
    ]


def placeholders_shown() -> list[PlaceholderShown]:
    return [
        PlaceholderShown(f"{{{name}}}", str(words), example)
        for name, (words, example) in PLACEHOLDERS.items()
    ]


def _answer(row: Delivery) -> str:
    if row.tried_at is None:
        return ""
    if row.answer_status is None:
        return problem_words(row.problem)
    if not row.problem:
        return str(row.answer_status)
    words = {"status": row.answer_status, "problem": problem_words(row.problem)}
    return _("%(status)d: %(problem)s") % words
