"""Everything recomputed from the database and compared with what was sealed and signed.

What somebody with all rights in the database could have changed is found, as far as it contradicts
a hash or a signature. Who also holds the signing key, or cuts off the newest entries together with
their leaves and checkpoints, is found only by checkpoints that others hold: give those as `known`.

Codes of findings, with what they name:

- `entry_changed`, `entry_missing`, `leaf_missing` (`number`): not what was sealed, or gone;
- `entry_unsound` (`entry`, `rule`): unbalanced, incomplete, or another owner's;
- `entry_unsealed` (`entry`): neither sealed nor waiting for it;
- `posting_without_entry` (`posting`), `account_misnamed` (`account`);
- `node_changed` (`level`, `index`), `checkpoint_changed` (`size`): not what the leaves give;
- `signature_wrong`, `key_changed` (`size`): not signed by this installation;
- `leaves_unsigned` (`size`): leaves beyond the newest checkpoint;
- `checkpoint_contradicted` (`size`): somebody holds another root for this size, or a larger tree.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from handsel.engine import proof
from handsel.engine.merkle import Frontier, Node
from handsel.ledger.keys import public_key
from handsel.ledger.leaves import entries_with_postings, leaf_hash
from handsel.ledger.models import Account, Checkpoint, Entry, Leaf, Posting, Unsealed
from handsel.ledger.proofs import as_signed, stored_hashes
from handsel.ledger.seal import latest_checkpoint
from handsel.rows.scope import as_system

BATCH_SIZE = 1_000
FINDINGS_MAX = 1_000
MISSING = bytes(32)


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: a code and what it is about."""

    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True)
class LedgerReport:
    """`size` is that of the newest checkpoint: so many entries were recomputed."""

    size: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        return not self.findings


def check_all(known: Iterable[proof.Checkpoint] = ()) -> LedgerReport:
    """Recompute the whole ledger; at most FINDINGS_MAX findings, in the order of the tree.

    May run beside posting and sealing: what comes in meanwhile is left to the next time.
    """
    with as_system():
        last = latest_checkpoint()
        size = last.size if last else 0
        findings = tuple(
            islice(chain(_tree(size, known), _unsigned(), _waiting(), _strays()), FINDINGS_MAX)
        )
    return LedgerReport(size, findings)


def _tree(size: int, known: Iterable[proof.Checkpoint]) -> Iterator[Finding]:
    """Walk the leaves in order; compare entries, nodes, and each checkpoint as it is reached."""
    frontier, key = Frontier(), public_key()
    held = _roots_held(known, key)
    for start in range(0, size, BATCH_SIZE):
        numbers = range(start, min(start + BATCH_SIZE, size))
        leaves = Leaf.objects.in_bulk(numbers)
        entries = entries_with_postings([leaf.entry_id for leaf in leaves.values()])
        stored = Checkpoint.objects.in_bulk([n + 1 for n in numbers], field_name="size")
        expected: dict[Node, bytes] = {}
        for number in numbers:
            leaf = leaves.get(number)
            yield from _leaf(number, leaf, entries)
            _, *completed = frontier.append(bytes(leaf.hash) if leaf else MISSING)
            expected |= {(level, index): node for level, index, node in completed}
            if checkpoint := stored.get(frontier.size):
                yield from _checkpoint(checkpoint, frontier.root(), key)
            if held.pop(frontier.size, set()) - {frontier.root().hex()}:
                yield Finding("checkpoint_contradicted", {"size": frontier.size})
        yield from _nodes(expected)
    for beyond in sorted(held):
        yield Finding("checkpoint_contradicted", {"size": beyond})


def _roots_held(known: Iterable[proof.Checkpoint], key: str) -> dict[int, set[str]]:
    """The roots that others hold, by size. Only what our key has signed counts."""
    roots: dict[int, set[str]] = {}
    for checkpoint in known:
        if checkpoint.public_key == key and proof.verify_checkpoint(checkpoint):
            roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
    return roots


def _leaf(number: int, leaf: Leaf | None, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    if leaf is None:
        yield Finding("leaf_missing", {"number": number})
    elif (entry := entries.get(leaf.entry_id)) is None:
        yield Finding("entry_missing", {"number": number, "entry": leaf.entry_id})
    else:
        if leaf_hash(entry, bytes(leaf.salt)) != bytes(leaf.hash):
            yield Finding("entry_changed", {"number": number, "entry": entry.pk})
        yield from _soundness(entry)


def _soundness(entry: Entry) -> Iterator[Finding]:
    """What the database refuses to store, asked again of what it has stored."""
    sums: Counter[str] = Counter()
    owners = {(entry.brand_id, entry.partner_id)}
    postings = list(entry.postings.all())
    for posting in postings:
        sums[posting.currency] += posting.amount_minor
        owners.add((posting.brand_id, posting.partner_id))
        account = posting.account
        owners.add((account.brand_id, account.partner_id or entry.partner_id))
    rules = {
        "balanced": not any(sums.values()),
        "complete": len(postings) == entry.line_count,
        "one_owner": len(owners) == 1,
        "key_names_subject": entry.subject_id in entry.key.split(":"),
    }
    for rule, holds in rules.items():
        if not holds:
            yield Finding("entry_unsound", {"entry": entry.pk, "rule": rule})


def _checkpoint(checkpoint: Checkpoint, root: bytes, key: str) -> Iterator[Finding]:
    checks = {
        "checkpoint_changed": bytes(checkpoint.root) == root,
        "key_changed": bytes(checkpoint.public_key).hex() == key,
        "signature_wrong": proof.verify_checkpoint(as_signed(checkpoint)),
    }
    for code, holds in checks.items():
        if not holds:
            yield Finding(code, {"size": checkpoint.size})


def _nodes(expected: Mapping[Node, bytes]) -> Iterator[Finding]:
    stored = stored_hashes(expected)
    for (level, index), node in expected.items():
        if stored.get((level, index)) != node:
            yield Finding("node_changed", {"level": level, "index": index})


def _unsigned() -> Iterator[Finding]:
    newest = Checkpoint.objects.order_by("-size").values("size")[:1]
    beyond = Leaf.objects.filter(number__gte=Coalesce(Subquery(newest), 0))
    if (first := beyond.order_by("number").first()) is not None:
        yield Finding("leaves_unsigned", {"size": first.number})


def _waiting() -> Iterator[Finding]:
    """Entries that no leaf covers yet are at least sound."""
    after = 0
    while batch := list(Unsealed.objects.filter(id__gt=after).order_by("id")[:BATCH_SIZE]):
        after = batch[-1].pk
        for entry in entries_with_postings([unsealed.entry_id for unsealed in batch]).values():
            yield from _soundness(entry)


def _strays() -> Iterator[Finding]:
    """Rows that the walk along the leaves cannot meet."""
    sealed = Exists(Leaf.objects.filter(entry=OuterRef("pk")))
    waiting = Exists(Unsealed.objects.filter(entry=OuterRef("pk")))
    for pk in Entry.objects.exclude(sealed).exclude(waiting).values_list("pk", flat=True):
        yield Finding("entry_unsealed", {"entry": pk})

    entry = Exists(Entry.objects.filter(pk=OuterRef("entry_id")))
    for posting in Posting.objects.exclude(entry).order_by("pk"):
        yield Finding("posting_without_entry", {"posting": posting.pk})

    misnamed = Account.objects.exclude(name=Concat(F("kind"), Value(":"), F("owner_id")))
    for name in misnamed.values_list("name", flat=True):
        yield Finding("account_misnamed", {"account": name})
