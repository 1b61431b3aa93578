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
}


def _say(finding: Finding) -> Callable[[Params], str]:
    def said(params: Params) -> str:
        return str((finding.holds if params["ok"] else finding.fails) % shown(params))

    return said


WORDINGS: dict[str, Wording] = {code: _say(finding) for code, finding in FINDINGS.items()}
