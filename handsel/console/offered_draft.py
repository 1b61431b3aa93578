"""A draft for one partner on its way into an offer."""

import json

from handsel.drafts.models import Draft
from handsel.engine.terms import canonical, read
from handsel.errors import DomainError
from handsel.organizations.access import MemberRequest
from handsel.partnerships.models import Partnership


def draft_for(request: MemberRequest, partnership: Partnership) -> Draft | None:
    """The draft that the address names, if it is this partnership's and not used yet."""
    rows = Draft.objects.visible_to(request.member)
    return rows.filter(
        pk=request.GET.get("draft", ""), partnership=partnership, used_at=None
    ).first()


def draft_data(draft: Draft) -> str:
    """Its terms as data; as they were written where they are none yet."""
    text = json.dumps(draft.written, ensure_ascii=False)
    try:
        return canonical(read(text)).decode()
    except DomainError:
        return text
