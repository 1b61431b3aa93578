"""Every code the engine publishes has words, in every language, with every blank filled."""

import ast
import inspect
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from django.utils import translation

from handsel import engine
from handsel.engine.attribution import Beaten, Credit, Ineligible
from handsel.engine.commission import Inputs, judge
from handsel.engine.earning import LineKind, Unmet, renewals
from handsel.engine.health import Record, health
from handsel.engine.replay.compared import Assumption
from handsel.engine.settling import bonus, override
from handsel.engine.terms import (
    AttributionTerms,
    Basis,
    Fixed,
    Hold,
    PayoutTerms,
    Percent,
    Terms,
    When,
    differences,
    sentences,
)
from handsel.engine.terms.pay import Bonus, PayRule
from handsel.engine.terms.sentences import Section
from handsel.engine.tests import cast
from handsel.errors import DomainError, InvalidInput
from handsel.ui.wording import WORDINGS, error_words, words
from handsel.ui.wording.health import PARTS
from handsel.ui.wording.refusals import REFUSALS
from handsel.ui.wording.shown import shown
from handsel.ui.wording.steps import NOT_CREDITED, TERMS
from handsel.ui.wording.unmet import (
    BONUS_NOT_EARNED,
    NOT_MET,
    OVERRIDE_NOT_EARNED,
    RENEWAL_NOT_PAID,
)

BECAUSE = Credit.model_fields["because"].annotation
UNCREDITED = {
    "own_channel",
    "shares",
    "binds_terms",
    "stood_down",
    "earlier_than_last",
    "later_than_first",
    "not_in_precedence",
}
ENGINE = Path(inspect.getfile(engine)).parent
SUBJECTS = {
    "Step": "step",
    "Verdict": "verdict",
    "Difference": "difference",
    "Check": "check",
    "tally": "check",
    "Reason": "health",
}


def sources() -> list[Path]:
    return [path for path in ENGINE.rglob("*.py") if "tests" not in path.parts]


