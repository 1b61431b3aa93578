from dataclasses import dataclass

from django.db import transaction

from handsel.activity.services import record
from handsel.organizations.models import Member, Organization


@dataclass(frozen=True, slots=True)
class _Own:
    """An organization as a subject of its own activity."""

    pk: str

    @property
    def organization_id(self) -> str:
        return self.pk


@transaction.atomic
def change_organization(
    pk: str, *, name: str, site_url: str, email: str, actor: Member | None
) -> Organization:
    """Change how an organization is called and reached."""
    organization = Organization.objects.select_for_update().get(pk=pk)
    before = {"name": organization.name, "site_url": organization.site_url}
    organization.name, organization.site_url, organization.email = name, site_url, email
    organization.save(update_fields=["name", "site_url", "email"])
    record("organization.changed", _Own(pk), actor=actor, data={"before": before})
    return organization
