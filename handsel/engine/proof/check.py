"""The offline check of a proof file: everything is computed again, nothing is believed.

Codes, in the order of a report:

- `format`: the file is a handsel-proof/1, each value in its one spelling (`field`, `reason`);
- `seal`, `checkpoint_signature`: signed by the keys in the file; `one_key`: they are the same;
- `trusted_key`: it is the key that the reader had from elsewhere (only when one was given);
- then those of its kind: `of_commission`, `of_statement`.
"""

import json
from collections.abc import Iterator

from pydantic import ConfigDict

from handsel.engine.proof.format import ProofFile, StatementFile
from handsel.engine.proof.of_commission import commission_checks
from handsel.engine.proof.of_statement import statement_checks
from handsel.engine.proof.report import Check, Report
from handsel.engine.proof.sign import is_signed, sealed_bytes, verify_checkpoint
from handsel.engine.values import ParamValue, Value, canonical, canonical_json, parse
from handsel.errors import DomainError

FILE_BYTES_MAX = 10_000_000


class _Kind(Value):
    """As much of a file as tells which format it claims to have."""

    model_config = ConfigDict(extra="ignore")
    kind: object = None


def check(proof: bytes, trusted_key: bytes | None = None) -> Report:
    """Check a proof file; any input gives a report, none raises.

    `trusted_key` is the installation's Ed25519 public key (32 bytes), had from elsewhere.
    """
    try:
        content = _read(proof)
    except DomainError as error:
        params: dict[str, ParamValue] = {"field": error.field, "reason": error.code}
        return _report(None, [Check(code="format", ok=False, params=params)])
    except (ValueError, ArithmeticError) as error:
        params = {"field": "", "reason": str(error)[:200]}
        return _report(None, [Check(code="format", ok=False, params=params)])

    own = (
        statement_checks(content)
        if isinstance(content, StatementFile)
        else commission_checks(content)
    )
    checks = [Check(code="format", ok=True), *_signatures(content, trusted_key), *own]
    return _report(content, checks)


def _report(content: ProofFile | StatementFile | None, checks: list[Check]) -> Report:
    return Report(ok=all(c.ok for c in checks), checks=tuple(checks), proof=content)


def _read(data: bytes) -> ProofFile | StatementFile:
    """The file, if it is spelled as we would spell it; spaces between values are free."""
    if len(data) > FILE_BYTES_MAX:
        raise ValueError("The file is too large to be a proof.")
    content: ProofFile | StatementFile
    if parse(_Kind, data).kind == "statement":
        content = parse(StatementFile, data)
    else:
        content = parse(ProofFile, data)
    written = json.loads(data, object_pairs_hook=_without_doubles)
    if canonical_json(written) != canonical(content):
        raise ValueError("A value is not in its canonical form.")
    return content


def _without_doubles(members: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("A name stands twice in one object.")
    return found


def _signatures(proof: ProofFile | StatementFile, trusted_key: bytes | None) -> Iterator[Check]:
    key = proof.installation.public_key
    yield Check(code="seal", ok=is_signed(key, proof.seal, sealed_bytes(proof)))
    checkpoint = proof.checkpoint
    yield Check(
        code="checkpoint_signature",
        ok=verify_checkpoint(checkpoint),
        params={"size": checkpoint.size, "root": checkpoint.root},
    )
    yield Check(code="one_key", ok=checkpoint.public_key == key, params={"public_key": key})
    if trusted_key is not None:
        yield Check(code="trusted_key", ok=trusted_key.hex() == key, params={"public_key": key})