def texts(node: ast.expr) -> set[str]:
    """The constant strings an expression can be."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def published(path: Path) -> set[tuple[str, str]]:
    """(subject, code) of every explanation that a module of the engine spells out."""
    subject_of_step = "clause" if path.name == "sentences.py" else "step"
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        subject = SUBJECTS.get(node.func.id)
        for keyword in node.keywords:
            if subject and keyword.arg == "code":
                subject = subject_of_step if subject == "step" else subject
                found |= {(subject, code) for code in texts(keyword.value)}
    return found


def clause_codes() -> set[str]:
    """Every clause that terms can have: of a section, or of an item of a list."""
    unions = [get_args(union)[0] for union in (PayRule, Bonus)]
    kinds = {kind.model_fields["kind"].default for union in unions for kind in get_args(union)}
    lists = {"pay", "bonuses", "caps", "floors", "overrides", "perks"}
    single = set(get_args(Section)) - lists - {"attribution"}
    return kinds | single | {"credit", "cap", "floor", "override", "perk"}


def test_every_code_of_the_engine_has_words_and_no_words_are_left_over():
    spelled = set().union(*(published(path) for path in sources()))
    # Where the engine passes a code on instead of spelling it.
    passed_on = {("verdict", code) for code in get_args(Ineligible)}
    passed_on |= {("verdict", code) for code in (*get_args(Beaten), *UNCREDITED)}
    passed_on |= {("step", kind) for kind in get_args(LineKind)} | {("difference", "changed")}
    passed_on |= {("difference", "rule_added"), ("difference", "rule_removed")}
    passed_on |= {("clause", code) for code in clause_codes()}
    passed_on |= {("verdict", code) for code in get_args(BECAUSE)}
    passed_on |= {("replay", code) for code in get_args(Assumption)}

    worded = {(subject, code) for subject, codes in WORDINGS.items() for code in codes}
    assert worded == spelled | passed_on


def test_every_refusal_of_the_engine_has_words_and_no_words_are_left_over():
    for path in sources():
        __import__(f"handsel.engine.{'.'.join(path.relative_to(ENGINE).with_suffix('').parts)}")

    def below(kind: type[DomainError]) -> set[type[DomainError]]:
        return {kind}.union(*(below(sub) for sub in kind.__subclasses__()))

    ours = {kind for kind in below(DomainError) if kind.__module__.startswith("handsel.engine.")}
    assert set(REFUSALS) == {kind("").code for kind in ours} | {"not-visible"}


LANGUAGES = ("en", "sv", "nb", "pl")
PLAIN = Terms(currency="EUR", pay=(Percent(rate_ppm=95_000),))
RICH = Terms(
    currency="EUR",
    attribution=AttributionTerms(window_days=1, better_at_once=True),
    basis=Basis(with_tax=True, with_shipping=True, before_discounts=True),
    pay=(
        Percent(rate_ppm=120_000),
        Percent(rate_ppm=50_000, when=When(skus=("SOCK", "HAT"))),
        Fixed(amount_minor=300, currency="EUR", when=When(customer="new", categories=("hats",))),
        Fixed(amount_minor=100, currency="EUR", when=When(customer="returning")),
    ),
    hold=Hold(days=14, starts="delivery"),
    payout=PayoutTerms(threshold_minor=2500),
)


@pytest.fixture(params=LANGUAGES)
def language(request):
    with translation.override(request.param):
        yield request.param


def assert_said(text: str) -> None:
    assert text.strip()
    assert "%(" not in text
    assert "None" not in text


@pytest.mark.parametrize("terms", [PLAIN, RICH])
def test_every_clause_is_said(language, terms):
    for clause in sentences(terms):
        assert_said(words(clause.code, clause.params, subject="clause"))


@pytest.mark.parametrize(("old", "new"), [(PLAIN, RICH), (RICH, PLAIN)])
def test_every_difference_is_said(language, old, new):
    for change in differences(old, new):
        assert_said(words(change.code, change.params, subject="difference", currency="EUR"))


CLICK = cast.click(2)


def judged(*facts, touches=(CLICK,), terms=cast.WOOL, **agreement):
    agreements = (cast.agreement(terms=terms, **agreement), cast.agreement(cast.CLEO))
    return judge(Inputs(facts=facts, touches=touches, agreements=agreements), cast.BEN)


EVALUATIONS = [
    judged(cast.sale(cast.SHIRT, cast.SOCKS, cast.HAT, customer_is_new=True)),
    judged(cast.sale(9401), cast.refund(501)),
    judged(cast.sale(9400, shipping_minor=490), cast.known_customer(False), terms=RICH),
    judged(cast.sale(cast.SOCKS, customer_is_new=True), cast.cancellation(), terms=RICH),
    judged(cast.sale(9400), touches=(cast.click(2), cast.click(1, cast.CLEO))),
    judged(cast.sale(9400), touches=(cast.click(2), cast.code(), cast.click(1, cast.CLEO))),
    judged(cast.sale(9400), touches=(cast.click(40), cast.click(-1), cast.click(3, forged=True))),
    judged(cast.sale(9400), touches=(cast.click(300),)),
]


@pytest.mark.parametrize("evaluation", EVALUATIONS)
def test_every_step_and_verdict_is_said(language, evaluation):
    for step in evaluation.steps:
        assert_said(words(step.code, step.params, currency=evaluation.currency))
    for verdict in evaluation.verdicts:
        assert_said(words(verdict.code, verdict.params, subject="verdict"))


def strings_in(module: str, *functions: str) -> set[str]:
    """The words in snake_case inside some functions of a module of the engine."""
    tree = ast.parse((ENGINE / module).read_text(encoding="utf-8"))
    bodies = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in functions]
    assert len(bodies) == len(functions)
    return {
        node.value
        for body in bodies
        for node in ast.walk(body)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z]+(_[a-z]+)+", node.value)
    }


def test_every_reason_of_the_engine_has_words_and_no_words_are_left_over():
    assert set(NOT_MET) == set(get_args(Unmet))
    assert set(RENEWAL_NOT_PAID) == set(get_args(renewals.Unpaid))
    assert set(BONUS_NOT_EARNED) == set(get_args(bonus.Unearned))
    assert set(OVERRIDE_NOT_EARNED) == set(get_args(override.Unearned))

    uncredited = strings_in("commission.py", "_uncredited")
    assert set(NOT_CREDITED) == uncredited - {"not_credited"}

    assert set(TERMS) == set(get_args(BECAUSE)) | {"better_at_once"}


def test_the_receipt_reads_as_in_the_documentation():
    evaluation = EVALUATIONS[1]
    with translation.override("en"):
        said = [words(s.code, s.params, currency=evaluation.currency) for s in evaluation.steps]

    assert "§2: 9.5% of €89.00 is €8.46. Exactly 8.455, rounded once." in said
    assert "The commission is €8.46." in said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Percent(rate_ppm=95_000), "9.5% of what an order counts for."),
        (
            Fixed(amount_minor=300, currency="EUR", when=When(customer="new")),
            "€3.00 for each new customer.",
        ),
        (
            Percent(rate_ppm=50_000, when=When(skus=("SOCK", "HAT"))),
            "5% of what an order counts for. Only for these articles: SOCK and HAT.",
        ),
    ],
)
def test_a_rule_of_pay_reads_as_a_person_would_say_it(rule, said):
    clause = sentences(Terms(currency="EUR", pay=(rule,)))[1]

    with translation.override("en"):
        assert words(clause.code, clause.params, subject="clause") == said


def test_a_changed_amount_names_both_in_the_currency_of_the_terms():
    old, new = PLAIN, PLAIN.model_copy(update={"payout": PayoutTerms(threshold_minor=2500)})

    [change] = differences(old, new)
    with translation.override("en"):
        text = words(change.code, change.params, subject="difference", currency="EUR")
    assert text == "Payouts now start at €25.00, was €0.00."


@pytest.mark.parametrize("code", sorted(WORDINGS["check"]))
def test_every_check_is_said_otherwise_when_it_fails(language, code):
    params = {"number": 2, "size": 9, "field": "seal", "reason": "malformed"}
    params |= {"amount_minor": 1442, "entries_minor": 0, "difference_minor": 5, "posted_minor": 4}
    params |= {"statement": "ST-1", "total": 9, "wrong": 1, "first": "L-1", "state": "paid"}
    params |= {"lines_minor": 0, "sent_minor": 0}

    holds, fails = (
        words(code, {**params, "ok": ok}, subject="check", currency="EUR") for ok in (True, False)
    )
    assert_said(holds)
    assert_said(fails)
    assert holds != fails


@pytest.mark.parametrize(
    "record",
    [
        Record(orders=9, revenue_minor=12, revenue_before_minor=10, signed=True, questions=2),
        Record(orders=9, revenue_minor=5, revenue_before_minor=10, known_customers=9, withheld=1),
        Record(orders=9, revenue_minor=5, questions=2, questions_late=1, payouts_failed=2),
        Record(orders_before=9, clicks=5, odd_clicks=5, revenue_before_minor=10),
        Record(orders_before=9),
    ],
)
def test_every_part_of_a_health_is_said(language, record):
    for part in health(record).parts:
        assert_said(str(PARTS[part.code]))
        for reason in part.reasons:
            assert_said(words(reason.code, reason.params, subject="health"))


def test_units_become_readings_under_the_bare_name():
    params = {
        "rate_ppm": 95_000,
        "amount_minor": 1442,
        "currency": "EUR",
        "clicked_at": "2026-09-06T09:14:22Z",
        "due_on": date(2026, 10, 16),
        "skus": ("A", "B", "C"),
        "note": None,
    }
    with translation.override("en"):
        reading = shown(params)

    assert reading["rate"] == "9.5%"
    assert reading["amount"] == "€14.42"
    assert reading["clicked"] == "6 Sept 2026, 09:14:22"
    assert reading["due"] == "16 Oct 2026"
    assert reading["skus"] == "A, B and C"
    assert reading["note"] == ""
    with translation.override("en"):
        moment = datetime(2026, 9, 6, 9, 14, 22, tzinfo=UTC)
        assert shown({"clicked_at": moment})["clicked"] == reading["clicked"]


class NotWordedHere(InvalidInput):
    """Raised by a service, with translated text of its own."""


def test_a_refusal_without_words_here_speaks_for_itself():
    said = error_words(NotWordedHere("That slug is taken.", remedy="Choose another."))

    assert said == ("That slug is taken.", "Choose another.")


def test_a_refusal_whose_blanks_are_not_filled_speaks_for_itself():
    from handsel.engine.orders.errors import WrongCurrency

    assert error_words(WrongCurrency("In NOK, not in EUR.")).message == "In NOK, not in EUR."
