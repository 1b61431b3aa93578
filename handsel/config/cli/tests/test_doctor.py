"""What the doctor sees in a healthy folder, and in ailing ones."""

import json
import os
import socket
import subprocess
import sys
import time

import orjson
import psycopg
import pytest

from handsel.config.cli.doctor import checks, clicks
from handsel.config.cli.doctor.database import role
from handsel.config.cli.doctor.proxies import addresses, forwarded, proxies
from handsel.config.postgres.testing import running_test_server
from handsel.config.supervisor import folder
from handsel.domains.tests.servers import web
from handsel.environment import Environment
from handsel.tracking.spool.segment import Segment
from handsel.tracking.tests import mmdb


@pytest.fixture
def data(tmp_path):
    folder.claim(tmp_path / "data")
    (tmp_path / "data" / "keys").mkdir(mode=0o700)
    return tmp_path / "data"


def settings(**values):
    return Environment.model_construct(**{**Environment().model_dump(), **values})


def test_an_unclaimed_folder_is_not_handsels(tmp_path):
    assert checks.data_folder(settings(data=tmp_path)).state == "wrong"


def test_a_folder_that_is_not_there_yet_is_a_hint_and_is_not_made(tmp_path):
    assert checks.data_folder(settings(data=tmp_path / "x")).state == "hint"
    assert not (tmp_path / "x").exists()


def test_a_key_that_others_can_read_is_wrong(data):
    assert checks.keys(settings(data=data)).state == "ok"
    (data / "keys" / "click.key").touch(mode=0o644)
    found = checks.keys(settings(data=data))

    assert found.state == "wrong"
    assert found.remedy == f"chmod -R go= {data / 'keys'}"


def test_a_full_disk_is_wrong_before_it_is_full(data, monkeypatch):
    monkeypatch.setattr(checks, "FREE_BYTES_WRONG", 1 << 62)
    assert checks.disk_space(settings(data=data)).state == "wrong"


def test_an_old_database_of_countries_is_a_hint_and_a_broken_one_wrong(tmp_path):
    old = mmdb.write(tmp_path / "old.mmdb", "192.0.2.0/24", {}, made_at=1_600_000_000)
    young = mmdb.write(tmp_path / "new.mmdb", "192.0.2.0/24", {}, made_at=int(time.time()))
    (tmp_path / "broken.mmdb").write_text("no database")

    assert clicks.countries(str(young)).state == "ok"
    assert clicks.countries(str(old)).state == "hint"
    assert "made 2020-09-13" in clicks.countries(str(old)).found
    assert clicks.countries(str(tmp_path / "broken.mmdb")).state == "wrong"


def test_a_list_of_data_centres_with_a_bad_line_is_wrong(tmp_path):
    ranges = tmp_path / "ranges.txt"
    ranges.write_text("192.0.2.0/24\n")
    assert clicks.datacentres(str(ranges)).found.endswith(": 1 networks")

    ranges.write_text("192.0.2.0/24\naws\n")
    assert clicks.datacentres(str(ranges)).state == "wrong"
    assert "line 2" in clicks.datacentres(str(ranges)).found


def test_https_without_a_trusted_proxy_is_a_hint():
    found = proxies(settings(web_url="https://partners.acme.example", trusted_proxies=""))
    assert found.state == "hint"
    assert proxies(settings(trusted_proxies="10.0.0.0/8, fd00::/8")).state == "ok"
    assert proxies(settings(trusted_proxies="10.0.0.0/64")).state == "wrong"


def counted(clicks, untrusted):
    said = f"clicks_total {clicks}.0\nforwarded_untrusted_total {untrusted}.0\n"
    with web(said) as tracking:
        return list(forwarded(f"http://127.0.0.1:{tracking.port}/metrics"))


def test_a_proxy_that_is_not_trusted_is_wrong_once_it_brings_the_visitors():
    [finding] = counted(clicks=10, untrusted=9)

    assert finding.state == "wrong"
    assert "HANDSEL_TRUSTED_PROXIES" in finding.remedy
    assert [finding.state for finding in counted(clicks=10, untrusted=2)] == ["ok"]
    assert counted(clicks=0, untrusted=0) == []


def test_tracking_that_does_not_run_here_is_not_asked_after_its_visitors():
    assert list(forwarded("http://127.0.0.1:1/metrics")) == []


