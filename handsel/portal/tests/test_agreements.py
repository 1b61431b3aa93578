import pytest
from django.utils.translation import override

from handsel.cast import member_of
from handsel.engine.terms import Fixed, Percent, Terms, When, digest
from handsel.organizations.models import Member
from handsel.organizations.services import choose_language
from handsel.partnerships.example import worked_example
from handsel.partnerships.models import Acceptance, Agreement
from handsel.partnerships.queries import terms_of
from handsel.partnerships.services import end_partnership
from handsel.partnerships.wording import agreement_text


@pytest.fixture
def agreement(bens):
    return bens.agreements.get()


@pytest.fixture
def address(agreement):
    return f"/portal/agreements/{agreement.pk}/"


def shown_on(client, address):
    """What the sign button would send."""
    page = client.get(address)
    return {
        "terms_digest": page.context["agreement"].terms_digest,
        "text_sha256": page.context["text_sha256"],
    }


def test_the_terms_are_plain_sentences(as_ben, address):
    page = as_ben.get(address).content.decode()

    assert "10% of what an order counts for." in page
    assert "Acme has signed. Your half is open." in page
    assert 'data-signed="brand"' in page


def test_signing_keeps_the_text_that_was_shown(as_ben, agreement, address, ben):
    response = as_ben.post(f"{address}acceptance/", shown_on(as_ben, address))

    signed = Acceptance.objects.get(agreement=agreement, side="partner")
    assert response["Location"] == address
    assert signed.text == agreement_text(terms_of(agreement))
    assert (signed.member, signed.language) == (ben, "en")
    assert signed.terms_digest == agreement.terms_digest


def test_then_both_have_signed(as_ben, address):
    as_ben.post(f"{address}acceptance/", shown_on(as_ben, address))

    page = as_ben.get(address).content.decode()

    assert 'data-signed="brand partner"' in page
    assert "Signed by both" in page
    assert "acceptance/" not in page


def test_signing_twice_is_one_signature(as_ben, agreement, address):
    shown = shown_on(as_ben, address)
    as_ben.post(f"{address}acceptance/", shown)
    as_ben.post(f"{address}acceptance/", shown)

    assert agreement.acceptances.filter(side="partner").count() == 1


@pytest.mark.parametrize("changed", ["terms_digest", "text_sha256"])
def test_what_was_not_read_is_not_signed(as_ben, agreement, address, changed):
    shown = {**shown_on(as_ben, address), changed: "0" * 64}

    response = as_ben.post(f"{address}acceptance/", shown)

    assert response.status_code == 409
    assert not agreement.acceptances.filter(side="partner").exists()


def test_the_text_is_kept_in_the_language_it_was_read_in(as_ben, agreement, address, ben):
    choose_language(ben.user, "sv")

    as_ben.post(f"{address}acceptance/", shown_on(as_ben, address))

    signed = agreement.acceptances.get(side="partner")
    with override("sv"):
        assert (signed.language, signed.text) == ("sv", agreement_text(terms_of(agreement)))


def test_a_viewer_reads_and_does_not_sign(client, bens, agreement, address, signed_in):
    viewer = member_of(bens.partner, "Vic", Member.Role.VIEWER)
    signed_in(client, viewer)

    assert "An owner or manager of your organization signs." in client.get(address).content.decode()
    assert client.post(f"{address}acceptance/", shown_on(client, address)).status_code == 403
    assert not agreement.acceptances.filter(side="partner").exists()


def test_what_has_ended_is_not_signed(as_ben, bens, address, ada):
    end_partnership(bens.pk, actor=ada, reason="The shop closes.")

    assert "btn-seal" not in as_ben.get(address).content.decode()


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
def test_nobody_else_finds_it(client, who, agreement, address, request, signed_in):
    signed_in(client, request.getfixturevalue(who))

    assert client.get(address).status_code == 404
    assert client.post(f"{address}acceptance/").status_code == 404
    assert not agreement.acceptances.filter(side="partner").exists()


def test_the_example_is_what_the_engine_pays():
    terms = Terms(
        currency="EUR",
        pay=(
            Percent(rate_ppm=95_000),
            Fixed(amount_minor=300, currency="EUR", when=When(customer="new")),
        ),
    )

    example = worked_example(terms, 1)

    assert example.order.counts_minor == 10_000
    assert [line.amount_minor for line in example.lines] == [950, 300]
    assert example.amount_minor == 1_250


def test_a_version_says_what_is_different(as_ben, agreement, address):
    better = Terms(currency="EUR", pay=(Percent(rate_ppm=120_000),))
    second = Agreement.objects.create(
        brand=agreement.brand,
        partner=agreement.partner,
        partnership=agreement.partnership,
        version=2,
        terms=better.model_dump(mode="json"),
        terms_digest=digest(better),
        valid_from=agreement.valid_from,
    )

    page = as_ben.get(f"/portal/agreements/{second.pk}/").content.decode()

    assert "Against version 1" in page
    assert "The rate is now 12%, was 10%." in page
    assert "What is different" not in as_ben.get(address).content.decode()


def test_all_agreements_with_what_they_pay(as_ben, address, agreement):
    page = as_ben.get("/portal/agreements/").content.decode()

    assert "Acme Friends" in page
    assert "10%" in page
    assert "Read and sign" in page
    assert f'href="{address}"' in page


def test_both_sides_read_the_same_health(as_ben, sells, month, bens, address, ada, signed_in):
    for number in range(5):
        sells(f"L-{number}", 10_000, at=month)

    partner = as_ben.get(address).context["health"]
    brand = signed_in(as_ben, ada).get(f"/console/partners/{bens.pk}/").context["health"]

    assert partner.score is not None
    assert [(p.code, p.points) for p in partner.parts] == [(p.code, p.points) for p in brand.parts]


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
def test_nobody_elses_list_has_it(client, who, address, cleos, request, signed_in):
    signed_in(client, request.getfixturevalue(who))

    assert address not in client.get("/portal/agreements/").content.decode()
