import pytest

from handsel.config.supervisor.database import DatabaseNotReachable, reachable, running_urls
from handsel.environment import Environment


def test_an_unreachable_database_is_named_without_its_password():
    with pytest.raises(DatabaseNotReachable, match="No database at") as refusal:
        reachable("postgresql://handsel_app:hush@127.0.0.1:1/handsel")
    assert "hush" not in refusal.value.message
    assert "127.0.0.1:1/handsel" in refusal.value.message


def test_what_is_no_address_is_said_to_be_none():
    with pytest.raises(DatabaseNotReachable, match="not an address") as refusal:
        reachable("mysql://handsel:hush@127.0.0.1/handsel")
    assert "hush" not in refusal.value.message


def test_without_any_database_the_way_out_is_named(tmp_path):
    with pytest.raises(DatabaseNotReachable) as refusal:
        running_urls(Environment(data=tmp_path, database_url=""))
    assert "handsel up" in refusal.value.remedy
