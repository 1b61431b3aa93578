"""What a program has of the names that terms ask for: so misspelled ones are found."""

from collections.abc import Set
from typing import Any

from django.db import connection

from handsel.engine.terms import Known, Terms
from handsel.engine.terms.checks.names import asked
from handsel.ids import to_uuid
from handsel.links.models import Code, Link
from handsel.programs.models import Program

_SOLD = """
SELECT DISTINCT line->>%(member)s
  FROM conversions_fact, jsonb_path_query(body, '$.lines[*]') AS line
 WHERE program_id = %(program)s::uuid AND kind = 'order' AND line->>%(member)s = ANY(%(names)s)
"""
_ANY_SOLD = """
SELECT EXISTS (
    SELECT 1 FROM conversions_fact, jsonb_path_query(body, '$.lines[*]') AS line
     WHERE program_id = %(program)s::uuid AND kind = 'order' AND line->>%(member)s <> '')
"""


def known_names(program: Program, terms: Terms) -> Known:
    """Of the names in terms those that the program has. Articles and categories are those that its
    orders have named; while none has named any, they are not known, and not checked."""
    names = asked(terms)
    return Known(
        skus=_sold(program, "sku", names["skus"]),
        categories=_sold(program, "category", names["categories"]),
        links=_links(program, names["links"]),
        codes=_codes(program, names["codes"]),
    )


def _sold(program: Program, member: str, names: Set[str]) -> frozenset[str] | None:
    if not names:
        return None
    asked_for: dict[str, Any] = {
        "program": str(to_uuid(program.pk)),
        "member": member,
        "names": sorted(names),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, asked_for)
        found = frozenset(name for (name,) in cursor.fetchall())
        if found:
            return found
        cursor.execute(_ANY_SOLD, asked_for)
        (any_sold,) = cursor.fetchone()
    return frozenset() if any_sold else None


def _links(program: Program, names: Set[str]) -> frozenset[str] | None:
    if not names:
        return None
    rows = Link.objects.filter(program=program, slug__in=names)
    return frozenset(rows.values_list("slug", flat=True))


def _codes(program: Program, names: Set[str]) -> frozenset[str] | None:
    """In capitals or not: a code is the same."""
    if not names:
        return None
    rows = Code.objects.filter(program=program, code__in={name.upper() for name in names})
    has = {code.casefold() for code in rows.values_list("code", flat=True)}
    return frozenset(name for name in names if name.casefold() in has)
