"""Drafts of terms: begun, written on, kept as a template, used once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.drafts.models import Draft
from handsel.engine.terms import Terms
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Group, GroupTerms, Program
from handsel.programs.nonsense import refuse_nonsense
from handsel.programs.services import change_group_terms, create_group

WRITTEN_MAX = 400_000
NAME_MAX = 80


class DraftUsed(DomainError):
    """What was written came into use, and is now a version of its own."""


@transaction.atomic
def begin_draft(
    program: Program,
    terms: Terms,
    *,
    actor: Member,
    group: Group | None = None,
    partnership: Partnership | None = None,
    name: str = "",
) -> Draft:
    """Start writing from terms: for a group, one partnership, or (with neither) for a new group."""
    draft = Draft.objects.create(
        brand_id=program.brand_id,
        program=program,
        group=group,
        partnership=partnership,
        name=name.strip()[:NAME_MAX],
        written=terms.model_dump(mode="json"),
        by=actor,
    )
    record("draft.begun", draft, actor=actor)
    return draft


@transaction.atomic
def write_draft(pk: str, *, written: Mapping[str, Any], name: str) -> Draft:
    """Keep what stands in the form, right or wrong. Raises DraftUsed.

    No activity: it is kept with every change of a field.
    """
    draft = _open(pk)
    if len(repr(written)) > WRITTEN_MAX:
        raise InvalidInput(
            _("These terms are too long to be kept."), remedy=_("Remove some rules or texts.")
        )
    draft.written, draft.name, draft.changed_at = dict(written), name.strip()[:NAME_MAX], now()
    draft.save(update_fields=["written", "name", "changed_at"])
    return draft


@transaction.atomic
def use_for_group(pk: str, terms: Terms, *, actor: Member, reason: str = "") -> GroupTerms:
    """Make it the next version of its group, or the first of a new group of its name.

    Changes no agreement. Raises DraftUsed, TermsMakeNoSense, GroupNameTaken.
    """
    draft = _open(pk)
    if draft.group_id is None:
        group = create_group(draft.program, name=_named(draft), terms=terms, actor=actor)
        draft.group = group
        version = group.versions.get()
    else:
        version = change_group_terms(draft.group_id, terms, actor=actor, reason=reason)
    draft.used_at = now()
    draft.save(update_fields=["group", "used_at"])
    return version


@transaction.atomic
def note_offered(pk: str) -> None:
    """The terms were offered to the partner they were written for: the draft is over."""
    Draft.objects.filter(pk=pk, used_at=None).update(used_at=now())


@transaction.atomic
def keep_as_template(pk: str, terms: Terms, *, name: str, actor: Member) -> Draft:
    """A copy for the brand's own library, of terms that make sense. Raises TermsMakeNoSense."""
    source = Draft.objects.select_related("program").get(pk=pk)
    refuse_nonsense(terms)
    template = begin_draft(source.program, terms, actor=actor, name=name)
    _named(template)
    template.template_at = now()
    template.save(update_fields=["template_at"])
    record("draft.kept-as-template", template, actor=actor)
    return template


@transaction.atomic
def remove_draft(pk: str, *, actor: Member) -> None:
    """Throw it away. What was made of it stays."""
    draft = Draft.objects.select_for_update(of=("self",)).get(pk=pk)
    record("draft.removed", draft, actor=actor, data={"name": draft.name})
    draft.delete()


def _named(draft: Draft) -> str:
    if not draft.name:
        raise InvalidInput(
            _("It has no name yet."), field="name", remedy=_("Write what to call it.")
        )
    return draft.name


def _open(pk: str) -> Draft:
    draft = Draft.objects.select_for_update(of=("self",)).select_related("program").get(pk=pk)
    if draft.used_at is not None:
        raise DraftUsed(
            _("These terms are in use already, and are not written on."),
            remedy=_("Start a new draft from them."),
        )
    return draft
