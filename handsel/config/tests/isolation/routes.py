"""Every address of the project, how to build it for the world, and who may open it.

A new route goes here, or `test_every_route_is_in_the_matrix` fails. One line is enough:

    "console:partner": Route(brand, lambda w: [w.bens.pk]),

An address is checked with GET and POST alike, in each case against an id that does not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from handsel.config.tests.isolation.world import World
from handsel.ids import new_id

Ids = Callable[[World], Sequence[str]]

OPEN = frozenset({"anyone"})
BRAND = frozenset({"brand"})
PARTNER = frozenset({"partner"})
PERSON = frozenset({"person"})


@dataclass(frozen=True)
class Route:
    """`sides` see it; `ids` are the arguments, of things that stand between Acme and Ben.

    `acts` are the roles beside the owner's that may POST to it; None where it takes no POST, or
    where any member may. `reads` are those that may open it, where not everybody at its side may.
    `body` is what a POST needs to get past its form. `viewed`: whether a brand that views as its
    partner is shown it too.
    """

    sides: frozenset[str]
    ids: Ids | None = None
    acts: Sequence[str] | None = None
    reads: Sequence[str] | None = None
    body: dict[str, object] = field(default_factory=dict)
    viewed: bool = True

    def args(self, world: World) -> list[str]:
        return list(self.ids(world)) if self.ids else []

    def unknown(self, world: World) -> list[str]:
        """Arguments of the same kinds that name nothing."""
        return [_another(pk) for pk in self.args(world)]


def _another(pk: str) -> str:
    """An id of the same kind; clicks and impressions have ids without one."""
    kind, underscore, _rest = pk.partition("_")
    return new_id(kind) if underscore and len(kind) == len("inb") else "0" * len(pk)


def _token(world: World) -> list[str]:
    return ["no-such-token"]


def _slug(world: World) -> list[str]:
    return [world.program.slug]


def _partner(world: World) -> list[str]:
    return [world.bens.pk]


def _offer(world: World) -> list[str]:
    return [world.offer.pk]


def _link(world: World) -> list[str]:
    return [world.link.pk]


def _code(world: World) -> list[str]:
    return [world.code]


def _commission(world: World) -> list[str]:
    return [world.commission.pk]


def _conversion(world: World) -> list[str]:
    return [world.commission.conversion_id]


def _binding(world: World) -> list[str]:
    return [world.binding.pk]


def _agreement(world: World) -> list[str]:
    return [world.bens.agreements.get().pk]


def _group(world: World) -> list[str]:
    return [world.bens.group_id]


def _draft(world: World) -> list[str]:
    return [world.draft.pk]


def _application(world: World) -> list[str]:
    return [world.application.pk]


def _event(world: World) -> list[str]:
    return [world.event.pk]


def _import(world: World) -> list[str]:
    return [world.imported.pk]


def _question(world: World) -> list[str]:
    return [world.question.pk]


def _domain(world: World) -> list[str]:
    return [world.domain.pk]


def _batch(world: World) -> list[str]:
    return [world.batch.pk]


def _payout(world: World) -> list[str]:
    return [world.batch.pk, world.payout.pk]


def _postback(world: World) -> list[str]:
    return [world.postback.pk]


def _submission(world: World) -> list[str]:
    return [world.submission.pk]


def _statement(world: World) -> list[str]:
    return [world.statement.pk]


PARTNERS = ("manager",)
MONEY = ("manager", "finance")
PAYERS = ("finance",)
BECAUSE: dict[str, object] = {"reason": "Okapi asked."}

PUBLIC_ROUTES = {
    "home": Route(OPEN),
    "organization": Route(PERSON),
    "set_language": Route(OPEN),
    "set_theme": Route(OPEN),
    "invitation": Route(OPEN, _token),
    "program": Route(OPEN, _slug),
    "program-application": Route(OPEN, _slug),
    "program-calculator": Route(OPEN, _slug),
    "program-thanks": Route(OPEN, _slug),
    "application": Route(OPEN, _token),
    "check": Route(OPEN),
    "start-you": Route(OPEN, _token),
    "start-goal": Route(OPEN, _token),
    "start-program": Route(OPEN, _token),
    "start-terms": Route(OPEN, _token),
    "start-words": Route(OPEN, _token),
    "account_login": Route(OPEN),
    "account_logout": Route(OPEN),
    "account_inactive": Route(OPEN),
    "account_change_password": Route(PERSON),
    "account_set_password": Route(OPEN),
    "account_reset_password": Route(OPEN),
    "account_reset_password_done": Route(OPEN),
    "account_reset_password_from_key": Route(OPEN, lambda w: ["usr_x", "no-such-key"]),
    "account_reset_password_from_key_done": Route(OPEN),
}

CONSOLE_ROUTES = {
    "overview": Route(BRAND),
    "overview-export": Route(BRAND),
    "search": Route(BRAND),
    "partners": Route(BRAND),
    "partners-export": Route(BRAND),
    "commissions-export": Route(BRAND),
    "conversions-export": Route(BRAND),
    "partner-new": Route(BRAND, acts=PARTNERS),
    "partner": Route(BRAND, _partner),
    "partner-links": Route(BRAND, _partner),
    "partner-link-new": Route(BRAND, _partner, acts=PARTNERS),
    "partner-code-new": Route(BRAND, _partner, acts=PARTNERS),
    "partner-agreement": Route(BRAND, _partner),
    "partner-offer": Route(BRAND, _partner, acts=PARTNERS, reads=PARTNERS),
    "partner-ending": Route(BRAND, _partner, acts=PARTNERS, reads=PARTNERS),
    "partner-ending-withdrawal": Route(BRAND, _partner, acts=PARTNERS),
    "offer-withdrawal": Route(BRAND, _offer, acts=PARTNERS),
    "agreement-pdf": Route(BRAND, _agreement),
    "agreement-terms": Route(BRAND, _agreement),
    "partner-commissions": Route(BRAND, _partner),
    "partner-adjustment": Route(BRAND, _partner, acts=MONEY),
    "partner-brought": Route(BRAND, _partner, acts=PARTNERS),
    "promises": Route(BRAND),
    "submission-approval": Route(BRAND, _submission, acts=MONEY),
    "submission-refusal": Route(BRAND, _submission, acts=MONEY, body=BECAUSE),
    "perk": Route(BRAND, lambda w: [w.perk.pk], acts=MONEY, body={"to": "on_its_way"}),
    "partner-payouts": Route(BRAND, _partner),
    "partner-questions": Route(BRAND, _partner),
    "partner-story": Route(BRAND, _partner),
    "partner-note-new": Route(BRAND, _partner, acts=MONEY, body={"text": "Prefers e-mail."}),
    "note-removal": Route(BRAND, lambda w: [w.note.pk], acts=MONEY),
    "partner-state": Route(BRAND, _partner, acts=PARTNERS),
    "partner-example-key": Route(BRAND, _partner, acts=PARTNERS),
    "partner-invitation": Route(BRAND, _partner, acts=PARTNERS),
    "partner-view": Route(BRAND, _partner, acts=MONEY),
    "viewing-leaving": Route(BRAND),
    "applications": Route(BRAND),
    "application-approvals": Route(BRAND, acts=PARTNERS),
    "application-refusals": Route(BRAND, acts=PARTNERS),
    "application": Route(BRAND, _application),
    "application-approval": Route(BRAND, _application, acts=PARTNERS),
    "application-refusal": Route(BRAND, _application, acts=PARTNERS),
    "journeys": Route(BRAND),
    "journeys-export": Route(BRAND),
    "journeys-pairs": Route(BRAND),
    "links": Route(BRAND),
    "sub-ids": Route(BRAND),
    "sub-ids-export": Route(BRAND),
    "link-sub-ids": Route(BRAND, _link),
    "links-many": Route(BRAND, acts=PARTNERS),
    "link-defaults": Route(BRAND, acts=PARTNERS, reads=PARTNERS),
    "link": Route(BRAND, _link),
    "link-address": Route(BRAND, _link, acts=PARTNERS),
    "link-parameters": Route(BRAND, _link, acts=PARTNERS),
    "link-schedule": Route(BRAND, _link, acts=PARTNERS),
    "link-rules": Route(BRAND, _link, acts=PARTNERS),
    "link-split": Route(BRAND, _link, acts=PARTNERS),
    "link-switch": Route(BRAND, _link, acts=PARTNERS),
    "link-winner": Route(BRAND, _link, acts=PARTNERS),
    "link-qr-svg": Route(BRAND, _link),
    "link-qr-png": Route(BRAND, _link),
    "code-disabling": Route(BRAND, _code, acts=PARTNERS),
    "commissions": Route(BRAND),
    "commission": Route(BRAND, _commission),
    "commission-proof": Route(BRAND, _commission),
    "commission-approval": Route(BRAND, _commission, acts=MONEY),
    "commission-refusal": Route(BRAND, _commission, acts=MONEY),
    "commission-withholding": Route(BRAND, _commission, acts=MONEY),
    "commission-release": Route(BRAND, _commission, acts=MONEY),
    "question-new": Route(BRAND, _commission, acts=MONEY, reads=MONEY),
    "questions": Route(BRAND),
    "question": Route(BRAND, _question),
    "question-message": Route(BRAND, _question, acts=MONEY),
    "question-answer": Route(BRAND, _question, acts=MONEY),
    "question-settlement": Route(BRAND, _question, acts=MONEY),
    "question-withdrawal": Route(BRAND, _question, acts=MONEY),
    "question-withholding": Route(BRAND, _question, acts=MONEY),
    "question-release": Route(BRAND, _question, acts=MONEY),
    "payouts": Route(BRAND),
    "batch-proposal": Route(BRAND, acts=MONEY),
    "batch": Route(BRAND, _batch),
    "batch-choice": Route(BRAND, _batch, acts=PAYERS),
    "batch-approval": Route(BRAND, _batch, acts=PAYERS),
    "batch-discarding": Route(BRAND, _batch, acts=MONEY),
    "batch-preview": Route(BRAND, _batch),
    "batch-file": Route(BRAND, _batch, acts=PAYERS),
    "bank-file": Route(BRAND, lambda w: [w.batch.pk, w.bank_file.pk], reads=PAYERS),
    "batch-confirmation": Route(BRAND, _batch, acts=PAYERS),
    "payout": Route(BRAND, _payout),
    "payout-clearing": Route(BRAND, _payout, acts=PAYERS),
    "payout-delay": Route(BRAND, _payout, acts=PAYERS),
    "payout-drop": Route(BRAND, _payout, acts=PAYERS),
    "payout-restoration": Route(BRAND, _payout, acts=PAYERS),
    "payout-payment": Route(BRAND, _payout, acts=PAYERS),
    "payout-failure": Route(BRAND, _payout, acts=PAYERS),
    "payout-return": Route(BRAND, _payout, acts=PAYERS),
    "statement": Route(BRAND, _statement),
    "statement-lines": Route(BRAND, _statement),
    "statement-proof": Route(BRAND, _statement),
    "settings-payouts": Route(BRAND, acts=PAYERS, reads=MONEY),
    "imports": Route(BRAND, acts=PARTNERS, reads=PARTNERS),
    "import-sample": Route(BRAND, reads=PARTNERS),
    "import": Route(BRAND, _import, reads=PARTNERS),
    "import-refused": Route(BRAND, _import, reads=PARTNERS),
    "import-reading": Route(BRAND, _import, acts=PARTNERS),
    "import-check": Route(BRAND, _import, acts=PARTNERS),
    "import-start": Route(BRAND, _import, acts=PARTNERS),
    "import-discarding": Route(BRAND, _import, acts=PARTNERS),
    "import-removal": Route(BRAND, _import, acts=PARTNERS),
    "conversions": Route(BRAND),
    "conversion": Route(BRAND, _conversion),
    "customers": Route(BRAND),
    "customer": Route(BRAND, lambda w: [w.customer.pk]),
    "conversion-credit": Route(BRAND, _conversion, acts=MONEY, reads=MONEY),
    "credit-withdrawal": Route(BRAND, lambda w: [w.credit.pk], acts=MONEY, body=BECAUSE),
    "bindings": Route(BRAND),
    "binding": Route(BRAND, _binding),
    "binding-ending": Route(BRAND, _binding, acts=MONEY),
    "binding-move": Route(BRAND, _binding, acts=MONEY),
    "customer-assignment": Route(BRAND, lambda w: [w.customer.pk], acts=MONEY, reads=MONEY),
    "events": Route(BRAND),
    "event": Route(BRAND, _event),
    "event-retrial": Route(BRAND, _event, acts=PARTNERS),
    "events-live": Route(BRAND),
    "events-export": Route(BRAND),
    "click": Route(BRAND, lambda w: [w.lost.click_id]),
    "impression": Route(BRAND, lambda w: [w.impression.pk]),
    "ledger": Route(BRAND),
    "ledger-balances": Route(BRAND),
    "program-choice": Route(BRAND, lambda w: [w.program.pk]),
    "terms": Route(BRAND),
    "terms-library": Route(BRAND),
    "terms-schema": Route(BRAND),
    "terms-drafts": Route(BRAND, acts=PARTNERS, body={"from": "template:content"}),
    "terms-draft": Route(BRAND, _draft, acts=PARTNERS, reads=PARTNERS),
    "terms-draft-data": Route(BRAND, _draft, reads=PARTNERS),
    "terms-draft-replay": Route(BRAND, _draft, reads=PARTNERS),
    "terms-draft-removal": Route(BRAND, _draft, acts=PARTNERS),
    "group-terms": Route(BRAND, _group, acts=PARTNERS, reads=PARTNERS),
    "group-terms-words": Route(BRAND, _group, acts=PARTNERS),
    "group-offers": Route(BRAND, _group, acts=PARTNERS, reads=PARTNERS),
    "offer-round": Route(BRAND, lambda w: [w.offer.round_id or ""]),
    "tracking": Route(BRAND),
    "tracking-progress": Route(BRAND),
    "tracking-link": Route(BRAND, acts=PARTNERS),
    "tracking-again": Route(BRAND),
    "tracking-key": Route(BRAND, acts=PARTNERS),
    "tracking-secret": Route(BRAND, acts=PARTNERS),
    "tracking-secret-end": Route(BRAND, acts=PARTNERS),
    "settings": Route(BRAND, acts=()),
    "settings-program": Route(BRAND, acts=PARTNERS),
    "settings-clicks": Route(BRAND, acts=PARTNERS),
    "settings-state": Route(BRAND),
    "settings-state-change": Route(BRAND, acts=PARTNERS),
    "settings-state-ending": Route(BRAND, acts=()),
    "settings-page": Route(BRAND, acts=PARTNERS),
    "settings-page-publication": Route(BRAND, acts=PARTNERS),
    "settings-page-preview": Route(BRAND),
    "domains": Route(BRAND, acts=PARTNERS),
    "domain-check": Route(BRAND, _domain, acts=PARTNERS),
    "domain-primary": Route(BRAND, _domain, acts=PARTNERS),
    "domain-fallback": Route(BRAND, _domain, acts=PARTNERS),
    "domain-removal": Route(BRAND, _domain, acts=PARTNERS),
    "members": Route(BRAND, acts=()),
    "member-role": Route(BRAND, lambda w: [w.vic.pk], acts=(), body={"role": "finance"}),
    "member-disabling": Route(BRAND, lambda w: [w.vic.pk], acts=()),
    "invitation-revocation": Route(BRAND, lambda w: [w.colleague.pk], acts=()),
    "keys": Route(BRAND, acts=PARTNERS, reads=PARTNERS),
    "key-revocation": Route(BRAND, lambda w: [w.key.pk], acts=PARTNERS),
    "letters": Route(BRAND, reads=()),
}

PORTAL_ROUTES = {
    "home": Route(PARTNER),
    "activity": Route(PARTNER),
    "agreements": Route(PARTNER),
    "agreement": Route(PARTNER, _agreement),
    "agreement-acceptance": Route(PARTNER, _agreement, acts=PARTNERS),
    "agreement-pdf": Route(PARTNER, _agreement),
    "agreement-terms": Route(PARTNER, _agreement),
    "agreement-ending": Route(PARTNER, _agreement, acts=PARTNERS, reads=PARTNERS, viewed=False),
    "agreement-ending-withdrawal": Route(PARTNER, _agreement, acts=PARTNERS),
    "offer": Route(PARTNER, _offer),
    "offer-replay": Route(PARTNER, _offer),
    "offer-acceptance": Route(PARTNER, _offer, acts=PARTNERS),
    "offer-refusal": Route(PARTNER, _offer, acts=PARTNERS),
    "promises": Route(PARTNER),
    "submission-new": Route(PARTNER, _partner, acts=PARTNERS),
    "earnings": Route(PARTNER),
    "earnings-export": Route(PARTNER),
    "lifetime-customers": Route(PARTNER),
    "not-credited": Route(PARTNER),
    "not-credited-receipt": Route(PARTNER, lambda w: [w.lost.pk]),
    "earning": Route(PARTNER, _commission),
    "earning-proof": Route(PARTNER, _commission),
    "payouts": Route(PARTNER),
    "payee": Route(PARTNER, viewed=False),
    "payee-change": Route(PARTNER, acts=PAYERS),
    "statement": Route(PARTNER, _statement),
    "statement-lines": Route(PARTNER, _statement),
    "statement-proof": Route(PARTNER, _statement),
    "question-new": Route(PARTNER, _commission, acts=MONEY, reads=MONEY, viewed=False),
    "question-missed-new": Route(
        PARTNER, lambda w: [w.lost.pk], acts=MONEY, reads=MONEY, viewed=False
    ),
    "questions": Route(PARTNER),
    "question": Route(PARTNER, _question),
    "question-message": Route(PARTNER, _question, acts=MONEY),
    "question-answer": Route(PARTNER, _question, acts=MONEY),
    "question-settlement": Route(PARTNER, _question, acts=MONEY),
    "question-withdrawal": Route(PARTNER, _question, acts=MONEY),
    "links": Route(PARTNER),
    "sub-ids": Route(PARTNER),
    "sub-ids-export": Route(PARTNER),
    "link-sub-ids": Route(PARTNER, _link),
    "link-new": Route(PARTNER, acts=PARTNERS),
    "link": Route(PARTNER, _link),
    "link-disabling": Route(PARTNER, _link, acts=PARTNERS),
    "link-parameters": Route(PARTNER, _link, acts=PARTNERS),
    "link-address": Route(PARTNER, _link, acts=PARTNERS),
    "link-schedule": Route(PARTNER, _link, acts=PARTNERS),
    "link-rules": Route(PARTNER, _link, acts=PARTNERS),
    "link-split": Route(PARTNER, _link, acts=PARTNERS),
    "link-winner": Route(PARTNER, _link, acts=PARTNERS),
    "link-qr-svg": Route(PARTNER, _link),
    "link-qr-png": Route(PARTNER, _link),
    "postbacks": Route(PARTNER, viewed=False),
    "postback-new": Route(PARTNER, acts=PARTNERS),
    "postback": Route(PARTNER, _postback, viewed=False),
    "postback-change": Route(PARTNER, _postback, acts=PARTNERS),
    "postback-sample": Route(PARTNER, _postback, acts=PARTNERS),
    "postback-secret": Route(PARTNER, _postback, acts=PARTNERS),
    "postback-switch": Route(PARTNER, _postback, acts=PARTNERS),
    "postback-removal": Route(PARTNER, _postback, acts=PARTNERS),
    "delivery-again": Route(PARTNER, lambda w: [w.delivery.pk], acts=PARTNERS),
    "visits": Route(PARTNER),
    "calculator": Route(PARTNER),
    "you": Route(PARTNER, viewed=False),
    "invitation": Route(PARTNER, acts=()),
    "invitation-revocation": Route(PARTNER, lambda w: [w.invitation.pk], acts=()),
}

ROUTES = {
    **PUBLIC_ROUTES,
    **{f"console:{name}": route for name, route in CONSOLE_ROUTES.items()},
    **{f"portal:{name}": route for name, route in PORTAL_ROUTES.items()},
}
