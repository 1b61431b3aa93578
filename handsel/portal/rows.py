"""Commissions as a partner reads them in a list: what was bought, through what, and how far the
money is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.commissions.models import Commission, Revision
from handsel.conversions.models import Touch
from handsel.conversions.queries import Article, articles_of
from handsel.portal.own import own
from handsel.rows.querysets import ActsFor
from handsel.ui.states import State, state_of
from handsel.ui.wording.commissions import name_of
from handsel.ui.wording.shown import list_text

Status = Commission.Status
# Of an order with many articles, as many are named.
NAMED = 3


@dataclass(frozen=True, slots=True)
class EarningShown:
    """`title` is what was bought; `touch` what is credited, None where nothing is any more.

    `state_code` is a badge's (`ui.states`). `amount_minor` is what it comes to; of one that was
    taken back, what that took away.
    """

    commission: Commission
    title: str
    touch: Touch | None
    state_code: str
    amount_minor: int

    @property
    def state(self) -> State:
        return state_of(self.state_code)

    @property
    def place(self) -> str:
        """The link or code that it came by, as the partner calls it."""
        touch = self.touch
        if touch is None or (touch.link is None and touch.code is None):
            return ""
        return touch.link.name or touch.link.slug if touch.link else str(touch.code)

    @property
    def counts(self) -> bool:
        """Whether it adds to what the partner earned."""
        return self.state_code not in (Status.DECLINED, Status.REVERSED)


def earnings_shown(member: ActsFor, commissions: Sequence[Any]) -> list[EarningShown]:
    """Of `earnings.own_commissions`, in the order given, in a fixed number of statements."""
    articles = articles_of(one.conversion_id for one in commissions if one.conversion_id)
    touches = _credited(member, commissions)
    taken_back = _taken_back(member, commissions)
    return [
        EarningShown(
            commission=one,
            title=_title(one, articles.get(one.conversion_id or "", [])),
            touch=touches.get(one.conversion_id or ""),
            state_code=one.state,
            amount_minor=-taken_back.get(one.pk, -one.amount_minor),
        )
        for one in commissions
    ]


def articles_text(articles: Sequence[Article]) -> str:
    """`Fjell base layer, 2 pieces`; of several, their names, each once."""
    pieces: dict[str, int] = {}
    for name, quantity in articles:
        pieces[name] = pieces.get(name, 0) + quantity
    names = list(pieces)
    if len(names) == 1:
        [(name, quantity)] = pieces.items()
        if quantity == 1:
            return name
        text = ngettext("%(name)s, %(quantity)s piece", "%(name)s, %(quantity)s pieces", quantity)
        return text % {"name": name, "quantity": quantity}
    more = len(names) - NAMED
    if more <= 0:
        return list_text(names)
    text = ngettext("%(names)s and %(more)s more", "%(names)s and %(more)s more", more)
    return text % {"names": ", ".join(names[:NAMED]), "more": more}


def _title(commission: Commission, articles: Sequence[Article]) -> str:
    if articles:
        return articles_text(articles)
    if commission.conversion is None:
        return name_of(commission)
    return _("Order %(order)s") % {"order": commission.conversion.order_reference}


def _credited(member: ActsFor, commissions: Sequence[Commission]) -> dict[str, Touch]:
    conversions = [one.conversion_id for one in commissions if one.conversion_id]
    rows = own(Touch.objects.all(), member).filter(verdict="credited", conversion__in=conversions)
    return {touch.conversion_id: touch for touch in rows.select_related("link", "code")}


def _taken_back(member: ActsFor, commissions: Sequence[Commission]) -> dict[str, int]:
    """What commissions that were reversed came to before, by their ids."""
    ids = [one.pk for one in commissions if one.status == Status.REVERSED]
    if not ids:
        return {}
    rows = own(Revision.objects.all(), member).filter(commission__in=ids, amount_minor__gt=0)
    return dict(rows.order_by("number").values_list("commission_id", "amount_minor"))
