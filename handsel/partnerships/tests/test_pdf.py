import hashlib
import io

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from handsel.engine.terms import Percent, Tiers, TierStep, canonical
from handsel.partnerships.pdf import agreement_pdf
from handsel.partnerships.queries import terms_of


@pytest.fixture
def read():
    def text(agreement, reader):
        pages = PdfReader(io.BytesIO(agreement_pdf(agreement, reader))).pages
        return " ".join("\n".join(page.extract_text() for page in pages).split())

    return text


def test_it_says_who_what_when_and_how_to_check_it(ada, bens, offered, worse, accepted, read):
    version = accepted(offered(worse))
    text = read(version, ada)

    assert "Agreement in Acme Friends" in text
    assert "Ben's Blog" in text
    assert "Version 2" in text
    assert "8%" in text
    assert "What is different from the version before" in text
    assert "€8.00" in text  # the example: 8 % of 100.00
    assert version.terms_digest in text.replace(" ", "")


def test_each_side_reads_its_own_peoples_names_and_the_others_roles(
    ada, ben, offered, worse, accepted, read
):
    version = accepted(offered(worse))

    assert "Ada, Owner" in read(version, ada)
    assert "Ben, Owner" not in read(version, ada)
    assert "Ben, Owner" in read(version, ben)


def test_the_rates_are_a_table_with_the_steps_of_tiers(ada, terms, offered, accepted, read):
    steps = (TierStep(start=100_000, rate_ppm=90_000),)
    tiers = Tiers(period="month", mode="marginal", steps=steps)
    rising = terms.model_copy(update={"pay": (Percent(rate_ppm=80_000, tiers=tiers),)})
    text = read(accepted(offered(rising)), ada)

    assert "8% from €0.00 to below €1,000.00" in text
    assert "9% from €1,000.00 on" in text


def test_an_open_half_is_said(ada, bens, read):
    assert "Not signed yet" in read(bens.agreements.get(), ada)


def test_it_is_in_the_readers_language(ada, bens, read):
    with override("sv"):
        text = read(bens.agreements.get(), ada)

    assert "10 %" in text
    assert "§2" in text


def test_a_name_is_text_and_no_markup(ada, bens, read):
    bens.partner.name = '#panic("x") = *Ben* <b> $1$ @a'
    bens.partner.save()
    version = bens.agreements.select_related("partnership__partner").get()

    assert '#panic("x") = *Ben* <b> $1$ @a' in read(version, ada)


def test_the_same_agreement_makes_the_same_file(ada, bens):
    version = bens.agreements.get()
    assert agreement_pdf(version, ada) == agreement_pdf(version, ada)


def test_the_print_is_that_of_the_terms_as_data(bens):
    version = bens.agreements.get()
    assert hashlib.sha256(canonical(terms_of(version))).hexdigest() == version.terms_digest
