"""Drafts of terms that a receipt can be read under; the brand's alone."""

from collections.abc import Iterator

from django.db.models import Q

from handsel.commissions.receipt import OtherTerms
from handsel.drafts.models import Draft
from handsel.engine.terms import Terms, read
from handsel.engine.values import canonical_json
from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

DRAFTS_MAX = 3


def drafts_for(partnership: Partnership, member: Member) -> tuple[OtherTerms, ...]:
    """The latest drafts for this partnership or its group, as far as they can be read as terms."""
    meant = Q(partnership=partnership) | Q(partnership=None, group=partnership.group_id)
    rows = Draft.objects.visible_to(member).filter(meant, program=partnership.program_id)
    latest = rows.filter(used_at=None, template_at=None).order_by("-changed_at")
    return tuple(_readable(list(latest[:DRAFTS_MAX])))


def _readable(drafts: list[Draft]) -> Iterator[OtherTerms]:
    for draft in drafts:
        terms = _terms(draft)
        if terms is not None:
            yield OtherTerms("draft", {"name": draft.name}, terms)


def _terms(draft: Draft) -> Terms | None:
    """A draft may have holes."""
    try:
        return read(canonical_json(draft.written))
    except DomainError:
        return None
