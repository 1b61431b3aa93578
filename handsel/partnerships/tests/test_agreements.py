import pytest

from handsel.activity.models import Activity
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import (
    AgreementChanged,
    AlreadyPartner,
    accept_agreement,
    start_partnership,
)
from handsel.programs.models import Program
from handsel.rows.scope import seen_by


def sign(agreement, member):
    return accept_agreement(
        agreement.pk,
        member=member,
        terms_digest=agreement.terms_digest,
        text="§2 You earn 10 %.",
        language="en",
    )


def test_the_brand_signs_when_it_takes_a_partner_in(bens):
    agreement = bens.agreements.get()

    assert [a.side for a in agreement.acceptances.all()] == ["brand"]
    assert agreement.terms == bens.group.terms


def test_the_partner_signs_once_for_its_own_side(bens, ben):
    agreement = bens.agreements.get()
    sign(agreement, ben)
    sign(agreement, ben)

    assert agreement.acceptances.get(side="partner").member == ben
    assert Activity.objects.filter(verb="agreement.accepted", actor=ben).count() == 1


def test_terms_that_changed_meanwhile_cannot_be_signed(bens, ben):
    with pytest.raises(AgreementChanged):
        accept_agreement(
            bens.agreements.get().pk, member=ben, terms_digest="0" * 64, text="", language="en"
        )


def test_an_organization_is_in_a_program_once(bens, program, ada):
    with pytest.raises(AlreadyPartner):
        start_partnership(program, bens.partner, actor=ada)


def test_a_partner_sees_its_program_and_a_stranger_does_not(bens, ben, mallory):
    with seen_by([ben.organization_id]):
        assert Program.objects.get().pk == bens.program_id
        assert Partnership.objects.get().pk == bens.pk
    with seen_by([mallory.organization_id]):
        assert not Partnership.objects.exists()
        assert bens.program_id not in Program.objects.values_list("pk", flat=True)
