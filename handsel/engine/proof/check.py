"""The offline check of a proof file: everything is computed again, nothing is believed."""

from collections.abc import Mapping

from handsel.engine.values import ParamValue, Value


class Check(Value):
    """One thing that was checked, by code; `params` say which, and what was found."""

    code: str
    ok: bool
    params: Mapping[str, ParamValue] = {}


class Report(Value):
    """All checks in order. Without a trusted key it only says that the file agrees with itself."""

    ok: bool
    checks: tuple[Check, ...]


def check(proof: bytes, trusted_key: bytes | None = None) -> Report:
    """Check a proof file. `trusted_key` is the installation's Ed25519 key (32 bytes), had from
    elsewhere. Any input gives a report; none raises."""
    raise NotImplementedError
