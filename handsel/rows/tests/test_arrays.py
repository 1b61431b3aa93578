"""Lists reach PostgreSQL as psycopg itself would write them."""

import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.array import ListDumper
from psycopg.types.json import Jsonb

from handsel.rows.arrays import QuickListDumper

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
members = st.lists(st.none() | texts, min_size=1)


def written(dumper_class, values):
    dumper = dumper_class(list, Transformer())
    return bytes(dumper.upgrade(values, PyFormat.TEXT).dump(values) or b"")


@given(members | st.lists(members, min_size=1))
def test_a_list_is_written_as_psycopg_writes_it(values):
    assert written(QuickListDumper, values) == written(ListDumper, values)


@given(st.lists(st.dictionaries(texts, texts | st.integers()), min_size=1))
def test_json_in_a_list_is_written_as_psycopg_writes_it(values):
    rows = [Jsonb(value) for value in values]

    assert written(QuickListDumper, rows) == written(ListDumper, rows)


@pytest.mark.django_db
def test_django_writes_lists_with_it_and_reads_them_back():
    said = ['a "b"', "c\\d", "", "null", "{e,f}", json.dumps({"g": '"'})]

    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [said])
        assert cursor.fetchone() == (said,)
        dumper = cursor.connection.adapters.get_dumper(list, PyFormat.TEXT)

    assert dumper is QuickListDumper
