"""`handsel receipts recompute` on a database, beside whoever works on it."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from handsel.commissions.models import Commission
from handsel.commissions.receipt.tests.conftest import bens, cleos, every_kind, sell, shop, terms
from handsel.config.postgres.passwords import OWNER
from handsel.config.postgres.testing import running_test_server

__all__ = ["bens", "cleos", "every_kind", "sell", "shop", "terms"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recompute(database_url, tmp_path):
    name = connection.settings_dict["NAME"]

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "handsel.config.cli", "receipts", "recompute", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "LANG": "C",
                "HANDSEL_DATABASE_URL": database_url,
                "HANDSEL_DATABASE_OWNER_URL": running_test_server().url(OWNER, name),
                "HANDSEL_DATA": str(tmp_path),
            },
        )

    return run


def test_all_come_out_the_same_or_the_one_that_does_not_is_named(every_kind, recompute, program):
    agreed = recompute("--program", program.slug)
    assert agreed.returncode == 0, agreed.stderr
    assert "8 commissions with 8 evaluations were computed again." in agreed.stdout
    assert "All come out the same" in agreed.stdout

    Commission.objects.filter(kind="bonus").update(amount_minor=2_001)
    differs = recompute("--language", "en")
    assert differs.returncode == 1
    bonus = every_kind["bonus"].pk
    assert f"✗ {bonus}: €20.01 is stored, €20.00 comes out." in differs.stdout
    assert "1 come out otherwise." in differs.stdout


def test_a_program_that_is_not_there_is_named(recompute, bens):
    asked = recompute("--program", "nowhere")

    assert asked.returncode == 1
    assert "There is no program nowhere." in asked.stderr
