"""Eight threads post the same entries: each is there once."""

import random
from contextlib import suppress

import psycopg
import pytest

from handsel.config.postgres.passwords import OWNER
from handsel.config.postgres.testing import running_test_server
from handsel.ledger.models import Account, Entry
from handsel.ledger.queries import balance_minor
from handsel.ledger.services import post_entries, post_entry
from handsel.ledger.tests.conftest import run_together

THREADS = 8


def post_one_by_one(entries):
    for entry in random.sample(entries, len(entries)):
        post_entry(entry)


def post_all_from_eight_threads(entries):
    """Half of the threads one by one in an order of their own, half of them all in one call."""
    run_together([lambda: post_one_by_one(entries), lambda: post_entries(entries)] * (THREADS // 2))


@pytest.mark.django_db(transaction=True)
def test_eight_threads_post_each_key_once(bens):
    entries = [bens.recorded(amount) for amount in range(1, 41)]

    post_all_from_eight_threads(entries)

    assert Entry.objects.count() == len(entries)
    assert balance_minor(bens.pending) == sum(range(1, 41))
    assert Account.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_contents_under_one_key_one_is_refused(bens):
    first = bens.recorded(100)
    other = bens.recorded(200, subject=first.subject_id)

    with pytest.raises(ExceptionGroup) as refusals:
        run_together([lambda: post_entry(first), lambda: post_entry(other)] * 4)

    assert {type(error).__name__ for error in refusals.value.exceptions} == {"EntryKeyReused"}
    assert len(refusals.value.exceptions) == 4
    assert balance_minor(bens.pending) in {100, 200}


@pytest.fixture
def keys_may_repeat(transactional_db):
    """The table without its unique key, put back at the end."""
    from django.db import connection

    url = running_test_server().url(OWNER, connection.settings_dict["NAME"])
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_key_key")
        yield
        owner.execute("TRUNCATE ledger_entry CASCADE")
        owner.execute("ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_key_key UNIQUE (key)")


def test_control_without_the_unique_key_some_are_posted_twice(keys_may_repeat, bens):
    with suppress(ExceptionGroup):  # some stumble over the other threads' entries
        post_all_from_eight_threads([bens.recorded(amount) for amount in range(1, 41)])

    assert Entry.objects.count() > 40
    assert balance_minor(bens.pending) > sum(range(1, 41))