@pytest.mark.parametrize(
    ("clicks", "different", "states"),
    [(60, 1, ["wrong"]), (60, 2, ["ok"]), (40, 1, []), (0, 1, [])],
)
def test_clicks_that_all_come_from_one_address_are_wrong(roles, clicks, different, states):
    roles.execute("CREATE TEMP TABLE clicks_click (ip inet, clicked_at timestamptz)")
    for n in range(clicks):
        row = "INSERT INTO clicks_click VALUES (%s, now() - interval '1 hour')"
        roles.execute(row, [f"10.0.{n % different}.0"])
    roles.execute("INSERT INTO clicks_click VALUES ('192.0.2.0', now() - interval '2 days')")
    found = list(addresses(roles))

    assert [finding.state for finding in found] == states
    assert all("10.0.0.0" in finding.found for finding in found if finding.state == "wrong")


def test_a_mail_server_that_does_not_answer_is_wrong():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert checks.mail(settings(smtp_url=f"smtp://127.0.0.1:{port}")).state == "wrong"
    assert checks.mail(settings(smtp_url="")).state == "hint"


def test_a_port_that_another_program_has_is_wrong():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        server.close()
        with socket.create_server(("127.0.0.1", port)) as taken:
            taken.listen()
            found = next(checks.servers(settings(port=port, web_url="http://127.0.0.1:1")))
    assert found.state == "wrong"


@pytest.fixture
def roles():
    """As a superuser, rolled back at the end."""
    connection = psycopg.connect(running_test_server().url("postgres"))
    yield connection
    connection.rollback()
    connection.close()


def test_a_role_that_row_policies_do_not_bind_is_wrong(roles):
    roles.execute("SET SESSION AUTHORIZATION handsel_app")
    assert role(roles).state == "ok"

    roles.execute("RESET SESSION AUTHORIZATION")
    roles.execute("ALTER ROLE handsel_app BYPASSRLS")
    assert "not bound" in role(roles).found


def test_a_role_that_owns_tables_is_wrong(roles):
    roles.execute("CREATE TABLE mine (x int)")
    roles.execute("ALTER TABLE mine OWNER TO handsel_app")

    assert "owns tables" in role(roles).found


def test_tables_of_a_session_are_the_roles_to_own(roles):
    roles.execute("SET SESSION AUTHORIZATION handsel_app")
    roles.execute("CREATE TEMP TABLE arriving (said text)")

    assert role(roles).state == "ok"


def test_a_superuser_for_daily_work_is_a_hint(roles):
    assert role(roles).state == "hint"


@pytest.fixture(scope="module")
def examined(tmp_path_factory):
    """The whole command on a migrated folder in which a click has waited for an hour."""
    data = tmp_path_factory.mktemp("handsel") / "data"
    plain = {key: value for key, value in os.environ.items() if not key.startswith("HANDSEL_")}

    def handsel(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "handsel.config.cli", *arguments, "--data", str(data)],
            capture_output=True,
            text=True,
            env=plain,
            check=False,
        )

    unmigrated = handsel("doctor", "--json")
    assert handsel("migrate").returncode == 0
    segment = data / "spool" / "abcd" / "00000001.sqlite"
    segment.parent.mkdir(parents=True)
    an_hour_ago_ms = int(time.time() - 3600) * 1000
    spool = Segment(segment, busy_timeout_s=1)
    spool.write(1, [orjson.dumps(["click", an_hour_ago_ms, {}])], an_hour_ago_ms)
    spool.close()
    ailing = handsel("doctor", "--json")
    return unmigrated, ailing


def test_a_folder_that_is_not_there_has_hints_only(examined):
    unmigrated, _ = examined
    states = {found["what"]: found["state"] for found in json.loads(unmigrated.stdout)}

    assert unmigrated.returncode == 0
    assert set(states.values()) == {"ok", "hint"}


def test_waiting_clicks_are_wrong_and_everything_else_is_well(examined):
    _, ailing = examined
    findings = json.loads(ailing.stdout)

    assert ailing.returncode == 1
    wrong = [found for found in findings if found["state"] == "wrong"]
    assert [found["what"] for found in wrong] == ["spool"]
    assert wrong[0]["found"].startswith("1 events wait, the oldest for 3")
    assert {"database", "durability", "role", "clock", "migrations"} <= {
        found["what"] for found in findings if found["state"] == "ok"
    }
