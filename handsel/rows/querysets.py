"""The only door to a row in screens and the API: `Model.objects.visible_to(member)`."""

from typing import Protocol, Self, TypeVar

from django.db import models

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ActsFor(Protocol):
    """A member: a person at work for one organization."""

    @property
    def organization_id(self) -> str: ...


class OwnedQuerySet(models.QuerySet[M_co]):
    """Rows of a brand: its members see them."""

    def visible_to(self, member: ActsFor | None) -> Self:
        if member is None:
            return self.none()
        return self.filter(brand_id=member.organization_id)


class SharedQuerySet(models.QuerySet[M_co]):
    """Rows between a brand and a partner: the members of both see them."""

    def visible_to(self, member: ActsFor | None) -> Self:
        if member is None:
            return self.none()
        mine = member.organization_id
        return self.filter(models.Q(brand_id=mine) | models.Q(partner_id=mine))
