"""What a check found: codes and parameters, worded elsewhere (`domains.wording`)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

State = Literal["ok", "hint", "wrong"]
Params = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Record:
    """A line of somebody's DNS form. The name as it is typed there: `go`, or `@` for the zone."""

    type: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` keeps links from working; a `hint` may be meant. `add` and `remove` say exactly
    what the DNS form lacks."""

    code: str
    state: State
    params: Params = field(default_factory=dict)
    add: tuple[Record, ...] = ()
    remove: tuple[Record, ...] = ()

    def as_json(self) -> dict[str, object]:
        lines = {"add": list(map(asdict, self.add)), "remove": list(map(asdict, self.remove))}
        return {"code": self.code, "state": self.state, "params": dict(self.params), **lines}


def read_finding(kept: dict[str, object]) -> Finding:
    """A finding as it was kept in a row."""
    add, remove = (
        tuple(Record(**line) for line in kept[name])  # type: ignore[attr-defined]
        for name in ("add", "remove")
    )
    return Finding(kept["code"], kept["state"], kept["params"], add, remove)  # type: ignore[arg-type]
