"""docs/domains.md is what operators copy: the proxies themselves read it here."""

import re
import shutil
import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest

from handsel.domains.addresses import CLOUDFLARE
from handsel.domains.tests.servers import Authority

DOCS = Path(__file__).resolve().parents[3] / "docs" / "domains.md"


def block(language: str) -> str:
    [first, *_rest] = re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return str(first)


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_caddy_takes_its_configuration(tmp_path: Path) -> None:
    file = tmp_path / "Caddyfile"
    file.write_text(block("caddyfile"))
    caddy = [shutil.which("caddy") or "", "validate", "--adapter", "caddyfile", "--config"]
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run([*caddy, file], capture_output=True, text=True, env=home, check=False)

    assert "Valid configuration" in done.stdout + done.stderr, done.stderr
    adapted = subprocess.run(
        [caddy[0], "adapt", "--config", file], capture_output=True, text=True, env=home, check=True
    )
    assert '"ask":"http://127.0.0.1:8000/tls/ask"' in adapted.stdout
    assert '"on_demand":true' in adapted.stdout


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.context("partners.example.net")
    live = tmp_path / "live" / "partners.example.net"
    live.mkdir(parents=True)
    for name in ("fullchain.pem", "privkey.pem"):
        shutil.copy(tmp_path / "partners.example.net.pem", live / name)
    servers = block("nginx").replace("/etc/letsencrypt/live", str(tmp_path / "live"))
    # `nginx -t` opens what it would listen on.
    for port in ("80", "443"):
        servers = servers.replace(f"listen {port}", f"listen unix:{tmp_path}/{port}")
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = tmp_path / "nginx.conf"
    file.write_text(
        f"pid {tmp_path}/nginx.pid; error_log stderr; events {{}}"
        f" http {{ access_log off; {folders} {servers} }}"
    )
    nginx = [shutil.which("nginx") or "", "-t", "-p", str(tmp_path), "-c", str(file)]
    done = subprocess.run(nginx, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_the_networks_of_cloudflare_are_those_that_the_check_knows() -> None:
    line = re.search(r"HANDSEL_TRUSTED_PROXIES=(127\S*,173\S+)", DOCS.read_text())
    assert line
    named = {ip_network(part) for part in line[1].split(",")}

    assert named == {*CLOUDFLARE, ip_network("127.0.0.1/32")}
