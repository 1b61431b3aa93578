"""The id column: a UUIDv7 in PostgreSQL, `com_…` text in Python."""

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from handsel.ids import from_uuid, new_id, to_uuid

NOWHERE = UUID(int=0)

if TYPE_CHECKING:
    TextField = models.Field[str, str]
else:
    TextField = models.Field


class IdField(TextField):
    """A primary key (or, with `primary_key=False`, a mention of one) that carries its kind.

    A text that is no id of this kind finds nothing rather than failing, so that a mistyped
    address is a 404 like every other thing that is not there.
    """

    def __init__(self, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        options.setdefault("primary_key", True)
        options.setdefault("editable", False)
        if options["primary_key"]:
            options.setdefault("default", partial(new_id, prefix))
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        options.setdefault("primary_key", False)
        options.pop("default", None)
        return name, path, [self.prefix, *args], options

    def get_internal_type(self) -> str:
        return "UUIDField"

    def db_type(self, connection: Any) -> str:
        return "uuid"

    def rel_db_type(self, connection: Any) -> str:
        return "uuid"

    def from_db_value(self, value: UUID | None, *_: Any) -> str | None:
        return None if value is None else from_uuid(value, self.prefix)

    def to_python(self, value: Any) -> str | None:
        return from_uuid(value, self.prefix) if isinstance(value, UUID) else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        text = str(value)
        if not text.startswith(f"{self.prefix}_"):
            return NOWHERE
        try:
            return to_uuid(text)
        except ValueError:
            return NOWHERE
