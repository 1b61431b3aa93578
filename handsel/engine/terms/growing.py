"""How the language grows: a later member that says nothing leaves no trace in what was signed."""

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
        fields = type(self).model_fields
        for name in self.ADDED:
            if name in written and getattr(self, name) == fields[name].default:
                del written[name]
        return written
