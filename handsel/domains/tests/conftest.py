from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from handsel.domains.checking import Checker
from handsel.domains.names import Names
from handsel.domains.queries import forget_hosts
from handsel.domains.reaching import Reach
from handsel.domains.tests.servers import NameServer, WebServer, web

TOKEN = "7c0ffee"
HOST = "go.acme.example"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    forget_hosts()


@dataclass
class Internet:
    """A name server, our tracking host behind it, and the check that asks both."""

    dns: NameServer
    tracking: WebServer

    def lead(self, host: str, target: str = "track.example.net") -> None:
        self.dns.records[host, "CNAME"] = [target]

    def mislead(self, host: str) -> None:
        self.dns.records[host, "CNAME"] = ["elsewhere.example"]

    @property
    def names(self) -> Names:
        return Names(self.dns.servers, lifetime_s=1)

    @property
    def checker(self) -> Checker:
        url = f"http://track.example.net:{self.tracking.port}"
        how = Reach(url, TOKEN, allow_private=True)
        return Checker(self.names, how, "letsencrypt.org")


@pytest.fixture
def internet() -> Iterator[Internet]:
    records = {
        ("track.example.net", "A"): ["127.0.0.1"],
        ("elsewhere.example", "A"): ["192.0.2.1"],
    }
    with NameServer(records) as dns, web(f"handsel {TOKEN}\n") as tracking:
        yield Internet(dns, tracking)
