"""Functions that work with their owner's rights give nobody a way around the row policies."""

import pytest
from django.db import connection

DEFINERS = """
    SELECT p.proname, array_to_string(p.proconfig, ',')
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.prosecdef
"""


@pytest.mark.django_db
def test_a_temporary_table_cannot_stand_in_for_a_real_one():
    with connection.cursor() as cursor:
        cursor.execute(DEFINERS)
        found = dict(cursor.fetchall())

    assert "links_note_link" in found
    loose = {name for name, said in found.items() if not (said or "").endswith("pg_temp")}
    assert loose == set()
