"""What controls are read from and shown in: the words posted, mistakes, and what lies around."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.functional import Promise

Text = str | Promise
Data = dict[str, Any]


class Posted(Protocol):
    """What a browser sent: Django's QueryDict, and a plain stand-in in tests."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[Any]: ...
    def keys(self) -> Any: ...


@dataclass(frozen=True)
class Scope:
    """`above`: the objects that a control lies in, the whole terms first."""

    currency: str
    time_zone: str
    above: tuple[Mapping[str, Any], ...] = ()

    def within(self, data: Mapping[str, Any]) -> "Scope":
        return Scope(self.currency, self.time_zone, (*self.above, data))


@dataclass
class Reading:
    """A form that is being read; `errors` by the dotted path of the member at fault."""

    posted: Posted
    errors: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = frozenset(self.posted.keys())
        self._prefixes = frozenset(
            ".".join(parts[:end])
            for parts in (name.split(".") for name in self.names)
            for end in range(1, len(parts))
        )

    def has(self, path: str) -> bool:
        return path in self.names or path in self._prefixes

    def text(self, path: str) -> str:
        """As typed, with line ends as everybody writes them."""
        text = str(self.posted.get(path, "") or "")
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")

    def wrong(self, path: str, message: str) -> None:
        self.errors.setdefault(path, []).append(message)

    def places(self, path: str) -> list[int]:
        """The numbers of the items that were posted under a list, in their order."""
        start = f"{path}."
        found = {
            name[len(start) :].partition(".")[0] for name in self.names if name.startswith(start)
        }
        return sorted(int(number) for number in found if number.isascii() and number.isdigit())


@dataclass(frozen=True)
class Showing:
    """A form that is being shown: the mistakes, and where the keyboard should be."""

    errors: Mapping[str, Sequence[str]]
    warnings: Mapping[str, Sequence[str]]
    focus: str = ""

    def at(self, path: str) -> Sequence[str]:
        return self.errors.get(path, ())

    def under(self, path: str) -> bool:
        """Whether something is wrong at a path or below it."""
        known = (*self.errors, *self.warnings)
        return any(one == path or one.startswith(f"{path}.") for one in known)
