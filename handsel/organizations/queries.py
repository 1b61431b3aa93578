from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from handsel.organizations.models import Member
from handsel.rows.scope import as_system


def memberships(user: AbstractBaseUser | AnonymousUser) -> list[Member]:
    """Where a person may work, in the order they joined; across organizations."""
    with as_system():
        return list(
            Member.objects.active()
            .filter(user_id=user.pk)
            .select_related("organization", "user")
            .order_by("created_at", "pk")
        )


def member_at_work(
    user: AbstractBaseUser | AnonymousUser, organization_id: str | None
) -> Member | None:
    """The membership a person works under: the chosen organization's, else their first."""
    mine = memberships(user)
    chosen = [member for member in mine if member.organization_id == organization_id]
    return next(iter(chosen or mine), None)
