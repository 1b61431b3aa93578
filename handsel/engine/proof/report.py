"""What a check finds, and what every kind of proof file asks of a ledger entry."""

from collections import Counter
from collections.abc import Iterable, Mapping

from handsel.engine.proof.format import LedgerEntry, ProofFile, StatementFile
from handsel.engine.values import ParamValue, Value


class Check(Value):
    """One thing that was checked, by code; `params` say which, and what was found."""

    code: str
    ok: bool
    params: Mapping[str, ParamValue] = {}


class Report(Value):
    """All checks in order. Without a trusted key it only says that the file agrees with itself.

    `proof` is what the file says, or None when it cannot be read.
    """

    ok: bool
    checks: tuple[Check, ...]
    proof: ProofFile | StatementFile | None


def tally(code: str, found: Iterable[tuple[str | int, bool]]) -> Check:
    """One check of many things alike: how many, how many are wrong, and which is the first."""
    all_found = list(found)
    wrong = [name for name, ok in all_found if not ok]
    params: dict[str, ParamValue] = {"total": len(all_found)}
    if wrong:
        params |= {"wrong": len(wrong), "first": wrong[0]}
    return Check(code=code, ok=not wrong, params=params)


def balances(entry: LedgerEntry) -> bool:
    sums: Counter[str] = Counter()
    for posting in entry.postings:
        sums[posting.currency] += posting.amount_minor
    return not any(sums.values())


def is_between(entry: LedgerEntry, subject: str, owners: set[str], currency: str) -> bool:
    """It is about the subject, as its key says too (`commission-approved:com_…:2`), and its
    postings are on accounts of these owners, in this currency."""
    found = {posting.account.partition(":")[2] for posting in entry.postings}
    currencies = {posting.currency for posting in entry.postings}
    return (
        entry.subject == subject
        and subject in entry.key.split(":")
        and currencies == {currency}
        and found <= owners
    )


def effect_minor(entry: LedgerEntry, partnership: str) -> int:
    """What an entry adds to what the partnership is owed: the credits on accounts it owns."""
    return -sum(
        posting.amount_minor
        for posting in entry.postings
        if posting.account.partition(":")[2] == partnership
    )


def credited_minor(entry: LedgerEntry, *accounts: str) -> int:
    """What an entry adds to these accounts, a credit positive."""
    return -sum(p.amount_minor for p in entry.postings if p.account in accounts)
