"""Random histories, played to the SQL ledger and to a small model of it, compared at each step."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from handsel.engine.merkle import leaf_hash, verify_consistency, verify_inclusion
from handsel.engine.proof import leaf_bytes, verify_checkpoint
from handsel.ledger.chart import CHART, parse_account
from handsel.ledger.check import check_all
from handsel.ledger.entries import EntryKeyReused, EntryNotBalanced, Line
from handsel.ledger.models import Entry, Leaf, Posting
from handsel.ledger.proofs import as_signed, consistency, inclusion
from handsel.ledger.queries import balances, trial_balance
from handsel.ledger.seal import latest_checkpoint, seal_new
from handsel.ledger.services import post_entries, post_entry, reverse_entry
from handsel.ledger.tests.conftest import NOON, Deal

DEALS = [Deal(), Deal()]
amounts = st.integers(-(2**53) + 1, 2**53 - 1).filter(bool) | st.integers(1, 99)
currencies = st.sampled_from(["EUR", "SEK", "JPY"])
accounts = st.sampled_from(["expense", "pending", "payable"])


class Model:
    """The ledger in ten lines: what was posted, by key, and how much of it is sealed."""

    def __init__(self):
        self.entries = {}
        self.sealed_count = 0

    def post(self, entry):
        if self.entries.setdefault(entry.key, entry) != entry:
            raise EntryKeyReused("")

    def sums(self):
        sums: Counter[tuple[str, str]] = Counter()
        for entry in self.entries.values():
            for line in entry.lines:
                sums[line.account, line.currency] += line.amount_minor
        return {place: total for place, total in sums.items() if total}


@st.composite
def new_entries(draw):
    """Two to six lines over one or two currencies, balanced by the last line of each."""
    deal = draw(st.sampled_from(DEALS))
    lines = []
    for currency in draw(st.lists(currencies, min_size=1, max_size=2, unique=True)):
        given = draw(st.lists(st.tuples(accounts, st.integers(1, 9999)), min_size=1, max_size=2))
        lines += [(getattr(deal, name), amount, currency) for name, amount in given]
        rest = -sum(amount for _, amount in given)
        lines.append((getattr(deal, draw(accounts)), rest, currency))
    occurred_at = NOON + timedelta(days=draw(st.integers(-99, 99)))
    return deal.entry(*lines, occurred_at=occurred_at)


def off_by_one(line):
    """The line with another amount that can be posted too: not nothing, not beyond the largest."""
    closer = line.amount_minor + (-1 if line.amount_minor > 0 else 1)
    return line._replace(amount_minor=closer or 2 * line.amount_minor)


class LedgerMachine(RuleBasedStateMachine):
    posted = Bundle("posted")

    def __init__(self):
        super().__init__()
        self.model = Model()
        self.rows_seen = {}
        self.checkpoints = []
        # Each history is rolled back; marked as Django marks its own, so that sealing goes on.
        self.atomic = transaction.atomic()
        setattr(self.atomic, "_from_testcase", True)  # noqa: B010
        self.atomic.__enter__()

    def teardown(self):
        try:
            assert check_all().ok
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(target=posted, amount_minor=amounts, currency=currencies, deal=st.sampled_from(DEALS))
    def post_between(self, amount_minor, currency, deal):
        entry = deal.recorded(amount_minor, currency)
        self.model.post(entry)
        post_entry(entry)
        return entry

    @rule(target=posted, entries=st.lists(new_entries(), max_size=5))
    def post_many(self, entries):
        for entry in entries:
            self.model.post(entry)
        post_entries(entries)
        return multiple(*entries)

    @rule(entry=posted)
    def post_again(self, entry):
        posted = Entry.objects.get(key=entry.key)

        assert post_entry(replace(entry, lines=entry.lines[::-1])) == posted

    @rule(entry=posted, others=st.lists(new_entries(), max_size=2))
    def post_other_content_under_a_used_key(self, entry, others):
        first, *rest = entry.lines
        off = off_by_one(first)
        lines = (off, *rest)
        offset = Line(first.account, first.amount_minor - off.amount_minor, first.currency)

        with pytest.raises(EntryKeyReused):
            post_entries([*others, replace(entry, lines=(*lines, offset))])

    @rule(entry=new_entries(), others=st.lists(new_entries(), max_size=2))
    def post_out_of_balance(self, entry, others):
        first, *rest = entry.lines

        with pytest.raises(EntryNotBalanced):
            post_entries([*others, replace(entry, lines=(off_by_one(first), *rest))])

    @rule(entry=posted)
    def take_back(self, entry):
        row = Entry.objects.get(key=entry.key)
        key = f"reversed:{entry.subject_id}:{row.pk}"
        self.model.post(entry.reversal(key=key, occurred_at=NOON))
        reverse_entry(row.pk, occurred_at=NOON)

    @rule(batch_size_max=st.integers(1, 5))
    def seal(self, batch_size_max):
        checkpoint = seal_new(batch_size_max=batch_size_max)
        self.model.sealed_count = len(self.model.entries)

        assert (checkpoint.size if checkpoint else 0) == self.model.sealed_count
        if checkpoint:
            self.check_growth(checkpoint)

    def check_growth(self, new):
        assert verify_checkpoint(as_signed(new))
        for old in self.checkpoints:
            proof = consistency(old, new)
            assert verify_consistency(old.size, new.size, old.root, new.root, proof)
        self.checkpoints.append(new)

    @invariant()
    def everything_sums_to_zero(self):
        for deal in DEALS:
            totals: Counter[str] = Counter()
            for row in trial_balance(deal.brand):
                totals[row.currency] += row.debit_minor - row.credit_minor
            assert not any(totals.values())

    @invariant()
    def balances_are_the_fold_of_postings(self):
        found = {
            (f"{balance.kind.value}:{balance.owner_id}", balance.currency): balance.amount_minor
            for balance in balances()
            if balance.amount_minor
        }
        assert found == {
            (account, currency): total * CHART[parse_account(account).kind].normal
            for (account, currency), total in self.model.sums().items()
        }

    @invariant()
    def nothing_more_and_nothing_less_is_posted(self):
        lines: Counter[tuple[str, Line]] = Counter()
        for key, account, amount_minor, currency in Posting.objects.values_list(
            "entry__key", "account__name", "amount_minor", "currency"
        ):
            lines[key, Line(account, amount_minor, currency)] += 1
        assert lines == Counter(
            (entry.key, line) for entry in self.model.entries.values() for line in entry.lines
        )

    @invariant()
    def earlier_rows_are_as_they_were(self):
        rows = {}
        with connection.cursor() as cursor:
            for table in ("entry", "posting", "leaf", "node", "checkpoint"):
                cursor.execute(f"SELECT t::text FROM ledger_{table} t")
                rows[table] = {text for (text,) in cursor.fetchall()}
        for table, seen in self.rows_seen.items():
            assert seen <= rows[table]
        self.rows_seen = rows

    @invariant()
    def every_sealed_entry_is_proved(self):
        assert Leaf.objects.count() == self.model.sealed_count
        if (checkpoint := latest_checkpoint()) is None:
            return
        ids = list(Leaf.objects.values_list("entry_id", flat=True))
        for found in inclusion(ids, checkpoint).values():
            path = [bytes.fromhex(sibling) for sibling in found.inclusion_proof]
            hashed = leaf_hash(leaf_bytes(found.entry))
            assert verify_inclusion(
                hashed, found.number, checkpoint.size, path, bytes(checkpoint.root)
            )


def play(histories, steps, phases=tuple(Phase)):
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            phases=phases,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_the_ledger_agrees_with_its_model():
    play(histories=15, steps=25)


@pytest.mark.long
@pytest.mark.django_db
def test_the_ledger_agrees_with_its_model_for_long():
    play(histories=200, steps=50)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("broken", "instead"),
    [
        ("services._refuse_other_content", lambda *_: None),
        ("seal.leaf_hash", lambda *_: bytes(32)),
    ],
)
def test_control_a_broken_ledger_is_noticed(broken, instead, monkeypatch):
    monkeypatch.setattr(f"handsel.ledger.{broken}", instead)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        play(histories=25, steps=25, phases=[Phase.generate])
