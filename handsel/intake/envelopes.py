"""Events as tracking kept them, opened: whose they are, what they say, whether that is proven.

What shops write in a query string arrives as text; what the script sends has names of its own.
Both become the messages of `messages`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from handsel.engine.values import Malformed
from handsel.errors import InvalidInput
from handsel.intake.messages import Message, read_message
from handsel.intake.signatures import HEADER, check_signature
from handsel.programs.models import Program
from handsel.tracking.visits import ad_names

# What a browser may say: anyone can imitate it, so it takes nothing back.
BROWSER_KINDS = frozenset({"order", "lead", "sign_up", "basket_started"})
TRUST = {"script": "browser", "pixel": "browser", "postback": "postback"}

_WHOLE_NUMBERS = frozenset(
    {"amount_minor", "discount_minor", "tax_minor", "shipping_minor", "shipping_tax_minor"}
    | {"renewal"}
)
_LISTS = {"code": "codes", "codes": "codes", "clicks": "click_ids", "click_ids": "click_ids"}
_TEXTS = frozenset(
    {"event_id", "order_reference", "currency", "conversion", "refund", "occurred_at"}
    | {"updated_at", "delivered_at", "page", "country", "renews"}
)
# `metadata.plan=pro` is a free field of the event.
_METADATA = "metadata."
_CUSTOMER = {
    "customer_id": "id",
    "customer_email": "email",
    "customer_email_hash": "email_hash",
    "customer_country": "country",
}
# The script's own, beside what the shop's page gave it.
_SCRIPT_ONLY = frozenset({"kind", "program", "clicks", "consent", "page", "ads"})


class KindNotAllowed(InvalidInput):
    """Only the shop itself may take something back."""


@dataclass(frozen=True, slots=True)
class Opened:
    kind: str
    trust: str
    message: Message
    by_old_secret: bool = False
    came_with: Mapping[str, object] = field(default_factory=dict)


def open_envelope(envelope: Mapping[str, Any], program: Program, received_at: datetime) -> Opened:
    """The message in an envelope of tracking. Raises DomainErrors with the field at fault."""
    source, raw = envelope["source"], str(envelope["raw"])
    by_old_secret = False
    if source == "postback":
        header = str(envelope["headers"].get(HEADER, ""))
        secrets = program.postback_secrets(received_at)
        used = check_signature(secrets, raw.encode(), header, received_at)
        by_old_secret = used != program.postback_secret
        kind, body = _of_postback(raw, envelope["headers"])
    elif source == "pixel":
        kind, body = _of_fields(raw)
    else:
        kind, body = _of_script(raw)
    if source != "postback":
        if kind not in BROWSER_KINDS:
            raise KindNotAllowed(
                f"“{kind}” is not taken from a browser.",
                field="kind",
                remedy="Send it from the shop's server.",
                params={"kind": kind[:40]},
            )
        # A browser's clock may say anything; what it says, it says now.
        body = {k: v for k, v in body.items() if k not in {"occurred_at", "updated_at"}}
    message = read_message(kind, body)
    return Opened(kind, TRUST[source], message, by_old_secret, beside_the_message(envelope))


def beside_the_message(envelope: Mapping[str, Any]) -> dict[str, object]:
    """What an envelope tells beside its message: the key of today's visitor, and from the script
    the page, whether the visitor agreed (where it has answered), and which advertisements'
    parameters it came with. Never an address."""
    client = envelope.get("client")
    known: dict[str, object] = {}
    if isinstance(client, dict) and client.get("visitor"):
        known["visitor"] = str(client["visitor"])[:32]
    if envelope.get("source") == "script":
        try:
            said = _json_object(str(envelope["raw"]))
        except Malformed:
            return known
        known["page"] = str(said.get("page", ""))[:2000]
        if isinstance(said.get("consent"), bool):
            known["consent"] = said["consent"]
        if ads := ad_names(said.get("ads")):
            known["ads"] = ads
    return known


def _of_postback(raw: str, headers: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    if raw.lstrip()[:1] != "{" and "json" not in headers.get("content-type", ""):
        return _of_fields(raw)
    body = _json_object(raw)
    return _kind(body.pop("kind", "order")), body


def _of_script(raw: str) -> tuple[str, dict[str, Any]]:
    said = _json_object(raw)
    kind = _kind(said.get("kind"))
    body = {name: value for name, value in said.items() if name not in _SCRIPT_ONLY}
    clicks = said.get("clicks")
    body.setdefault("click_ids", clicks if isinstance(clicks, list) else [])
    if kind == "basket_started":
        body["page"] = str(said.get("page", ""))[:2000]
    return kind, body


def _of_fields(raw: str) -> tuple[str, dict[str, Any]]:
    """From a query string or a form. Fields that mean nothing to us are left alone: such
    addresses carry much that belongs to others."""
    fields = dict(reversed(parse_qsl(raw, keep_blank_values=True)))
    body: dict[str, Any] = {}
    customer = {}
    for name, value in fields.items():
        if value == "":
            continue
        if name in _WHOLE_NUMBERS:
            body[name] = _whole_number(name, value)
        elif name in _LISTS:
            body.setdefault(_LISTS[name], []).extend(v for v in value.split(",") if v)
        elif name in _CUSTOMER:
            customer[_CUSTOMER[name]] = value
        elif name == "customer_is_new":
            body[name] = value.lower() in {"1", "true", "yes"}
        elif name in _TEXTS:
            body[name] = value
        elif name.startswith(_METADATA):
            body.setdefault("metadata", {})[name.removeprefix(_METADATA)] = value
    if customer:
        body["customer"] = customer
    return _kind(fields.get("kind", "order")), body


def _kind(said: object) -> str:
    return "order" if said == "conversion" else str(said)


def _whole_number(name: str, value: str) -> int:
    if not value.isascii() or not value.removeprefix("-").isdigit() or len(value) > 17:
        raise Malformed(
            f"{name} is not a whole number.",
            field=name,
            remedy="Send minor units: 49.90 EUR is 4990.",
        )
    return int(value)


def _json_object(raw: str) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Malformed("The body is not a JSON object.", field="body")
    return body
