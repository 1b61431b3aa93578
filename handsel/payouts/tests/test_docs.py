"""The worked numbers of docs/payouts.md."""

import doctest
from pathlib import Path

import handsel
from handsel.ledger.queries import balance_minor, entries_of
from handsel.payouts import services
from handsel.payouts.queries import batch_sums

PAGE = Path(handsel.__file__).parents[1] / "docs" / "payouts.md"
KINDS = ("pending", "payable", "in_transit", "receivable")


def held(partnership):
    """What stands on the partner's accounts, and the brand's cash."""
    balances = {kind: balance_minor(f"{kind}:{partnership.pk}") for kind in KINDS}
    balances["cash"] = balance_minor(f"cash:{partnership.brand_id}")
    return {kind: amount for kind, amount in balances.items() if amount}


def entry_keys(payout):
    return [entry.key.replace(f"{payout.pk}:", "") for entry in entries_of(payout.pk)]


def postings(payout):
    (entry,) = entries_of(payout.pk)
    return {p.account.kind: p.amount_minor for p in sorted(entry.postings.all(), key=_kind)}


def _kind(posting):
    return str(posting.account.kind)


def test_the_worked_numbers_are_right(program, bens, bens_account, sell, refund, ada, fia):
    names = {
        **{name: getattr(services, name) for name in services.__all__},
        "batch_sums": batch_sums,
        "program": program,
        "bens": bens,
        "sell": sell,
        "refund": refund,
        "held": held,
        "entry_keys": entry_keys,
        "postings": postings,
        "ada": ada,
        "fia": fia,
    }
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    text = "\n".join("" if line.startswith("```") else line for line in lines)
    examples = doctest.DocTestParser().get_doctest(text, names, PAGE.name, PAGE.name, 0)

    assert len(examples.examples) > 15
    assert doctest.DocTestRunner().run(examples).failed == 0
