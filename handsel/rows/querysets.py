"""The only door to a row in screens and the API: `Model.objects.visible_to(member)`."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol, Self, TypeVar

from django.db import models

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ActsFor(Protocol):
    """A member: a person at work for one organization."""

    @property
    def organization_id(self) -> str: ...


@dataclass(frozen=True)
class Within:
    """A reader to whom one partnership is all there is: as its partner, and nothing beside it."""

    organization_id: str
    brand_id: str
    partnership_id: str


class OwnedQuerySet(models.QuerySet[M_co]):
    """Rows of a brand: its members see them."""

    def visible_to(self, member: ActsFor | None) -> Self:
        if member is None or isinstance(member, Within):
            return self.none()
        return self.filter(brand_id=member.organization_id)


class SharedQuerySet(models.QuerySet[M_co]):
    """Rows between a brand and a partner: the members of both see them."""

    def visible_to(self, member: ActsFor | None) -> Self:
        if member is None:
            return self.none()
        mine = member.organization_id
        if isinstance(member, Within):
            rows = self.filter(brand_id=member.brand_id, partner_id=mine)
            path = path_to_partnership(self.model)
            return rows.filter(**{path: member.partnership_id}) if path else rows
        return self.filter(models.Q(brand_id=mine) | models.Q(partner_id=mine))


@cache
def path_to_partnership(model: type[models.Model]) -> str:
    """Where rows of a table name their partnership: themselves, or what they hang from.

    Empty for those that name neither (activities, entries): they are read by their subject.
    """
    if model._meta.model_name == "partnership":
        return "pk"
    own = _names_partnership(model)
    if own:
        return own
    for field in model._meta.fields:
        above = field.remote_field.model if field.remote_field else None
        if isinstance(above, type) and (found := _names_partnership(above)):
            return f"{field.name}__{found}"
    return ""


def _names_partnership(model: type[models.Model]) -> str:
    names = {field.name for field in model._meta.fields}
    return next((name for name in ("partnership", "partnership_id") if name in names), "")
