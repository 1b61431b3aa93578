"""One of each, for the OpenAPI file. A test reads each as what it is an example of."""

from typing import Any

Json = dict[str, Any]

PROGRAM = "prg_01m7w3n2p5exyv9yzdeftyh8k0"
PARTNERSHIP = "par_01m7w3n2p5exyv9yzdeftyh8k6"
LINK = "lnk_01m7w3n2p5exyv9yzdeftyh8k7"
CODE = "cod_01m7w3n2p5exyv9yzdeftyh8k8"
CONVERSION = "con_01m7w3n2p5exyv9yzdeftyh8k9"
COMMISSION = "com_01m7w3n2p5exyv9yzdeftyh8ka"
EVENT = "inb_01m7w3n2p5exyv9yzdeftyh8kb"
AGREEMENT = "agr_01m7w3n2p5exyv9yzdeftyh8kc"
CREDIT = "mcr_01m7w3n2p5exyv9yzdeftyh8kh"
DECISION = "dcn_01m7w3n2p5exyv9yzdeftyh8kj"
OFFER = "off_01m7w3n2p5exyv9yzdeftyh8kf"
POSTBACK = "pbk_01m7w3n2p5exyv9yzdeftyh8kf"
DELIVERY = "dlv_01m7w3n2p5exyv9yzdeftyh8kg"
EXAMPLE_IDS = {
    "program": PROGRAM,
    "partnership": PARTNERSHIP,
    "link": LINK,
    "code": CODE,
    "conversion": CONVERSION,
    "commission": COMMISSION,
    "event": EVENT,
    "postback": POSTBACK,
    "delivery": DELIVERY,
    "agreement": AGREEMENT,
    "offer": OFFER,
    "credit": CREDIT,
}
TERMS_DIGEST = "9d1c0a5e7f3b2846d0e1c9a7b5f3d18264c0e8a6f4b2d09e7c5a3f1b8d6e4c20"
AT, LATER = "2026-11-20T09:30:00Z", "2026-11-20T09:30:04Z"

# What the ids of each column begin with.
PREFIXES = {
    "program": "prg",
    "partnership": "par",
    "partner": "org",
    "group": "grp",
    "link": "lnk",
    "conversion": "con",
    "commission": "com",
    "agreement": "agr",
    "event": "inb",
    "code": "cod",
    "offer": "off",
    "base": "agr",
    "postback": "pbk",
    "delivery": "dlv",
    "credit": "mcr",
    "decision": "dcn",
}
# Of which kind the `id` of each answer is.
KINDS = {
    "ProgramOut": "program",
    "PartnershipOut": "partnership",
    "AgreementOut": "agreement",
    "OfferOut": "offer",
    "LinkOut": "link",
    "CodeOut": "code",
    "ConversionOut": "conversion",
    "CommissionOut": "commission",
    "CommissionExplained": "commission",
    "EventOut": "event",
    "EventWithBody": "event",
    "PostbackOut": "postback",
    "PostbackWithSecret": "postback",
    "DeliveryOut": "delivery",
}

