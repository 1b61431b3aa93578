"""Keys: none, wrong, revoked, too narrow."""

import pytest

from handsel.api.tests.conftest import Api, key_of
from handsel.cast import SignIn
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import create_api_key, revoke_api_key
from handsel.programs.models import Program

SCOPES = ApiKey.Scope


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer hsk_wrong", "Basic YTpi", "hsk_"])
@pytest.mark.django_db
def test_without_a_usable_key_nothing_is_shown(authorization: str) -> None:
    response = Api(**{"Authorization": authorization}).get("programs")

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:handsel:problem:key-not-usable"


def test_a_revoked_key_is_refused_at_once(ada: Member) -> None:
    key, text = create_api_key(ada, name="Shop", scopes=[SCOPES.READ])
    assert Api(text).get("programs").status_code == 200

    revoke_api_key(key.pk, actor=ada)

    assert Api(text).get("programs").status_code == 401


def test_a_session_is_no_key(ada: Member, signed_in: SignIn) -> None:
    api = Api()
    signed_in(api.client, ada)

    assert api.get("programs").status_code == 401
    assert api.post("conversions", {}).status_code == 401


REACH = [
    ("get", "programs", SCOPES.READ),
    ("post", "conversions", SCOPES.CONVERSIONS_WRITE),
    ("post", "conversions/1/refunds", SCOPES.CONVERSIONS_WRITE),
    ("post", "conversions/1/cancellation", SCOPES.CONVERSIONS_WRITE),
    ("post", "events", SCOPES.CONVERSIONS_WRITE),
    ("post", "events/inb_x/retry", SCOPES.CONVERSIONS_WRITE),
    ("post", "partnerships", SCOPES.PARTNERSHIPS_WRITE),
    ("post", "links", SCOPES.PARTNERSHIPS_WRITE),
    ("post", "codes", SCOPES.PARTNERSHIPS_WRITE),
]


@pytest.mark.parametrize(("method", "path", "scope"), REACH)
def test_a_key_reaches_as_far_as_its_scopes(
    ada: Member, program: Program, method: str, path: str, scope: str
) -> None:
    others = [other for other in SCOPES.values if other != scope]
    narrow, wide = Api(key_of(ada, *others)), Api(key_of(ada, scope))

    refused = getattr(narrow, method)(path)
    reached = getattr(wide, method)(path)

    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:handsel:problem:scope-missing"
    assert scope in refused.json()["remedy"]
    assert f'scope="{scope}"' in refused["WWW-Authenticate"]
    assert reached.status_code in {200, 201, 404, 422}
