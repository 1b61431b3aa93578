import pytest
from django.urls import reverse

from handsel.cast import member_of
from handsel.organizations.models import ApiKey, Invitation, Member
from handsel.programs.queries import terms_of


@pytest.fixture
def acme_client(client, ada, program, signed_in):
    return signed_in(client, ada)


def url(name, *args):
    return reverse(f"console:{name}", args=args)


@pytest.mark.parametrize(
    "name", ["terms", "tracking", "settings", "members", "keys", "letters", "partners", "links"]
)
def test_a_page_answers_and_holds_nothing_inline(acme_client, name):
    response = acme_client.get(url(name))
    text = response.content.decode()

    assert response.status_code == 200
    assert "style=" not in text
    assert " on" + "click=" not in text


def test_new_terms_are_for_those_who_join_later(acme_client, bens):
    group = bens.group
    response = acme_client.post(
        url("group-terms", group.pk),
        {"rate": "12.5", "bonus": "3", "window_days": "45", "hold_days": "14"},
    )
    group.refresh_from_db()

    assert response.status_code == 302
    assert [rule.kind for rule in terms_of(group).pay] == ["percent", "fixed"]
    assert group.terms["pay"][0]["rate_ppm"] == 125_000
    assert bens.agreements.get().terms["pay"][0]["rate_ppm"] == 100_000


def test_terms_are_said_while_they_are_written(acme_client, program):
    group = program.groups.get()
    response = acme_client.post(
        url("group-terms-words", group.pk),
        {"rate": "7", "bonus": "", "window_days": "10", "hold_days": "0"},
    )

    assert "7%" in response.content.decode()


def test_a_key_is_shown_once(acme_client):
    made = acme_client.post(
        url("keys"), {"name": "Shop", "scopes": ["conversions:write"]}
    ).content.decode()
    later = acme_client.get(url("keys")).content.decode()
    start = ApiKey.objects.get().start

    assert made.count(start) > later.count(start) == 1


def test_a_domain_that_links_lead_to_stays(acme_client, bens, program):
    response = acme_client.post(
        url("settings-program"),
        {
            "name": "Other",
            "site_url": "https://other.example",
            "domains": "other.example",
            "answer_days": 3,
            "payout_day": 16,
            "payout_net_days": 15,
        },
    )
    program.refresh_from_db()

    assert response.status_code == 422
    assert program.domains == ["acme.example"]


@pytest.mark.parametrize(("said", "kept"), [("5", 5), ("0", 3), ("31", 3), ("", 3)])
def test_a_program_promises_answers_within_a_month_of_working_days(
    acme_client, program, said, kept
):
    acme_client.post(url("settings-program"), {**SCHEDULE, **told(program), "answer_days": said})
    program.refresh_from_db()

    assert program.answer_days == kept


SCHEDULE = {"payout_day": 16, "payout_net_days": 15}


def told(program):
    return {"name": "Acme", "site_url": program.site_url, "domains": "acme.example"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ((1, 0), (1, 0)),
        ((28, 90), (28, 90)),
        ((0, 15), (16, 15)),
        ((29, 15), (16, 15)),
        ((16, 91), (16, 15)),
    ],
)
def test_a_program_pays_on_a_day_that_every_month_has(acme_client, program, said, kept):
    fields = {**told(program), "answer_days": 3}
    schedule = dict(zip(SCHEDULE, said, strict=True))
    acme_client.post(url("settings-program"), {**fields, **schedule})
    program.refresh_from_db()

    assert (program.payout_day, program.payout_net_days) == kept


def test_only_an_owner_invites(client, ada, program, signed_in):
    Member.objects.filter(pk=ada.pk).update(role=Member.Role.MANAGER)
    response = signed_in(client, ada).post(
        url("members"), {"email": "new@acme.example", "role": "viewer"}
    )

    assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_an_invitation_can_be_passed_on_by_hand(acme_client, mallory, client, signed_in, settings):
    settings.EMAIL_BACKEND = "handsel.mail.backend.Outbox"
    acme_client.post(url("members"), {"email": "new@acme.example", "role": "viewer"})
    shown = acme_client.get(url("letters")).content.decode()
    elsewhere = signed_in(client, mallory).get(url("letters")).content.decode()

    assert "/invitations/" in shown
    assert "new@acme.example" not in elsewhere


def test_a_manager_is_offered_only_the_settings_that_open(client, acme, program, signed_in):
    mona = signed_in(client, member_of(acme, "Mona", Member.Role.MANAGER))
    page = mona.get(url("settings"))
    offered = [address for _label, address, _here in page.context["tabs"]]

    assert [mona.get(address).status_code for address in offered] == [200] * len(offered)
    assert mona.get(url("letters")).status_code == 403
    assert not page.context["program_form"].fields["name"].disabled
    assert page.context["organization_form"].fields["name"].disabled
