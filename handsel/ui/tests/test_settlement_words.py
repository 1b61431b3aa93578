"""Every golden receipt and settlement reads as sentences, in every language."""

import pytest
from django.utils import translation

from handsel.engine.tests.golden.make import second_receipts
from handsel.engine.tests.golden.settlements import settlement_receipts
from handsel.ui.wording import words

LANGUAGES = ("en", "sv", "nb", "pl")
STEPS = {
    **{name: receipt.evaluation.steps for name, receipt in second_receipts().items()},
    **{name: receipt.settlement.steps for name, receipt in settlement_receipts().items()},
}


def said(name):
    return [words(step.code, step.params, currency="EUR") for step in STEPS[name]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_said_with_every_blank_filled(language):
    with translation.override(language):
        for name in STEPS:
            for text in said(name):
                assert text.strip()
                assert "%(" not in text
                assert "None" not in text


def test_a_month_reads_as_its_arithmetic():
    with translation.override("en"):
        assert said("month-refunded") == [
            "From 1 Sept 2026, 00:00:00 until 1 Oct 2026, 00:00:00. 3 orders earned €250.00.",
            "Version 1 of the agreement applies to 3 orders of them.",
            "§2: €5,000.00 counted. Each rate pays the part that lies in its step.",
            "§2: on €5,000.00 the rates by volume give €330.00.",
            "§2: €250.00 was paid with 2 orders already.",
            "§11: 2 orders, of 2 that are asked for.",
            "§11: the milestone was reached; it pays €5.00.",
            "The commission is €85.00.",
        ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("month-cap", "§7: €126.00 is above the most that is paid."),
        ("month-floor", "§9: €199.50 is added, up to the least that is paid."),
        ("month-budget", "§8: €95.00 came after the budget was spent, and is not paid."),
        ("day-of-clicks", "§5: 3 clicks pay €0.33."),
        (
            "month-two-versions",
            "§2: €10,000.00 counted. €4,000.00 of it came under this version. "
            "Each rate pays the part that lies in its step.",
        ),
        (
            "month-by-orders",
            "§2: 3 orders of €6,000.00 counted. Each rate pays the part that lies in its step.",
        ),
        ("by-hand", "It comes to −€5.00."),
        ("override", "§17: 5% of €12.50 is €0.63."),
        ("shared-linear", "§1: of €10.01 other partners get €5.00."),
        ("renewal", "It renews a subscription. It is renewal number 3."),
        ("rolling-tiers", "§2: €4,990.00 had counted in the 30 days before."),
        ("conditions", "§13: €50.00 of it is excluded and earns nothing."),
        ("conditions", "§14: €1.35 for 3 items."),
    ],
)
def test_what_a_line_says(name, sentence):
    with translation.override("en"):
        assert sentence in said(name)
