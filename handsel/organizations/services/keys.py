from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.errors import InvalidInput
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.tokens import hash_of, is_well_formed, new_key
from handsel.rows.scope import as_system

START_LENGTH = 12
USED_AT_PRECISION = timedelta(minutes=1)


class ScopeUnknown(InvalidInput):
    """A scope that no key can have, or none at all."""


@transaction.atomic
def create_api_key(
    actor: Member, *, name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A key for machines of the actor's organization, and its text, which is never shown again."""
    if not scopes or not set(scopes) <= set(ApiKey.Scope.values):
        raise ScopeUnknown(
            _("Choose what the key may do."),
            field="scopes",
            remedy=_("Use one or more of: %(scopes)s.")
            % {"scopes": ", ".join(ApiKey.Scope.values)},
        )
    text = new_key()
    key = ApiKey.objects.create(
        organization_id=actor.organization_id,
        name=name,
        start=text[:START_LENGTH],
        key_hash=hash_of(text),
        scopes=sorted(set(scopes)),
        created_by=actor,
        expires_at=expires_at,
    )
    record("api-key.created", key, actor=actor, data={"name": name, "scopes": key.scopes})
    return key, text


@transaction.atomic
def revoke_api_key(pk: str, *, actor: Member | None) -> ApiKey:
    """Shut a key, at once and for ever."""
    key = ApiKey.objects.select_for_update().get(pk=pk)
    if key.revoked_at is None:
        key.revoked_at = now()
        key.save(update_fields=["revoked_at"])
        record("api-key.revoked", key, actor=actor, data={"name": key.name})
    return key


def authenticate_key(text: str) -> ApiKey | None:
    """The key behind this text, if it is one and may still be used.

    Looks across organizations, because it is what tells whose request this is. That it was used
    is noted once a minute, so that a busy key does not write at every request.
    """
    if not is_well_formed(text):
        return None
    with as_system():
        found = ApiKey.objects.select_related("organization").filter(key_hash=hash_of(text))
        key = found.first()
        if key is None or not key.is_usable():
            return None
        at = now()
        stale = Q(used_at=None) | Q(used_at__lt=at - USED_AT_PRECISION)
        if ApiKey.objects.filter(stale, pk=key.pk).update(used_at=at):
            key.used_at = at
        return key
