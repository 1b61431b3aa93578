from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from handsel.organizations.models import Member


def member_at_work(
    user: AbstractBaseUser | AnonymousUser, organization_id: str | None
) -> Member | None:
    """The membership a person works under: the chosen organization's, else their first."""
    memberships = list(
        Member.objects.active()
        .filter(user_id=user.pk)
        .select_related("organization", "user")
        .order_by("created_at")
    )
    chosen = [m for m in memberships if m.organization_id == organization_id]
    return next(iter(chosen or memberships), None)
