"""How the language grows: a later member that says nothing leaves no trace in what was signed."""

from functools import cache
from typing import Any, ClassVar

from pydantic import SerializerFunctionWrapHandler, model_serializer

from handsel.engine.values import Value


class Growing(Value):
    """A value that has gained members since it was first published.

    Members named in `ADDED` are written only where they differ from their default. So the
    canonical form, and with it every digest, signature and proof, of what was written before they
    existed stays the same; and their default must mean what their absence meant.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_the_silent(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        for name, silent in _silence(type(self)):
            value = getattr(self, name)
            if value is silent or value == silent:
                written.pop(name, None)
        return written


@cache
def _silence(kind: type[Growing]) -> tuple[tuple[str, Any], ...]:
    """What each later member of a class says by default. Orders are written by the thousand."""
    return tuple((name, kind.model_fields[name].default) for name in sorted(kind.ADDED))
