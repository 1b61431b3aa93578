"""The question on a receipt: `{% load questions %}{% question_card receipt.commission "portal" %}`.

A tag, so that a receipt's own view need know nothing of questions.
"""

from typing import Any

from django import template

from handsel.commissions.models import Commission
from handsel.conversions.models import Touch
from handsel.relations.card import Area, card_on, card_on_missed

register = template.Library()


@register.inclusion_tag("relations/_card.html", takes_context=True)
def question_card(context: dict[str, Any], about: Commission | Touch, area: Area) -> dict[str, Any]:
    """For a commission, or for the partner's touch of an order that was not credited."""
    request = context["request"]
    if isinstance(about, Touch):
        card = card_on_missed(about, request.member)
    else:
        card = card_on(about, request.member, area)
    return {"card": card, "request": request, "csrf_token": context.get("csrf_token")}
