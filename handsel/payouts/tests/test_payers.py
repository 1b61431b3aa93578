import pytest

from handsel.activity.models import Activity
from handsel.errors import InvalidInput
from handsel.payouts.payers import Payer, PayerMissing, change_payer, payer_account
from handsel.rows.scope import seen_by

IBAN = "DE89 3704 0044 0532 0130 00"


def test_the_account_is_kept_tidy_and_noted(program, ada):
    change_payer(program, name="Acme GmbH", iban=IBAN, actor=ada)

    assert payer_account(program).iban == "DE89370400440532013000"
    assert Payer.objects.get().masked == "DE89 •••• 3000"
    noted = Activity.objects.get(verb="payer.changed")
    assert (noted.actor_id, "iban" in str(noted.data)) == (ada.pk, False)


def test_a_change_replaces_it(program, ada):
    change_payer(program, name="Acme GmbH", iban=IBAN, actor=ada)
    change_payer(program, name="Acme AS", iban="NO9386011117947", actor=ada)

    assert payer_account(program).name == "Acme AS"
    assert Payer.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [({"iban": "DE1"}, "iban"), ({"bic": "X"}, "bic"), ({"iban": "BE68539007547034"}, "bic")],
)
def test_an_account_no_file_could_name_is_refused_by_its_field(said, field, program, ada):
    with pytest.raises(InvalidInput) as refused:
        change_payer(program, **{"name": "Acme", "iban": IBAN, **said}, actor=ada)

    assert refused.value.field == field
    assert not Payer.objects.exists()


def test_without_one_no_file_can_be_made(program):
    with pytest.raises(PayerMissing):
        payer_account(program)


def test_only_the_brand_sees_it(program, ada, bens, ben, mallory):
    change_payer(program, name="Acme GmbH", iban=IBAN, actor=ada)

    for member, sees in ((ada, 1), (ben, 0), (mallory, 0)):
        assert Payer.objects.visible_to(member).count() == sees
        with seen_by([member.organization_id]):
            assert Payer.objects.count() == sees
