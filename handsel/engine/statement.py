"""A statement: what one payout is made of, in values that add up. Made once, never changed.

Names, addresses and account numbers are not in it: they stand in `Parties`, which can be erased,
and the statement holds their salted hash.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from handsel.engine.money import apply_ppm
from handsel.engine.terms.growing import Growing
from handsel.engine.values import Amount, Currency, Hash, Id, Moment, Salt, Value, digest

FORMAT: Literal["handsel-statement/1"] = "handsel-statement/1"
GROUP_LETTERS = 4
Kind = Literal["order", "period", "day", "bonus", "override", "manual"]


class StatementDisagrees(ValueError):
    """The lines do not add up to what is paid: a statement is refused rather than issued wrong."""


class Part(Value):
    """What one rule of the agreement paid for an order. `clause` is its §.

    A percent rule has `basis_minor` and `rate_ppm`, a fixed one neither. `other` is what bounds or
    shares an amount, and what volume, numbers or a period decide. `customer` is whom the rule asks
    for, None where it asks for nobody in particular.
    """

    clause: Annotated[int, Field(ge=0)]
    kind: Literal["percent", "fixed", "other"]
    customer: Literal["new", "returning"] | None
    basis_minor: Amount | None
    rate_ppm: int | None
    amount_minor: Amount

    @property
    def is_right(self) -> bool:
        """Whether a percent part is its rate of what counts, rounded once."""
        if self.kind != "percent":
            return self.basis_minor is None and self.rate_ppm is None
        if self.basis_minor is None or self.rate_ppm is None:
            return False
        return self.amount_minor == apply_ppm(self.basis_minor, self.rate_ppm)


class StatementLine(Growing):
    """One commission in a payout; `kind` is what it is for. `order` is the order's reference, of
    another kind its name within the kind.

    `earned_minor` is what it comes to by now, and the parts add up to it; `paid_before_minor` is
    what earlier payouts held of it, `amount_minor` the difference: negative for what is taken back.
    `via` and `name` say by which link or code the order came, empty where no touch is credited any
    more. `counts_minor` is None where nobody asked. `agreement` is the number of the version.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset({"kind"})

    commission: Id
    kind: Kind = "order"
    agreement: Annotated[int, Field(ge=1)]
    order: Id
    ordered_at: Moment
    approved_at: Moment
    via: Literal["link", "code", "lifetime", ""]
    name: Annotated[str, Field(max_length=200)]
    counts_minor: Amount | None
    parts: tuple[Part, ...]
    earned_minor: Amount
    paid_before_minor: Amount
    amount_minor: Amount

    @property
    def is_fresh(self) -> bool:
        """Whether no payout has held anything of it before."""
        return self.paid_before_minor == 0

    @property
    def adds_up(self) -> bool:
        parts_minor = sum(part.amount_minor for part in self.parts)
        difference_minor = self.earned_minor - self.paid_before_minor
        return (
            parts_minor == self.earned_minor
            and difference_minor == self.amount_minor
            and all(part.is_right for part in self.parts)
        )


class AgreementUsed(Value):
    """A version that a line was computed with. `signed_at` is when the second side signed."""

    agreement: Id
    number: Annotated[int, Field(ge=1)]
    terms_digest: Hash
    valid_from: Moment
    signed_at: Moment | None


class StatementContent(Value):
    """All that a statement says, but for names.

    `month` is the one it is called after, `period_from` the end of the period before (None for the
    first statement). `left_minor` is what was approved, or owed back, and stays for a later payout.
    `ledger_size` and `ledger_root` are of the ledger's latest checkpoint when it was issued.
    """

    format: Literal["handsel-statement/1"] = FORMAT
    number: Id
    month: Annotated[str, Field(pattern=r"\A\d{4}-(0[1-9]|1[0-2])\z")]
    issued_at: Moment
    period_from: Moment | None
    period_until: Moment
    brand: Id
    partner: Id
    program: Id
    partnership: Id
    payout: Id
    reference: Id
    pays_on: date
    currency: Currency
    amount_minor: Amount
    left_minor: Amount
    agreements: tuple[AgreementUsed, ...]
    lines: Annotated[tuple[StatementLine, ...], Field(min_length=1)]
    parties_hash: Hash
    ledger_size: Annotated[int, Field(ge=1)]
    ledger_root: Hash


class Party(Value):
    """Who sends or receives: a name, and the lines that stand below it."""

    name: str
    lines: tuple[str, ...]


class Parties(Value):
    """The names on a statement. `account` is masked, `salt` keeps their hash from being guessed."""

    sender: Party
    receiver: Party
    holder_name: str
    account: str
    salt: Salt


