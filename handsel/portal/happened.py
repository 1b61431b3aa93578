"""What happened around a partner: who did what, when and why, as far as it is theirs to know.

Of commissions only what people did: the rest stands on each receipt. The brand's people act as
the brand.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from handsel.activity.models import Activity
from handsel.activity.wording import done
from handsel.commissions.models import Commission
from handsel.links.models import Code, Link
from handsel.organizations.models import Member
from handsel.organizations.viewing import Reader, Viewing
from handsel.partnerships.models import Agreement, Partnership
from handsel.payouts.models import Payout
from handsel.portal.own import own
from handsel.relations.models import Question
from handsel.rows.querysets import SharedQuerySet

LATEST = 100

Rows = Callable[[], "SharedQuerySet[Any]"]
SUBJECTS: dict[str, tuple[Rows, str, Callable[[Any], str]]] = {
    "agr": (Agreement.objects.all, "portal:agreement", lambda one: f"v{one.version}"),
    "cod": (Code.objects.all, "", lambda one: str(one.code)),
    "com": (Commission.objects.all, "portal:earning", lambda one: ""),
    "lnk": (Link.objects.all, "portal:link", lambda one: str(one.name or one.slug)),
    "par": (Partnership.objects.select_related("program").all, "", lambda one: one.program.name),
    "pay": (Payout.objects.all, "", lambda one: str(one.reference)),
    "que": (Question.objects.all, "portal:question", lambda one: ""),
}
"""By the kind of an id: its rows, its page in the portal, what it is called."""


@dataclass(frozen=True, slots=True)
class Happened:
    """`by` is the side that did it, by name; empty for Handsel itself. `subject` and `url` are of
    what it was done to."""

    activity: Activity
    what: str
    by: str
    is_brand: bool
    subject: str
    url: str


def happened(reader: Reader) -> list[Happened]:
    """The latest first, in a fixed number of statements."""
    rows = (
        own(Activity.objects.all(), reader)
        .exclude(verb__startswith="commission.", actor_id=None)
        .select_related("brand")
        .order_by("-recorded_at", "-pk")
    )
    latest = list(rows[:LATEST])
    subjects = _subjects(reader, {one.subject_id for one in latest})
    brands = _acts_for_brand(reader, {one.actor_id for one in latest if one.actor_id})
    if isinstance(reader, Viewing):
        # What names no partnership of its own is known to be of this one by what it is about.
        latest = [one for one in latest if one.subject_id in subjects]
    return [_shown(one, reader, brands, subjects.get(one.subject_id)) for one in latest]


def _shown(one: Activity, reader: Reader, brands: set[str], subject: Model | None) -> Happened:
    is_brand = one.actor_id in brands
    url, name = "", ""
    if subject is not None:
        _rows, page, name_of = SUBJECTS[_kind(one.subject_id)]
        url, name = reverse(page, args=[subject.pk]) if page else "", name_of(subject)
    by = one.brand.name if is_brand else reader.organization.name
    return Happened(
        activity=one,
        what=_what(one),
        by=by if one.actor_id else "",
        is_brand=is_brand,
        subject=name,
        url=url,
    )


def _what(one: Activity) -> str:
    if one.verb != "partnership.viewed":
        return done(one.verb)
    role = Member.Role(one.data["role"]).label
    return _("%(brand)s looked at your pages as you see them (%(role)s)") % {
        "brand": one.brand.name,
        "role": role,
    }


def _subjects(reader: Reader, ids: Iterable[str]) -> dict[str, Any]:
    """What activities are about, as far as the reader sees it, by its id."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for pk in ids:
        by_kind[_kind(pk)].append(pk)
    found: dict[str, Any] = {}
    for kind, pks in by_kind.items():
        if kind in SUBJECTS:
            rows, _page, _name = SUBJECTS[kind]
            found |= own(rows(), reader).in_bulk(pks)
    return found


def _acts_for_brand(reader: Reader, actor_ids: set[str]) -> set[str]:
    """Of these members, the brand's. Each side may read its own people only."""
    if isinstance(reader, Viewing):
        theirs = Member.objects.visible_to(reader.by).filter(pk__in=actor_ids)
        return set(theirs.values_list("pk", flat=True))
    mine = Member.objects.visible_to(reader).filter(pk__in=actor_ids)
    return actor_ids - set(mine.values_list("pk", flat=True))


def _kind(pk: str) -> str:
    return pk.partition("_")[0]
