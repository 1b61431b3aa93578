"""Every verdict and step of the attribution is said, in every language, with every blank filled."""

import pytest
from django.utils import translation

from handsel.engine.attribution import attribute
from handsel.engine.tests.cast import BEN, CLEO, ORDERED, click, code
from handsel.engine.tests.test_precedence import CHANNEL_FIRST, DINA, ad, all_under, touch
from handsel.ui.wording import words
from handsel.ui.wording.attribution import CREDITED

JOURNEYS = [
    ([click(14), click(7, CLEO), click(0, DINA)], {"model": "linear"}),
    ([click(14), click(7, CLEO), click(0, DINA)], {"model": "first_click"}),
    ([click(14), click(7, CLEO), click(0, DINA)], {"model": "position"}),
    ([click(14), click(7, CLEO), click(0, DINA)], {"model": "time_decay"}),
    ([click(14), click(7, CLEO)], {"introducer_floor_ppm": 200_000}),
    ([click(14), click(13), click(7, CLEO)], {"model": "linear"}),
    ([click(14), ad()], {"precedence": CHANNEL_FIRST}),
    ([touch("lifetime", days_before=9), click(2)], {"precedence": ("lifetime",)}),
    ([touch("lifetime", days_before=9)], {"lifetime_days": None}),
    ([touch("sku", reference="MUG"), code(), touch("customer")], {"owned_skus": ("MUG",)}),
    ([touch("customer"), code()], {}),
    ([touch("renewal", binds="agr_par_cleo_1"), code()], {}),
    ([touch("manual", BEN, binds="agr_par_ben_1"), code(CLEO)], {}),
    ([click(2), click(0.0001, CLEO)], {"stand_down_s": 60}),
]


@pytest.mark.parametrize("language", ["en", "sv", "nb", "pl"])
@pytest.mark.parametrize(("touches", "rules"), JOURNEYS)
def test_every_verdict_and_step_is_said(language, touches, rules):
    found = attribute(touches, ORDERED, all_under(**rules))
    with translation.override(language):
        said = [words(v.code, v.params, subject="verdict") for v in found.verdicts]
        said += [words(step.code, step.params) for step in found.steps]

    for text in said:
        assert text.strip()
        assert "%(" not in text
        assert "%%" not in text
        assert "None" not in text


@pytest.mark.parametrize("by", sorted(CREDITED))
def test_a_credit_is_said_with_its_share_and_without(by):
    with translation.override("en"):
        assert words("credited", {"by": by}, subject="verdict") == str(CREDITED[by])
        shared = words("credited", {"by": by, "weight": 1, "weights": 3}, subject="verdict")
    assert shared == f"{CREDITED[by]} Its share is 33.3%."