_COMMISSION: Json = {
    "id": COMMISSION,
    "program": PROGRAM,
    "partnership": PARTNERSHIP,
    "conversion": CONVERSION,
    "kind": "order",
    "name": "1001",
    "order_reference": "1001",
    "agreement": "agr_01m7w3n2p5exyv9yzdeftyh8kc",
    "status": "pending",
    "amount_minor": 1000,
    "currency": "EUR",
    "provisional": False,
    "occurred_at": AT,
    "recorded_at": LATER,
    "hold_until": "2026-12-04T09:30:00Z",
    "approved_at": None,
    "declined_at": None,
    "reversed_at": None,
    "reversed_because": "",
    "withheld_at": None,
}
_EVENT: Json = {
    "id": EVENT,
    "program": PROGRAM,
    "conversion": None,
    "source": "postback",
    "event_id": "0:1",
    "kind": "",
    "trust": "postback",
    "status": "refused",
    "reason": "signature-wrong",
    "field": "Handsel-Signature",
    "params": {},
    "message": "The signature does not fit the body and the secret.",
    "remedy": "Sign the raw body, and compare the secret with the one in the settings.",
    "can_retry": True,
    "received_at": AT,
    "processed_at": LATER,
}
_POSTBACK: Json = {
    "id": POSTBACK,
    "program": PROGRAM,
    "partnership": PARTNERSHIP,
    "link": None,
    "host": "tracker.example",
    "url": "https://tracker.example/in?click={sub1}&payout={commission}&status={status}",
    "method": "GET",
    "events": ["pending", "approved", "declined", "reversed", "reopened", "adjusted"],
    "status": "enabled",
    "created_at": AT,
    "disabled_at": None,
    "failing_since": None,
}
_CREDIT: Json = {
    "id": CREDIT,
    "decision": DECISION,
    "conversion": CONVERSION,
    "partnership": PARTNERSHIP,
    "agreement": AGREEMENT,
    "origin": "person",
    "reason": "Sold at the fair.",
    "decided_at": AT,
    "withdrawn_at": None,
    "withdrawn_because": "",
}
_CHANGE: Json = {
    "conversion": CONVERSION,
    "order_reference": "1001",
    "partnership": PARTNERSHIP,
    "before_minor": 0,
    "after_minor": 1_000,
    "currency": "EUR",
}
_LINK: Json = {
    "id": LINK,
    "program": PROGRAM,
    "partnership": PARTNERSHIP,
    "slug": "karis-autumn",
    "address": "https://go.shop.example/karis-autumn",
    "url": "https://shop.example/hats",
    "name": "Hats in autumn",
    "expires_at": None,
    "fallback_url": "",
    "schedule": [],
    "rules": [],
    "split": None,
    "utm": {"utm_source": "{partner}"},
    "subs": {},
    "created_at": AT,
    "disabled_at": None,
}

