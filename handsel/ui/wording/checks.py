"""What the offline check of a proof file found: for each check, the words when it holds and not."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.ui.wording.shown import Params, Wording, shown


class Finding(NamedTuple):
    holds: Promise
    fails: Promise


FINDINGS: dict[str, Finding] = {
    "format": Finding(
        _("The file is a proof, and every value in it is spelled in the one right way."),
        _("The file is not a proof that can be read: %(field)s %(reason)s"),
    ),
    "seal": Finding(
        _("The file is as its installation sealed it."),
        _("The file was changed after its installation sealed it."),
    ),
    "checkpoint_signature": Finding(
        _("The checkpoint over %(size)s ledger entries carries the signature of its key."),
        _("The checkpoint over %(size)s ledger entries is not signed by its key."),
    ),
    "one_key": Finding(
        _("One key sealed the file and signed the checkpoint."),
        _("The file was sealed with one key and the checkpoint signed with another."),
    ),
    "trusted_key": Finding(
        _("That key is the one you trust."),
        _("That key is not the one you trust."),
    ),
    "evaluations_complete": Finding(
        _("No evaluation is left out."),
        _("An evaluation is left out, or one stands twice."),
    ),
    "subject": Finding(
        _("Evaluation %(number)s is of this partnership, order and currency."),
        _("Evaluation %(number)s is of another partnership, order or currency."),
    ),
    "evaluation": Finding(
        _("Computed again from its inputs, evaluation %(number)s gives %(amount)s."),
        _("Computed again from its inputs, evaluation %(number)s does not give %(amount)s."),
    ),
    "entry_balances": Finding(
        _("Ledger entry %(number)s sums to zero."),
        _("Ledger entry %(number)s does not sum to zero."),
    ),
    "entry_belongs": Finding(
        _("Ledger entry %(number)s belongs to this commission."),
        _("Ledger entry %(number)s belongs to something else."),
    ),
    "leaf_hash": Finding(
        _("The content of ledger entry %(number)s gives the hash that was written down."),
        _("The content of ledger entry %(number)s gives another hash than was written down."),
    ),
    "inclusion": Finding(
        _("Ledger entry %(number)s is in the ledger that the checkpoint signs."),
        _("Ledger entry %(number)s is not in the ledger that the checkpoint signs."),
    ),
    "evidence": Finding(
        _("Ledger entry %(number)s was posted for an evaluation in this file."),
        _("Ledger entry %(number)s was posted for an evaluation that is not in this file."),
    ),
    "entries_distinct": Finding(
        _("No ledger entry is counted twice."),
        _("A ledger entry is counted twice."),
    ),
    "posted": Finding(
        _("What evaluation %(number)s changed was posted, %(difference)s."),
        _("Evaluation %(number)s changed %(difference)s, but %(posted)s was posted."),
    ),
    "amount": Finding(
        _("The ledger entries add up to %(amount)s."),
        _("The ledger entries add up to %(entries)s and not to %(amount)s."),
    ),
    "statement_subject": Finding(
        _("Statement %(statement)s is of this payout, and says its amount."),
        _("Statement %(statement)s is of another payout, or says another amount."),
    ),
    "statement_parties": Finding(
        _("The names on it are those it was issued with."),
        _("The names on it are not those it was issued with."),
    ),
    "statement_lines": Finding(
        _("Each line is the sum of its parts: %(total)s lines."),
        _("Lines that are not the sum of their parts: %(wrong)s of %(total)s, first %(first)s."),
    ),
    "statement_amount": Finding(
        _("The lines add up to %(amount)s."),
        _("The lines add up to %(lines)s and not to %(amount)s."),
    ),
    "entries_balance": Finding(
        _("Each ledger entry sums to zero: %(total)s entries."),
        _("Ledger entries that do not sum to zero: %(wrong)s of %(total)s, first %(first)s."),
    ),
    "entries_belong": Finding(
        _("Each ledger entry is about this payout or a commission in it."),
        _("Ledger entries that are about something else: %(wrong)s of %(total)s, first %(first)s."),
    ),
    "entries_included": Finding(
        _("All %(total)s ledger entries are in the ledger that the checkpoint signs."),
        _("The %(total)s ledger entries are not all in the ledger that the checkpoint signs."),
    ),
    "lines_complete": Finding(
        _("No ledger entry of a commission is left out in between."),
        _("Lines with a ledger entry missing: %(wrong)s of %(total)s, first %(first)s."),
    ),
    "lines_earned": Finding(
        _("Each line says what the ledger entries of its commission add up to."),
        _("Lines that the ledger does not bear out: %(wrong)s of %(total)s, first %(first)s."),
    ),
    "lines_before": Finding(
        _("What earlier payouts held of these commissions is counted once."),
        _("Lines that earlier payouts do not bear out: %(wrong)s of %(total)s, first %(first)s."),
    ),
    "payout_lines": Finding(
        _("The payout was made of these lines and no others."),
        _("The payout was made of other lines."),
    ),
    "payout_queued": Finding(
        _("It sends %(amount)s, out of what was owed."),
        _("It sends %(sent)s and not %(amount)s."),
    ),
    "issued_checkpoint": Finding(
        _("The checkpoint on the statement is signed, and covers this payout."),
        _("The checkpoint on the statement is not signed, or does not cover this payout."),
    ),
    "continued": Finding(
        _("Since then the ledger has only grown: nothing in it was rewritten."),
        _("Since then something in the ledger was rewritten."),
    ),
}

MOVED = {
    "sent": _("The money is on its way: %(amount)s."),
    "paid": _("The money was paid: %(amount)s."),
    "back": _("The money came back and is owed again: %(amount)s."),
    "": _("Only a part of %(amount)s has moved."),
}


def _say(finding: Finding) -> Callable[[Params], str]:
    def said(params: Params) -> str:
        return str((finding.holds if params["ok"] else finding.fails) % shown(params))

    return said


def _moved(params: Params) -> str:
    return str(MOVED[str(params["state"]) if params["ok"] else ""] % shown(params))


WORDINGS: dict[str, Wording] = {
    **{code: _say(finding) for code, finding in FINDINGS.items()},
    "payout_moved": _moved,
}
