"""Whether tracking works, tried by one click: how far it has come, and what keeps it from coming
further. Pure: facts in, codes and parameters out (`ui.wording.diagnosis` has the words).

A try is a click of one's own. What the shop sends belongs to it when it names the click's id; what
does not is looked at for the reasons why it might not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

ID_LENGTH = 32
# So long a process may be silent, or an event lie unread.
SILENT_MAX = timedelta(seconds=15)
BEHIND_MAX = timedelta(seconds=5)
UNREAD_MAX = timedelta(seconds=15)
# So long after its click a shop that has said nothing is asked about.
NOTHING_AFTER = timedelta(seconds=30)

ORDER_KINDS = frozenset({"order", "lead", "sign_up"})

Step = Literal["link", "click", "page", "basket", "order", "credit"]
STEPS: tuple[Step, ...] = ("link", "click", "page", "basket", "order", "credit")
State = Literal["done", "now", "later", "skipped"]
Tone = Literal["bad", "warn", "info"]


@dataclass(frozen=True, slots=True)
class ClickSeen:
    click_id: str
    at: datetime
    visitor: str
    reason: str = ""
    counts: bool = True
    may_attribute: bool = True


@dataclass(frozen=True, slots=True)
class EventSeen:
    """What the shop sent since the try began. `program` is the one it names, `host` that of the
    page it came from; `consent` is None where nothing was said of it. What was refused has a
    reason, the field at `fault`, and parameters."""

    key: str
    source: str
    kind: str
    at: datetime
    program: str
    click_ids: Sequence[str] = ()
    codes: Sequence[str] = ()
    visitor: str = ""
    host: str = ""
    consent: bool | None = None
    refused: str = ""
    fault: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_order(self) -> bool:
        return self.kind in ORDER_KINDS


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """What became of an order that names the click. `status` and `reason` are a conversion's,
    `verdict` is that of the click; `is_credited` says that the click's partner earns from it."""

    reference: str
    status: str
    reason: str = ""
    trust: str = "store"
    occurred_at: datetime | None = None
    visitor: str = ""
    verdict: str = ""
    is_credited: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """`intake_seen_at` is when the slowest tracking host's clicks were last asked for, and
    `intake_passed_at` up to when they have all arrived; None where no host was ever heard of."""

    at: datetime
    program: str
    hosts: Sequence[str]
    has_link: bool = True
    intake_seen_at: datetime | None = None
    intake_passed_at: datetime | None = None
    backlog: int = 0
    unread_since: datetime | None = None
    click: ClickSeen | None = None
    events: Sequence[EventSeen] = ()
    order: OrderSeen | None = None
    was_script_heard: bool = False
    own_programs: Sequence[str] = ()

    @property
    def named(self) -> list[EventSeen]:
        """The events that name the click."""
        return [one for one in self.events if self.click and self.click.click_id in one.click_ids]


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` and `params` are worded outside; `event` is the key of the event that it is about, the
    latest of `count`."""

    step: Step
    code: str
    tone: Tone
    params: Mapping[str, object] = field(default_factory=dict)
    event: str = ""
    count: int = 1


def states(facts: Facts) -> dict[Step, State]:
    """How far the try has come. A step that was passed over is skipped: one road is enough."""
    taken = [one for one in facts.named if not one.refused]
    done: dict[Step, bool] = {
        "link": facts.has_link,
        "click": facts.click is not None,
        "page": any(one.source == "script" for one in taken),
        "basket": any(one.kind == "basket_started" for one in taken),
        "order": facts.order is not None or any(one.is_order for one in taken),
        "credit": facts.order is not None and facts.order.is_credited,
    }
    last = max((place for place, step in enumerate(STEPS) if done[step]), default=-1)
    found: dict[Step, State] = {}
    for place, step in enumerate(STEPS):
        if done[step]:
            found[step] = "done"
        elif place < last:
            found[step] = "skipped"
        else:
            found[step] = "now" if "now" not in found.values() else "later"
    return found


def findings(facts: Facts) -> list[Finding]:
    """What is missing or odd, in the order of the steps it concerns."""
    found = [one for check in CHECKS for one in check(facts)]
    return sorted(found, key=lambda one: STEPS.index(one.step))


def _roads(facts: Facts) -> Iterator[Finding]:
    """Whether what happens can be seen here at all."""
    seen_at, passed_at = facts.intake_seen_at, facts.intake_passed_at
    if seen_at is None or passed_at is None:
        yield Finding("click", "intake_never", "bad")
    elif facts.at - seen_at > SILENT_MAX:
        params = {"seen_at": seen_at, "count": facts.backlog}
        yield Finding("click", "intake_silent", "bad", params)
    elif facts.at - passed_at > BEHIND_MAX:
        params = {"seconds": int((facts.at - passed_at).total_seconds()), "count": facts.backlog}
        yield Finding("click", "intake_behind", "warn", params)
    if facts.unread_since is not None and facts.at - facts.unread_since > UNREAD_MAX:
        yield Finding("order", "events_unread", "bad", {"since_at": facts.unread_since})


def _click(facts: Facts) -> Iterator[Finding]:
    if not facts.has_link:
        yield Finding("link", "no_link", "info")
    elif facts.click is None:
        yield Finding("click", "click_awaited", "info")
    elif not facts.click.may_attribute:
        yield Finding("click", "click_earns_nothing", "bad", {"reason": facts.click.reason})
    elif not facts.click.counts:
        yield Finding("click", "click_not_counted", "warn", {"reason": facts.click.reason})


def _silence(facts: Facts) -> Iterator[Finding]:
    click = facts.click
    if click is None or facts.order:
        return
    since = [one for one in facts.events if one.at >= click.at]
    if facts.at - max([click.at, *(one.at for one in since)]) <= NOTHING_AFTER:
        return
    if not since:
        code = "nothing_since_click" if facts.was_script_heard else "nothing_ever"
        yield Finding("page", code, "warn", {"clicked_at": click.at})
    elif all(one.kind == "basket_started" and not one.refused for one in since):
        yield Finding("order", "no_order_yet", "warn")


def _pages(facts: Facts) -> Iterator[Finding]:
    """What the script says of where it stands, and, the last time that it spoke from the browser
    that clicked, whether it knew the click and may keep it."""
    spoken = [one for one in facts.events if one.source == "script" and not one.refused]
    for one in spoken:
        if one.host and not _is_of(one.host, facts.hosts):
            params = {"host": one.host, "hosts": list(facts.hosts)}
            yield Finding("page", "page_elsewhere", "warn", params, one.key)
    click = facts.click
    if click is None:
        return
    own = [one for one in spoken if one.visitor == click.visitor and one.at >= click.at]
    for one in own[-1:]:
        if not one.click_ids:
            code = "script_lost_id" if one.consent else "no_consent_no_id"
            yield Finding("page", code, "bad", {"host": one.host}, one.key)
        elif not one.consent:
            yield Finding("page", "no_consent", "info", {"host": one.host}, one.key)


def _ids(facts: Facts) -> Iterator[Finding]:
    """What happened to the click id on its way through the shop."""
    click = facts.click
    if click is None:
        return
    for one in facts.events:
        if one.at < click.at or click.click_id in one.click_ids:
            continue
        for said in one.click_ids:
            if said and said != click.click_id and click.click_id.startswith(said):
                params = {"length": len(said), "expected": ID_LENGTH}
                yield Finding("order", "id_cut", "bad", params, one.key)
            elif said.lower() == click.click_id.lower():
                yield Finding("order", "id_in_other_case", "bad", {}, one.key)
            elif len(said) != ID_LENGTH:
                params = {"length": len(said), "expected": ID_LENGTH}
                yield Finding("order", "id_of_other_length", "bad", params, one.key)


def _orders_without_id(facts: Facts) -> Iterator[Finding]:
    """Orders that anybody may have sent: worth a word only while none has named the click."""
    click = facts.click
    if click is None or facts.order or any(one.is_order for one in facts.named):
        return
    bare = [
        one
        for one in facts.events
        if one.is_order and one.at >= click.at and not one.refused and not one.click_ids
    ]
    if bare:
        params = {"count": len(bare), "codes": sorted({code for one in bare for code in one.codes})}
        code = "orders_with_code_only" if params["codes"] else "orders_without_id"
        yield Finding("order", code, "warn", params, bare[-1].key)


def _refused(facts: Facts) -> Iterator[Finding]:
    """Each reason once, by the latest event that has it. What was refused before the click is worth
    a word only until something else has come; rows of a file are told of where it is imported."""
    click = facts.click
    sent = [one for one in facts.events if one.source != "file"]
    since = [one for one in sent if click and one.at >= click.at]
    alike: dict[tuple[str, str], list[EventSeen]] = {}
    for one in since or sent:
        if one.refused:
            alike.setdefault((one.refused, one.fault), []).append(one)
    for same in alike.values():
        yield _refusal(same[-1], facts, len(same))


def _refusal(one: EventSeen, facts: Facts, count: int) -> Finding:
    if one.refused == "program-unknown":
        return Finding("order", "program_unknown", "bad", _programs(one, facts), one.key, count)
    if one.refused == "signature-expired" and {"signed_at", "received_at"} <= set(one.params):
        late_s = int(str(one.params["received_at"])) - int(str(one.params["signed_at"]))
        code = "clock_behind" if late_s > 0 else "clock_ahead"
        return Finding("order", code, "bad", {"minutes": abs(late_s) // 60}, one.key, count)
    params = {**one.params, "reason": one.refused, "field": one.fault}
    return Finding("order", "refused", "bad", params, one.key, count)


def _elsewhere(facts: Facts) -> Iterator[Finding]:
    """Events that went to another program of the same brand."""
    for one in facts.events:
        if not one.refused and one.program != facts.program and one.program in facts.own_programs:
            yield Finding("order", "other_program", "bad", _programs(one, facts), one.key)


def _credit(facts: Facts) -> Iterator[Finding]:
    order = facts.order
    if order is None or order.is_credited:
        return
    if order.reason == "after_order" and facts.click and order.occurred_at:
        minutes = max(1, int((facts.click.at - order.occurred_at).total_seconds()) // 60)
        yield Finding("credit", "order_before_click", "bad", {"minutes": minutes})
    elif order.reason:
        yield Finding("credit", "not_credited", "bad", {"reason": order.reason})
    elif order.status == "credited":
        yield Finding("credit", "credited_elsewhere", "warn", {"verdict": order.verdict})
    elif order.status in ("waiting", "provisional"):
        yield Finding("credit", "order_in_the_works", "info")


def _same_browser(facts: Facts) -> Iterator[Finding]:
    order, click = facts.order, facts.click
    if order and click and order.visitor and order.visitor == click.visitor:
        yield Finding("credit", "same_browser", "info")


def _unconfirmed(facts: Facts) -> Iterator[Finding]:
    if facts.order and facts.order.trust == "browser":
        yield Finding("credit", "browser_only", "warn")


def _programs(one: EventSeen, facts: Facts) -> dict[str, object]:
    return {"said": one.program[:40], "program": facts.program}


def _is_of(host: str, hosts: Sequence[str]) -> bool:
    bare = host.partition(":")[0]
    return any(place == own or place.endswith(f".{own}") for own in hosts for place in (host, bare))


CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _roads,
    _click,
    _silence,
    _pages,
    _ids,
    _orders_without_id,
    _refused,
    _elsewhere,
    _credit,
    _unconfirmed,
    _same_browser,
)