_REPLAYED: Json = {
    "partnership": PARTNERSHIP,
    "now_minor": 118_000,
    "then_minor": 141_600,
    "orders_now": 94,
    "orders_then": 97,
    "won": 3,
    "lost": 0,
    "change_minor": 23_600,
}
EXAMPLES: dict[str, Json] = {
    "ReplayOut": {
        "since": "2025-11-01T00:00:00Z",
        "until": "2026-11-01T00:00:00Z",
        "currency": "EUR",
        "now_minor": 118_000,
        "then_minor": 141_600,
        "change_minor": 23_600,
        "partners_gaining": 1,
        "partners_losing": 0,
        "orders": 310,
        "orders_unpaid_now": 216,
        "orders_unpaid_then": 213,
        "band": {"low_minor": 19_400, "high_minor": 28_100, "rises_ppm": 1_000_000},
        "partners": [_REPLAYED],
        "months": [{"first": "2026-10-01", "now_minor": 9_800, "then_minor": 11_760}],
        "assumptions": [{"code": "behaviour_unchanged", "params": {}}],
        "history": {"made_at": AT, "seconds": 1.8},
    },
    "ReplayWaiting": {"status": "reading"},
    "ProgramOut": {
        "id": PROGRAM,
        "name": "Shop Friends",
        "site_url": "https://shop.example",
        "domains": ["shop.example"],
        "currency": "EUR",
        "goal": "new_customers",
        "created_at": AT,
        "paused_at": None,
        "ended_at": None,
    },
    "PartnershipOut": {
        "id": PARTNERSHIP,
        "program": PROGRAM,
        "partner": "org_01m7w3n2p5exyv9yzdeftyh8kd",
        "partner_name": "Kari's Kitchen",
        "group": "grp_01m7w3n2p5exyv9yzdeftyh8ke",
        "kind": "content",
        "status": "active",
        "created_at": AT,
        "paused_at": None,
        "ended_at": None,
    },
    "AgreementOut": {
        "id": AGREEMENT,
        "program": PROGRAM,
        "partnership": PARTNERSHIP,
        "version": 1,
        "terms_digest": TERMS_DIGEST,
        "own_terms": False,
        "valid_from": AT,
        "valid_until": None,
        "recorded_at": AT,
        "signatures": [
            {
                "side": "brand",
                "role": "owner",
                "language": "en",
                "terms_digest": TERMS_DIGEST,
                "accepted_at": AT,
            }
        ],
    },
    "CreditOut": _CREDIT,
    "CreditsOut": {"items": [_CREDIT]},
    "ChangeOut": _CHANGE,
    "ChangesOut": {"items": [_CHANGE]},
    "OfferOut": {
        "id": OFFER,
        "program": PROGRAM,
        "partnership": PARTNERSHIP,
        "status": "offered",
        "effect": "worse",
        "starts_unanswered": False,
        "base": AGREEMENT,
        "agreement": None,
        "message": "Freight has become dear.",
        "changes": ["The rate is now 8%, was 10%."],
        "terms": {
            "schema_version": 1,
            "currency": "EUR",
            "pay": [{"kind": "percent", "rate_ppm": 80_000}],
        },
        "terms_digest": TERMS_DIGEST,
        "valid_from": "2026-12-20T09:30:00Z",
        "valid_until": None,
        "expires_at": "2026-12-20T09:30:00Z",
        "if_unanswered": "keep",
        "made_at": AT,
        "closed_at": None,
        "reason": "",
    },
    "LinkOut": _LINK,
    "LinksOut": {"items": [_LINK]},
    "CodeOut": {
        "id": CODE,
        "program": PROGRAM,
        "partnership": PARTNERSHIP,
        "code": "KARI10",
        "buyer_discount_ppm": 100_000,
        "created_at": AT,
        "disabled_at": None,
    },
    "ConversionOut": {
        "id": CONVERSION,
        "program": PROGRAM,
        "kind": "sale",
        "order_reference": "1001",
        "currency": "EUR",
        "amount_minor": 12_000,
        "refunded_minor": 0,
        "trust": "store",
        "status": "waiting",
        "reason": "",
        "occurred_at": AT,
        "recorded_at": LATER,
    },
    "CommissionOut": _COMMISSION,
    "CommissionExplained": {
        **_COMMISSION,
        "explanation": [
            {
                "code": "percent",
                "params": {"rate_ppm": 100_000, "basis_minor": 10_000, "amount_minor": 1000},
                "text": "10% of 100.00 EUR is 10.00 EUR.",
            }
        ],
        "revisions": [
            {
                "number": 1,
                "cause": "recorded",
                "amount_minor": 1000,
                "difference_minor": 1000,
                "recorded_at": LATER,
            }
        ],
    },
    "EventOut": _EVENT,
    "EventWithBody": {
        **_EVENT,
        "body": {"source": "postback", "program": PROGRAM, "raw": '{"order_reference": "1001"}'},
    },
    "ClickOut": {
        "id": "AZqkWvYAAAAAB1c0Yw2lXq9mJ4nT5bKd",
        "program": PROGRAM,
        "partnership": PARTNERSHIP,
        "link": LINK,
        "clicked_at": AT,
        "recorded_at": LATER,
        "came_by": "link",
        "country": "NO",
        "device": "phone",
        "browser": "Safari",
        "system": "iOS",
        "language": "nb-NO",
        "referrer": "https://kitchen.example/",
        "destination": "",
        "destination_choice": "",
        "subs": {"s1": "autumn-post"},
        "counts": True,
        "may_attribute": True,
        "filtered_reason": None,
    },
    "PostbackOut": _POSTBACK,
    "PostbackWithSecret": {
        **_POSTBACK,
        "secret": "pWjZ1X0Jb3N5dGhlIHNlY3JldCBvZiBhIHBhcnRuZXI",
    },
    "DeliveryOut": {
        "id": DELIVERY,
        "partnership": PARTNERSHIP,
        "postback": POSTBACK,
        "commission": COMMISSION,
        "event": "pending",
        "amount_minor": 1000,
        "currency": "EUR",
        "changed_at": AT,
        "created_at": AT,
        "status": "delivered",
        "attempts": 1,
        "tried_at": LATER,
        "tried_url": "https://tracker.example/in?click=autumn&payout=10.00&status=pending",
        "answer_status": 200,
        "answer": "OK",
        "problem": "",
        "message": "",
        "next_attempt_at": None,
        "delivered_at": LATER,
        "given_up_at": None,
    },
    "ReportOut": {
        "group": "day",
        "since": "2026-11-19",
        "until": "2026-11-20",
        "items": [
            {"key": "2026-11-19", "clicks": 118, "filtered": 7, "impressions": 2040},
            {"key": "2026-11-20", "clicks": 64, "filtered": 2, "impressions": 990},
        ],
        "total": {"clicks": 182, "filtered": 9, "impressions": 3030},
        "next_cursor": None,
    },
}


def id_pattern(column: str) -> str:
    return rf"^{PREFIXES[column]}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"
