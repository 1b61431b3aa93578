from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member, Organization


class AlreadyMember(DomainError):
    """This person belongs to the organization."""


class LastOwner(DomainError):
    """An organization keeps at least one owner who can act."""


def check_role(role: str) -> None:
    """Raises InvalidInput when there is no such role."""
    if role not in Member.Role.values:
        raise InvalidInput(
            _("There is no role “%(role)s”.") % {"role": role},
            field="role",
            remedy=_("Use one of: %(roles)s.") % {"roles": ", ".join(Member.Role.values)},
        )


@transaction.atomic
def change_role(pk: str, role: str, *, actor: Member | None) -> Member:
    """Give a member another role. Raises LastOwner."""
    check_role(role)
    member = _lock(pk)
    if member.role == role:
        return member
    _keep_an_owner(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    record("member.role-changed", member, actor=actor, data={"from": before, "to": role})
    return member


@transaction.atomic
def disable_member(pk: str, *, actor: Member | None, reason: str = "") -> Member:
    """Shut a member out, from their next click on. What they did keeps their name.

    Raises LastOwner.
    """
    member = _lock(pk)
    if member.disabled_at:
        return member
    _keep_an_owner(member)
    member.disabled_at = now()
    member.save(update_fields=["disabled_at"])
    record("member.disabled", member, actor=actor, reason=reason)
    return member


def _lock(pk: str) -> Member:
    """The member, after the organization: two owners who remove each other take turns."""
    member = Member.objects.get(pk=pk)
    Organization.objects.select_for_update().get(pk=member.organization_id)
    member.refresh_from_db()
    return member


def _keep_an_owner(member: Member) -> None:
    owners = Member.objects.active().filter(
        organization_id=member.organization_id, role=Member.Role.OWNER
    )
    if list(owners.values_list("pk", flat=True)) == [member.pk]:
        raise LastOwner(
            _("%(name)s is the only owner left.") % {"name": member.user},
            field="role",
            remedy=_("Make somebody else an owner first."),
        )
