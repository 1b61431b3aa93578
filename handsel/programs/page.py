"""The page strangers read of a program: what it says, and whether it is there at all."""

import re
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.programs.models import Program, ProgramPage

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")


class AddressTaken(DomainError):
    """Another program's page has this address."""


class PageNotWritten(DomainError):
    """There is nothing to publish yet."""


@transaction.atomic
def change_page(
    program_pk: str,
    *,
    slug: str,
    headline: str,
    pitch: str,
    loved: Sequence[str],
    forbidden: Sequence[str],
    reader: str,
    answer_days: int,
    kinds_wanted: Sequence[str],
    countries_wanted: Sequence[str],
    reach_min: int,
    actor: Member | None,
) -> ProgramPage:
    """Write the page, under `/p/<slug>/`. It is shown from `publish_page` on.

    `answer_days` are the working days within which the brand answers: applicants here, and its
    partners' questions. Raises InvalidInput and AddressTaken for the slug.
    """
    program = Program.objects.select_for_update().get(pk=program_pk)
    _move(program, slug)
    program.answer_days = answer_days
    program.save(update_fields=["answer_days"])
    page = ProgramPage.objects.select_for_update().filter(program=program).first()
    page = page or ProgramPage(program=program, brand_id=program.brand_id)
    page.headline, page.pitch = headline.strip(), pitch.strip()
    page.loved, page.forbidden = list(loved), list(forbidden)
    page.reader = reader.strip()
    page.kinds_wanted, page.countries_wanted = list(kinds_wanted), list(countries_wanted)
    page.reach_min = reach_min
    page.save()
    record("program.page-changed", program, actor=actor)
    return page


@transaction.atomic
def publish_page(program_pk: str, *, actor: Member | None) -> ProgramPage:
    """Show the page to everyone from now on, and take applications. Raises PageNotWritten."""
    page = _lock(program_pk)
    if page.published_at is None:
        page.published_at = now()
        page.save(update_fields=["published_at"])
        record("program.page-published", page.program, actor=actor)
    return page


@transaction.atomic
def hide_page(program_pk: str, *, actor: Member | None) -> ProgramPage:
    """Take the page away; what has been applied for stays to be answered."""
    page = _lock(program_pk)
    if page.published_at is not None:
        page.published_at = None
        page.save(update_fields=["published_at"])
        record("program.page-hidden", page.program, actor=actor)
    return page


def _lock(program_pk: str) -> ProgramPage:
    rows = ProgramPage.objects.select_for_update(of=("self",)).select_related("program")
    page = rows.filter(program=program_pk).first()
    if page is None:
        raise PageNotWritten(
            _("This program has no page yet."), remedy=_("Write its headline and save it first.")
        )
    return page


def _move(program: Program, slug: str) -> None:
    slug = slug.strip().lower()
    if slug == program.slug:
        return
    if not SLUG.fullmatch(slug):
        raise InvalidInput(
            _("“%(slug)s” cannot be a page’s address.") % {"slug": slug},
            field="slug",
            remedy=_("Use 2 to 60 small letters a–z, digits or “-”."),
        )
    program.slug = slug
    try:
        with transaction.atomic():
            program.save(update_fields=["slug"])
    except IntegrityError:
        raise AddressTaken(
            _("Another program’s page has the address %(slug)s.") % {"slug": slug},
            field="slug",
            remedy=_("Choose another."),
        ) from None