class RuleSum(Value):
    """What one kind of rule paid for all the orders that are paid for the first time.

    `each_minor` is what a fixed rule pays for an order; None for others.
    """

    kind: Literal["percent", "fixed", "other"]
    customer: Literal["new", "returning"] | None
    rate_ppm: int | None
    each_minor: int | None
    orders_total: int
    basis_minor: int
    amount_minor: int


class Totals(Value):
    """The sums of a statement, each from its lines.

    By rule: `rules` + `added_minor` + `taken_back_minor` = `amount_minor`. By time: `carried_minor`
    (approved before the period) + `earned_minor` + `added_minor` + `taken_back_minor`, the same.
    """

    rules: tuple[RuleSum, ...]
    orders_total: int
    carried_total: int
    carried_minor: int
    earned_minor: int
    added_total: int
    added_minor: int
    taken_back_total: int
    taken_back_minor: int
    amount_minor: int


def agreed(content: StatementContent) -> StatementContent:
    """The statement itself, once its sums are found right; StatementDisagrees when they are not."""
    wrong = next((line for line in content.lines if not line.adds_up), None)
    if wrong is not None:
        raise StatementDisagrees(f"The line of {wrong.commission} does not add up.")
    if len({line.commission for line in content.lines}) < len(content.lines):
        raise StatementDisagrees("A commission stands in two lines.")
    found_minor = totals(content).amount_minor
    if found_minor != content.amount_minor:
        raise StatementDisagrees(
            f"The lines add up to {found_minor}, and {content.amount_minor} is paid."
        )
    return content


def totals(content: StatementContent) -> Totals:
    """How the amount is made."""
    fresh = [line for line in content.lines if line.is_fresh]
    carried = [line for line in fresh if _is_carried(line, content)]
    changes = [line.amount_minor for line in content.lines if not line.is_fresh]
    added = [amount_minor for amount_minor in changes if amount_minor > 0]
    taken_back = [amount_minor for amount_minor in changes if amount_minor < 0]
    fresh_minor, carried_minor = _sum(fresh), _sum(carried)
    return Totals(
        rules=_by_rule(fresh),
        orders_total=len(fresh),
        carried_total=len(carried),
        carried_minor=carried_minor,
        earned_minor=fresh_minor - carried_minor,
        added_total=len(added),
        added_minor=sum(added),
        taken_back_total=len(taken_back),
        taken_back_minor=sum(taken_back),
        amount_minor=fresh_minor + sum(added) + sum(taken_back),
    )


def _is_carried(line: StatementLine, content: StatementContent) -> bool:
    return content.period_from is not None and line.approved_at < content.period_from


def _sum(lines: Iterable[StatementLine]) -> int:
    return sum(line.amount_minor for line in lines)


def _by_rule(lines: Sequence[StatementLine]) -> tuple[RuleSum, ...]:
    """Rules that pay alike are one, whichever version they stand in: the percents come first."""
    found: dict[tuple[str, str, int], list[Part]] = {}
    for line in lines:
        for part in line.parts:
            found.setdefault(rule_of(part), []).append(part)
    order = sorted(found, key=lambda rule: (rule[0] != "percent", rule[1], -rule[2]))
    return tuple(_rule_sum(found[rule]) for rule in order)


def rule_of(part: Part) -> tuple[str, str, int]:
    """What parts have in common that stand in one column: kind, customer, rate or amount."""
    by = part.rate_ppm if part.rate_ppm is not None else part.amount_minor
    if part.kind == "other":
        by = 0
    return part.kind, part.customer or "", by


def _rule_sum(parts: Sequence[Part]) -> RuleSum:
    first = parts[0]
    return RuleSum(
        kind=first.kind,
        customer=first.customer,
        rate_ppm=first.rate_ppm,
        each_minor=first.amount_minor if first.kind == "fixed" else None,
        orders_total=len(parts),
        basis_minor=sum(part.basis_minor or 0 for part in parts),
        amount_minor=sum(part.amount_minor for part in parts),
    )


def fingerprint(content: StatementContent) -> str:
    """What is printed at the foot: SHA-256 of the canonical content, in hexadecimal."""
    return digest(content)


def grouped(print_hex: str) -> str:
    """A fingerprint as people read it aloud.

    >>> grouped("7f3a91c0b28e44d1")
    '7f3a 91c0 b28e 44d1'
    """
    steps = range(0, len(print_hex), GROUP_LETTERS)
    return " ".join(print_hex[start : start + GROUP_LETTERS] for start in steps)
