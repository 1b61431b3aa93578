import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from handsel.cast import SignIn, member_of
from handsel.config.middleware import act_for_member
from handsel.organizations.models import ApiKey, Member, Organization
from handsel.organizations.services import create_api_key, disable_member, revoke_api_key
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program


def programs_seen(request: HttpRequest) -> HttpResponse:
    """A view that forgot `visible_to`."""
    names = Program.objects.order_by("name").values_list("name", flat=True)
    return HttpResponse(", ".join(names))


def answer(member: Member | None, **headers: str) -> tuple[str, HttpRequest]:
    request = RequestFactory().get("/", headers=headers)
    request.user = member.user if member else AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    response = act_for_member(programs_seen)(request)
    return response.content.decode(), request


@pytest.fixture
def everyone(program: Program, bens: Partnership, mallory: Member) -> None:
    """Acme and Rival, each with a program; Ben is Acme's partner."""


@pytest.mark.usefixtures("everyone")
def test_a_view_that_forgets_to_filter_shows_only_ones_own(
    ada: Member, ben: Member, mallory: Member
) -> None:
    assert answer(ada)[0] == "Acme Friends"
    assert answer(mallory)[0] == "Rival Pals"
    assert answer(ben)[0] == "Acme Friends"
    assert answer(None)[0] == ""


@pytest.mark.usefixtures("everyone")
def test_the_scope_ends_with_the_request(ada: Member) -> None:
    answer(ada)

    assert Program.objects.count() == 2  # the tests' own scope, the system's


@pytest.mark.usefixtures("everyone")
def test_a_key_acts_for_its_organization_and_not_for_the_cookie(
    ada: Member, mallory: Member
) -> None:
    key, text = create_api_key(ada, name="Shop", scopes=[ApiKey.Scope.READ])

    seen, request = answer(mallory, Authorization=f"Bearer {text}")
    assert seen == "Acme Friends"
    assert (getattr(request, "api_key"), getattr(request, "member")) == (key, None)  # noqa: B009


@pytest.mark.usefixtures("everyone")
def test_a_key_that_is_none_opens_nothing_even_for_who_is_signed_in(ada: Member) -> None:
    key, text = create_api_key(ada, name="Shop", scopes=[ApiKey.Scope.READ])
    revoke_api_key(key.pk, actor=ada)

    for authorization in (f"Bearer {text}", "Bearer nonsense", "Basic YTpi", "Bearer"):
        assert answer(ada, Authorization=authorization)[0] == ""


def test_who_is_shut_out_acts_for_nobody_at_the_next_click(
    client: Client, acme: Organization, ada: Member, signed_in: SignIn
) -> None:
    olga = member_of(acme, "Olga", Member.Role.MANAGER)
    signed_in(client, olga)
    disable_member(olga.pk, actor=ada)

    page = client.get("/organization/").content.decode()
    assert "You no longer belong to the organization you worked for." in page
    assert "organization_id" not in client.session


def test_probes_answer_while_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(connection: BaseDatabaseWrapper) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", away)

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/metrics").status_code == 200


@pytest.mark.django_db
def test_ready_when_the_database_answers(client: Client) -> None:
    assert client.get("/readyz").json() == {"database": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "stranger",
    [{"REMOTE_ADDR": "93.184.216.34"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}],
)
def test_metrics_are_not_for_strangers(client: Client, stranger: dict[str, str]) -> None:
    assert b"handsel_web_request_seconds" in client.get("/metrics").content
    assert client.get("/metrics", **stranger).status_code == 404  # type: ignore[arg-type]


@pytest.mark.django_db
def test_private_pages_are_kept_by_nobody(client: Client) -> None:
    assert client.get("/auth/login/")["Cache-Control"].startswith(
        ("no-store", "max-age=0, no-cache, no-store")
    )


def test_a_zero_byte_is_a_bad_request(
    client: Client, ada: Member, bens: Partnership, signed_in: SignIn
) -> None:
    signed_in(client, ada)

    assert client.get("/console/search/", {"q": "a\0b"}).status_code == 400
    notes = f"/console/partners/{bens.pk}/notes/"
    assert client.post(notes, {"text": "a\0b"}).status_code == 400


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/console/", b'href="http://testserver/console/"'),
        ("https://evil.example/phish", b'href="/"'),
        ("javascript:alert(1)", b'href="/"'),
    ],
)
def test_the_way_back_from_a_refusal_leads_to_a_page_of_ours(
    client: Client, ada: Member, signed_in: SignIn, referer: str, back: bytes
) -> None:
    response = signed_in(client, ada).post(
        f"/console/settings/members/{ada.pk}/role/",
        {"role": "viewer"},
        headers={"Referer": referer},
    )

    assert response.status_code == 409
    assert b'<a class="btn btn-primary" ' + back in response.content
    assert b"evil.example" not in response.content
