"""Lists as PostgreSQL reads them, quicker.

Django hands the rows of a bulk insert over as one array per column, and JSON in an array has a
backslash before each of its quotes. psycopg puts them there with a regular expression whose answer
is composed in Python, once per quote: a quarter of the time that an order of thirty lines took.
"""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.types.array import ListDumper


class QuickListDumper(ListDumper):
    """Writes what `ListDumper` writes."""

    def _dump_list(
        self, obj: list[Any], tokens: list[Any], needs_quotes: Callable[[Any], object]
    ) -> None:
        if not obj:
            tokens.append(b"{}")
            return
        dump = self.sub_dumper.dump if self.sub_dumper else self._dump_item
        tokens.append(b"{")
        for item in obj:
            if isinstance(item, list):
                self._dump_list(item, tokens, needs_quotes)
            elif item is None or (written := dump(item)) is None:
                tokens.append(b"NULL")
            elif needs_quotes(written):
                escaped = bytes(written).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
                tokens += (b'"', escaped, b'"')
            else:
                tokens.append(written)
            tokens.append(self.delimiter)
        tokens[-1] = b"}"


def dump_lists_quickly() -> None:
    """For every connection that is opened from here on."""
    psycopg.adapters.register_dumper(list, QuickListDumper)
