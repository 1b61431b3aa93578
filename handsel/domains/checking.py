"""One look at a tracking domain, from its DNS to the answer that a visitor gets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from handsel.domains.findings import Finding
from handsel.domains.names import Names
from handsel.domains.reaching import Reach, reach
from handsel.domains.records import see
from handsel.environment import Environment
from handsel.tracking.keys import load_keys
from handsel.tracking.wellknown import installation_token


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far. `leads_here`: a certificate may be had for the host."""

    findings: tuple[Finding, ...]
    leads_here: bool
    done: bool

    @property
    def is_well(self) -> bool:
        return self.done and not any(finding.state == "wrong" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Checker:
    names: Names
    how: Reach
    authority: str

    def check(self, host: str) -> Iterator[Progress]:
        """First what DNS says, at once, because the certificate is asked for only after that is
        known; then what the host answers."""
        links = urlsplit(self.how.links_url)
        target = links.hostname or ""
        if _is_own_address(target):
            yield Progress((Finding("no-public-name", "wrong"),), False, done=True)
            return
        authority = self.authority if links.scheme == "https" else ""
        seen = see(self.names, host, target, authority)
        yield Progress(seen.findings, seen.leads_here or seen.proxied, done=not seen.addresses)
        if seen.addresses:
            reached = reach(host, seen.addresses, self.how)
            findings = _without_idle_warnings((*seen.findings, *reached))
            yield Progress(findings, seen.leads_here or seen.proxied, done=True)


MakeChecker = Callable[[], Checker]


def checker_of(environment: Environment) -> Checker:
    """As the operator's settings have it. Raises BadDnsServers."""
    token = installation_token(load_keys(environment.keys_dir).click)
    return Checker(
        names=Names(environment.dns_servers),
        how=Reach(environment.links_url, token, environment.check_private_hosts),
        authority=environment.certificate_authority,
    )


def _without_idle_warnings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """A certificate that is there and valid shows that whoever issued it was allowed to."""
    if not any(finding.code == "certificate-valid" for finding in findings):
        return findings
    return tuple(finding for finding in findings if finding.code != "caa-forbids")


def _is_own_address(target: str) -> bool:
    """Whether the shared links have no name that a DNS record could lead to."""
    if target in ("", "localhost"):
        return True
    try:
        return bool(ip_address(target))
    except ValueError:
        return False
