"""The titles of problems, by code: what kind of refusal it is, without the case at hand."""

from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.errors import DomainError

TITLES: dict[str, str | Promise] = {
    # The request itself
    "body-compressed": _("Compressed body"),
    "body-not-json": _("Body not marked as JSON"),
    "body-too-large": _("Body too large"),
    "cursor-unusable": _("Unusable cursor"),
    "idempotency-key-in-use": _("Idempotency key in use"),
    "idempotency-key-reused": _("Idempotency key used before"),
    "idempotency-key-unusable": _("Unusable idempotency key"),
    "internal-error": _("Fault of this server"),
    "invalid-input": _("Unusable value"),
    "json-invalid": _("Invalid JSON"),
    "key-not-usable": _("Unusable key"),
    "malformed": _("Malformed input"),
    "method-not-allowed": _("Method not allowed"),
    "not-visible": _("Not found"),
    "request-unreadable": _("Unreadable request"),
    "scope-missing": _("Scope missing"),
    "too-many-requests": _("Too many requests"),
    "filter-not-here": _("Filter not possible here"),
    "period-unusable": _("Unusable period"),
    # Events
    "amount-missing": _("Amount missing"),
    "amount-too-large": _("Amount too large"),
    "amounts-disagree": _("Amounts disagree"),
    "country-unknown": _("Unknown country"),
    "event-changed": _("Event changed"),
    "event-id-reused": _("Event id used before"),
    "event-id-unusable": _("Unusable event id"),
    "event-not-kept": _("Nothing to judge again"),
    "given-twice": _("Field given twice"),
    "kind-not-allowed": _("Kind of event not allowed"),
    "kind-not-here": _("Kind of event not taken here"),
    "kind-unknown": _("Unknown kind of event"),
    "line-unknown": _("Unknown line"),
    "name-missing": _("Name missing"),
    "negative-amount": _("Negative amount"),
    "not-a-renewal": _("Not a renewal"),
    "occurred-in-future": _("Time in the future"),
    "order-references-disagree": _("Order references disagree"),
    "order-unknown": _("Unknown order"),
    "part-above-whole": _("Part larger than the whole"),
    "program-missing": _("Program missing"),
    "program-unknown": _("Unknown program"),
    "refund-above-sale": _("Refund larger than the sale"),
    "reported-too-often": _("Reported too often"),
    "signature-expired": _("Signature expired"),
    "signature-missing": _("Signature missing"),
    "signature-wrong": _("Wrong signature"),
    "wrong-currency": _("Wrong currency"),
    # Partnerships, links and codes
    "agreement-changed": _("Agreement changed"),
    "agreement-unchanged": _("Agreement unchanged"),
    "offer-closed": _("Offer no longer open"),
    "offer-open": _("An offer is open"),
    "program-ended": _("Program ended"),
    "signer-unknown": _("Nobody to sign"),
    "agreement-missing": _("Nothing agreed"),
    "already-partner": _("Already a partner"),
    "code-taken": _("Code taken"),
    "destination-not-allowed": _("Destination not allowed"),
    "domain-in-use": _("Domain in use"),
    "group-name-taken": _("Group name taken"),
    "partnership-ended": _("Partnership ended"),
    "links-not-changed": _("Links not changed"),
    "routing-not-allowed": _("Routing not allowed"),
    "slug-taken": _("Slug taken"),
    "terms-ambiguous": _("Ambiguous terms"),
    "terms-currency-mixed": _("Currencies mixed in the terms"),
    # Credit by hand
    "binding-over": _("Customer no longer bound"),
    "credit-not-possible": _("Credit not possible"),
    "not-yet-credited": _("Nothing to withdraw"),
    "partner-holds-customer": _("Already this partner’s customer"),
    "reason-missing": _("Reason missing"),
    # Postbacks
    "address-unusable": _("Unusable address"),
    "destination-refused": _("Destination refused"),
    "placeholder-unknown": _("Unknown placeholder"),
    "postback-off": _("Postback switched off"),
    "postback-removed": _("Postback removed"),
    "too-many-postbacks": _("Too many postbacks"),
    "too-many-samples": _("Too many samples"),
    # Proofs
    "account-unknown": _("Unknown account"),
    "entry-not-sealed": _("Entry not sealed yet"),
    "ledger-changed": _("Ledger changed"),
    "nothing-sealed": _("Nothing sealed yet"),
    "signing-key-unusable": _("Unusable signing key"),
}

# What is nobody's own.
OTHERWISE: dict[int, str | Promise] = {
    HTTPStatus.BAD_REQUEST: TITLES["request-unreadable"],
    HTTPStatus.FORBIDDEN: _("Not allowed"),
    HTTPStatus.NOT_FOUND: TITLES["not-visible"],
    HTTPStatus.CONFLICT: _("Not possible as things stand"),
    HTTPStatus.UNPROCESSABLE_ENTITY: TITLES["invalid-input"],
}


def title_of(error: DomainError) -> str:
    """In the reader's language."""
    otherwise = OTHERWISE.get(error.status, TITLES["internal-error"])
    return str(TITLES.get(error.code, otherwise))
