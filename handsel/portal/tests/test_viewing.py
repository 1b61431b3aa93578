"""Ada looks at Ben's pages as Ben does: this partnership, nothing beside it, and no change."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from handsel.activity.models import Activity
from handsel.cast import member_of
from handsel.links.models import Link
from handsel.links.services import create_link
from handsel.organizations.models import ApiKey, Member, Organization
from handsel.organizations.services import create_api_key
from handsel.partnerships.services import start_partnership
from handsel.partnerships.viewing import KEPT_AS
from handsel.payouts.services import set_payee
from handsel.programs.services import create_program
from handsel.relations.services import ask


def view(client, partnership, **said):
    return client.post(f"/console/partners/{partnership.pk}/view/", said)


@pytest.fixture
def as_ada(client, ada, signed_in):
    return signed_in(client, ada)


@pytest.fixture
def looking(as_ada, bens, ben):
    """Ada's browser, with Ben's pages before her."""
    view(as_ada, bens)
    return as_ada


@pytest.fixture
def elsewhere(bens, terms, ada):
    """Ben's other partnerships: in another program of Acme's, and in one of Wool's."""
    wool = Organization.objects.create(name="Wool", site_url="https://wool.example")
    found = []
    for brand, owner in ((bens.brand, ada), (wool, member_of(wool, "Wilma"))):
        program = create_program(
            brand,
            name=f"{brand.name} Two",
            site_url=f"https://{brand.name.lower()}.example",
            terms=terms,
            actor=owner,
        )
        partnership = start_partnership(program, bens.partner, actor=owner)
        create_link(partnership, slug=f"two-{brand.name.lower()}", actor=owner)
        found.append(partnership)
    return found


def test_the_brand_sees_what_its_partner_sees(looking, waiting):
    page = looking.get("/portal/").content.decode()

    assert "You see what Ben&#x27;s Blog sees in Acme Friends." in page
    assert "Lambswool beanie" in page
    assert looking.get(f"/portal/earnings/{waiting.pk}/").status_code == 200
    assert looking.get("/portal/links/").context["links"][0].link.slug == "ben"


def test_all_pages_say_that_one_looks_on(looking, waiting, bens):
    agreement = bens.agreements.get()
    for path in ("", "links/", "earnings/", f"earnings/{waiting.pk}/", "earnings/not-credited/"):
        assert "Read only, for 30 minutes more" in looking.get(f"/portal/{path}").content.decode()
    page = looking.get(f"/portal/agreements/{agreement.pk}/").content.decode()
    assert "Read only" in page
    assert "Sign for" not in page


def test_other_partnerships_of_the_partner_are_not_there(looking, bens, elsewhere):
    page = looking.get("/portal/").content.decode() + looking.get("/portal/links/").content.decode()

    assert "two-acme" not in page
    assert "two-wool" not in page
    assert "Acme Two" not in page
    for other in elsewhere:
        agreement = other.agreements.get()
        assert looking.get(f"/portal/agreements/{agreement.pk}/").status_code == 404


def test_nothing_can_be_changed(looking, bens, ben):
    response = looking.post("/portal/links/new/", {"partnership": bens.pk})

    assert response.status_code == 403
    assert "nothing can be changed" in response.content.decode()
    assert Link.objects.count() == 1
    agreement = bens.agreements.get()
    signing = looking.post(f"/portal/agreements/{agreement.pk}/acceptance/")
    assert signing.status_code == 403
    assert not agreement.acceptances.filter(side="partner").exists()


def test_the_partners_people_are_not_shown(looking, ben):
    response = looking.get("/portal/you/")

    assert response.status_code == 403
    assert ben.user.email not in response.content.decode()
    assert ben.user.email not in looking.get("/portal/").content.decode()


