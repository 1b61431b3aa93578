from datetime import timedelta

import pytest
from django.utils.timezone import now
from pytest_django import DjangoAssertNumQueries

from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import (
    ScopeUnknown,
    authenticate_key,
    create_api_key,
    revoke_api_key,
)
from handsel.organizations.tokens import is_well_formed, new_key
from handsel.rows.scope import scope_of_nobody

SCOPES = [ApiKey.Scope.CONVERSIONS_WRITE]


def test_a_key_opens_the_door_of_its_organization(ada: Member) -> None:
    key, text = create_api_key(ada, name="Shop", scopes=SCOPES)

    with scope_of_nobody():
        found = authenticate_key(text)

    assert found == key
    assert found is not None
    assert found.organization == ada.organization
    assert found.scopes == ["conversions:write"]


def test_the_text_is_nowhere_in_the_row(ada: Member) -> None:
    _key, text = create_api_key(ada, name="Shop", scopes=SCOPES)

    row = str(ApiKey.objects.values().get())
    assert text not in row
    assert text[12:] not in row
    assert text[:12] in row


def test_a_revoked_key_is_refused_at_once(ada: Member) -> None:
    key, text = create_api_key(ada, name="Shop", scopes=SCOPES)
    revoke_api_key(key.pk, actor=ada)

    assert authenticate_key(text) is None


def test_a_key_past_its_day_is_refused(ada: Member) -> None:
    _key, text = create_api_key(
        ada, name="Shop", scopes=SCOPES, expires_at=now() - timedelta(seconds=1)
    )

    assert authenticate_key(text) is None


def test_its_use_is_noted_once_a_minute(ada: Member) -> None:
    key, text = create_api_key(ada, name="Shop", scopes=SCOPES)
    a_while_ago, just_now = now() - timedelta(minutes=2), now() - timedelta(seconds=20)

    for before, noted in [(None, True), (just_now, False), (a_while_ago, True)]:
        ApiKey.objects.filter(pk=key.pk).update(used_at=before)
        authenticate_key(text)
        key.refresh_from_db()
        assert (key.used_at != before) is noted


def test_a_mistyped_key_costs_no_query(
    ada: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    text = new_key()
    mistyped = text[:10] + ("a" if text[10] != "a" else "b") + text[11:]

    with django_assert_num_queries(0):
        assert authenticate_key(mistyped) is None
        assert authenticate_key("") is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "everything"]])
def test_a_key_may_do_only_what_keys_can(ada: Member, scopes: list[str]) -> None:
    with pytest.raises(ScopeUnknown):
        create_api_key(ada, name="Shop", scopes=scopes)
    assert not ApiKey.objects.exists()


def test_keys_are_unlike_and_well_formed() -> None:
    keys = {new_key() for _ in range(50)}

    assert len(keys) == 50
    assert all(is_well_formed(key) for key in keys)
