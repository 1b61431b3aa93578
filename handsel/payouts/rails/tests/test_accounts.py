import pytest

from handsel.errors import InvalidInput
from handsel.payouts.rails.accounts import bank_name_of, bic_of, checked_bic, checked_iban


def test_spaces_and_small_letters_are_no_fault():
    assert checked_iban(" de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert checked_bic("dnba nokk") == "DNBANOKK"


@pytest.mark.parametrize("iban", ["", "NO93", "NO9386011117948", "XX9386011117947", "86011117947"])
def test_a_number_that_is_none_is_refused_with_its_field(iban):
    with pytest.raises(InvalidInput) as refused:
        checked_iban(iban, field="payer_iban")
    assert refused.value.field == "payer_iban"


def test_a_bank_code_that_is_none_is_refused():
    with pytest.raises(InvalidInput) as refused:
        checked_bic("DNB")
    assert refused.value.field == "bic"


def test_the_bank_is_told_from_the_number_where_it_is_known():
    assert bic_of("DE89370400440532013000") == "COBADEFFXXX"
    assert bank_name_of("DE89370400440532013000") == "Commerzbank"
    assert (bic_of("BE68539007547034"), bank_name_of("BE68539007547034")) == ("", "")
    assert (bic_of("nonsense"), bank_name_of("nonsense")) == ("", "")