def test_the_account_is_masked(looking, bens, ben):
    set_payee(bens.partner, holder_name="Ben Berg", iban="NO9386011117947", actor=ben)

    page = looking.get("/portal/earnings/payouts/").content.decode()

    assert "NO93 •••• 7947" in page
    assert "9386011117947" not in page
    assert looking.get("/portal/earnings/payouts/account/").status_code == 403


def test_questions_are_there_to_read(looking, bens, ben, waiting):
    asked = ask(waiting, subject="too_low", text="Why so little?", actor=ben)

    page = looking.get(reverse("portal:question", args=[asked.pk])).content.decode()

    assert "Why so little?" in page
    assert "<textarea" not in page


def test_the_partner_reads_who_looked_and_why(client, looking, bens, ben, ada):
    looked = Activity.objects.get(verb="partnership.viewed")

    assert (looked.partner_id, looked.actor_id) == (bens.partner_id, ada.pk)
    assert Activity.objects.visible_to(ben).filter(pk=looked.pk).exists()


def test_leaving_leads_back_to_the_partner(looking, bens):
    response = looking.post("/console/viewing/leaving/")

    assert response["Location"] == f"/console/partners/{bens.pk}/"
    assert "You are in no program yet" in looking.get("/portal/").content.decode()


def test_it_ends_by_itself(looking):
    session = looking.session
    session[KEPT_AS] |= {"ends_at_s": int(now().timestamp()) - 1}
    session.save()

    page = looking.get("/portal/").content.decode()

    assert "You no longer view as a partner." in page
    assert "You are in no program yet" in page
    assert KEPT_AS not in looking.session


def test_it_lasts_half_an_hour(looking):
    left_s = looking.session[KEPT_AS]["ends_at_s"] - now().timestamp()

    assert timedelta(minutes=29).total_seconds() < left_s <= timedelta(minutes=30).total_seconds()


def test_signing_out_ends_it(looking, ada, signed_in):
    looking.post("/auth/logout/")
    signed_in(looking, ada)

    assert "You are in no program yet" in looking.get("/portal/").content.decode()


def test_a_role_that_was_taken_away_ends_it(looking, ada):
    Member.objects.filter(pk=ada.pk).update(role=Member.Role.VIEWER)

    assert "You are in no program yet" in looking.get("/portal/").content.decode()


def test_the_console_stays_ones_own_meanwhile(looking, bens):
    assert looking.get(f"/console/partners/{bens.pk}/").status_code == 200


def test_a_viewer_may_not(client, acme, bens, signed_in):
    signed_in(client, member_of(acme, "Vic", Member.Role.VIEWER))

    assert view(client, bens).status_code == 403
    assert "View as partner" not in client.get(f"/console/partners/{bens.pk}/").content.decode()
    assert not Activity.objects.filter(verb="partnership.viewed").exists()


@pytest.mark.parametrize("who", ["mallory", "ben", "cleo"])
def test_who_does_not_own_the_program_may_not(client, who, bens, request, signed_in):
    signed_in(client, request.getfixturevalue(who))

    assert view(client, bens).status_code == 404
    assert KEPT_AS not in client.session


def test_another_brand_cannot_take_the_view_along(looking, mallory, signed_in, waiting):
    """A session that names a partnership gives no right to it."""
    kept = looking.session[KEPT_AS]
    signed_in(looking, mallory)
    session = looking.session
    session[KEPT_AS] = {**kept, "by": mallory.pk}
    session.save()

    assert "L-1" not in looking.get("/portal/").content.decode()
    assert KEPT_AS not in looking.session


def test_a_machine_beside_the_view_acts_as_itself(looking, ada, bens, elsewhere):
    """The cookies of who looks on change nothing for a key; and a key cannot look on."""
    _key, text = create_api_key(ada, name="All of Acme", scopes=[ApiKey.Scope.READ])

    answer = looking.get("/api/v1/programs", headers={"Authorization": f"Bearer {text}"})

    assert {each["name"] for each in answer.json()["items"]} == {"Acme Friends", "Acme Two"}
