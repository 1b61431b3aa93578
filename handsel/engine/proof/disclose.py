"""What a partner may see of the inputs, in the one form that is evaluated, hashed and shown."""

import hashlib
import hmac
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from handsel.engine.agreements import AgreementVersion
from handsel.engine.attribution import CreditRules, Touch, deciding_rules, standings
from handsel.engine.commission import Inputs
from handsel.engine.orders import Fact, OrderFact, ordered_at
from handsel.engine.terms import When

# What a click of another partner's came from, and what its credit is bound to.
_SAYS_NOTHING = {"country": "", "device": "", "source": "", "link": "", "binds": None}


def disclose(inputs: Inputs, partnership: str, commission: str, secret: bytes) -> Inputs:
    """The inputs of one commission, as its partnership may read them.

    Of other partners' touches the kind, time, standing and fixed weight remain, under ids that are
    consistent within one commission and say nothing outside it. Their agreements, codes and click
    ids are left out, and so are free fields of the order that the partner's terms do not ask about
    and the names of the brand's own channels: their touches tell when they were.
    Where one of these agreements decides how the order is shared, and not in the usual way, the
    touch brings its rules along: without them nobody could recompute a share. The result depends
    on nothing but the arguments: `secret` (32 bytes or more, never shown) stays the same for ever.
    Evaluate, store and hash only what this returns.

    Raises what `ordered_at` raises; what `fold` refuses besides, the evaluation refuses.
    """
    at = ordered_at(inputs.facts)
    key = _key(commission, secret)
    own = [touch for touch in inputs.touches if touch.partnership == partnership]
    references = {touch.reference for touch in own}
    found = standings(inputs.touches, at, inputs.agreements)
    eligible = [touch for touch in inputs.touches if found[touch.touch_id] == "eligible"]
    deciding, rules = deciding_rules(eligible, at, inputs.agreements)
    unusual = rules if rules != CreditRules() else None
    touches = [
        touch
        if touch.partnership == partnership
        else _veiled(touch, found[touch.touch_id], unusual if touch == deciding else None, key)
        for touch in inputs.touches
    ]
    moments = [at, *(touch.occurred_at for touch in own)]
    bound = {touch.binds for touch in own}
    needed = _needed(inputs.agreements, partnership, moments, bound)
    names = {version.agreement for version in needed}
    asked = {name for version in needed for rule in version.terms.pay for name in _asked(rule.when)}
    return Inputs(
        facts=tuple(_without_others(fact, references, asked) for fact in inputs.facts),
        touches=tuple(sorted(touches, key=lambda t: (t.occurred_at, t.sequence, t.touch_id))),
        agreements=tuple(needed),
        standings=tuple(one for one in inputs.standings if one.agreement in names),
    )


def veiled_name(name: str, commission: str, secret: bytes) -> str:
    """What another partner's touch, or partnership, is called in one commission's inputs."""
    return _opaque(name, _key(commission, secret))


def _key(commission: str, secret: bytes) -> bytes:
    return hmac.digest(secret, commission.encode(), hashlib.sha256)


def _veiled(touch: Touch, found: str, rules: CreditRules | None, key: bytes) -> Touch:
    return touch.model_copy(
        update={
            "touch_id": _opaque(touch.touch_id, key),
            "partnership": _opaque(touch.partnership, key),
            "reference": "",
            "forged": False,
            "standing": found,
            "rules": rules,
            **_SAYS_NOTHING,
        }
    )


def _opaque(name: str, key: bytes) -> str:
    return "other_" + hmac.digest(key, name.encode(), hashlib.sha256).hex()[:20]


def _asked(when: When) -> Iterator[str]:
    """The free fields that a condition, or one nested in it, asks about."""
    yield from (field.name for field in when.metadata)
    for nested in (*when.any_of, *when.none_of):
        yield from _asked(nested)


def _without_others(fact: Fact, references: set[str], asked: set[str]) -> Fact:
    """Without the codes, clicks and channels of others, and free fields that no rule asks about."""
    if not isinstance(fact, OrderFact):
        return fact
    return fact.model_copy(
        update={
            "codes": tuple(code for code in fact.codes if code in references),
            "click_ids": tuple(click for click in fact.click_ids if click in references),
            "metadata": tuple(field for field in fact.metadata if field.name in asked),
            "channels": (),
        }
    )


def _needed(
    agreements: Sequence[AgreementVersion],
    partnership: str,
    moments: Sequence[datetime],
    bound: Collection[str | None],
) -> list[AgreementVersion]:
    """The versions that some touch of ours, or the order, falls into, or that one is bound to."""
    needed = [
        version
        for version in agreements
        if version.partnership == partnership
        and (version.agreement in bound or any(map(version.is_in_force, moments)))
    ]
    return sorted(needed, key=lambda version: version.number)
