from datetime import timedelta

import pytest

from handsel.clock import now
from handsel.engine.terms import Percent, digest
from handsel.errors import InvalidInput
from handsel.partnerships.queries import agreement_in_force
from handsel.partnerships.renewing import AgreementUnchanged, Signature, renew_agreement
from handsel.partnerships.services import PartnershipEnded, end_partnership


@pytest.fixture
def better(terms):
    return terms.model_copy(update={"pay": (Percent(rate_ppm=120_000),)})


@pytest.fixture
def renewed(bens, ada, ben):
    def renew(terms, **options):
        return renew_agreement(
            bens.pk,
            terms,
            brand=Signature(ada, "12 %"),
            partner=Signature(ben, "12 %"),
            **options,
        )

    return renew


def test_a_version_takes_over_when_it_says_and_not_before(bens, renewed, better):
    in_a_month = now() + timedelta(days=30)
    version = renewed(better, valid_from=in_a_month)

    assert version.version == 2
    assert {signed.side for signed in version.acceptances.all()} == {"brand", "partner"}
    before = agreement_in_force(bens, at=in_a_month - timedelta(seconds=1))
    after = agreement_in_force(bens, at=in_a_month)
    assert before
    assert before.version == 1
    assert after
    assert after.terms_digest == digest(better)


def test_the_past_is_not_renewed(renewed, better):
    with pytest.raises(InvalidInput):
        renewed(better, valid_from=now() - timedelta(days=1))


def test_nothing_is_renewed_that_says_the_same(renewed, terms):
    with pytest.raises(AgreementUnchanged):
        renewed(terms)


def test_what_has_ended_is_not_renewed(bens, ada, renewed, better):
    end_partnership(bens.pk, actor=ada, reason="They closed the blog.")

    with pytest.raises(PartnershipEnded):
        renewed(better)
