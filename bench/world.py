"""The installation that is measured: a folder, its PostgreSQL, a program, partners, links."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.processes import clean_environment, free_port

if TYPE_CHECKING:
    from handsel.config.supervisor.database import Urls
    from handsel.links.models import Link
    from handsel.programs.models import Program

HANDSEL = (sys.executable, "-m", "handsel.config.cli")
SHOP = "https://shop.example/"
PARTNERS = 50
LINKS = 5_000
# Where nothing is kept in memory only: a sync of tmpfs is free, and promises nothing.
DISK = Path("/var/tmp")
# Before every click of the orders.
BEGAN_AT = datetime.now(UTC) - timedelta(days=30)


@dataclass(frozen=True)
class World:
    """`folder` holds everything and goes at the end; `data` is Handsel's own."""

    folder: Path
    data: Path
    urls: "Urls"
    program: "Program"
    links: "list[Link]"
    api_key: str
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """For processes beside the database of this run."""
        return {
            "HANDSEL_DATA": str(self.data),
            "HANDSEL_PORT": str(self.port),
            "HANDSEL_DATABASE_URL": self.urls.app,
        }


@contextmanager
def scratch_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="handsel-bench-", dir=DISK if DISK.is_dir() else None))
    # PostgreSQL's user has to pass through it.
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def prepared(folder: Path) -> Iterator[World]:
    """A fresh installation with its embedded PostgreSQL, durable as in production. The servers of
    Handsel do not run; this process uses Django as the worker does."""
    data = folder / "data"
    _forget_settings()
    from handsel.config.supervisor.database import database
    from handsel.environment import Environment

    with database(Environment(data=data)) as urls:
        _migrate(data, urls)
        _use(data, urls)
        world = _peopled(folder, data, urls)
        try:
            yield world
        finally:
            from django.db import connection

            connection.close()


def _forget_settings() -> None:
    for name in os.environ.keys() - clean_environment().keys():
        del os.environ[name]


def _migrate(data: Path, urls: "Urls") -> None:
    owner = {"HANDSEL_DATABASE_URL": urls.app, "HANDSEL_DATABASE_OWNER_URL": urls.owner}
    subprocess.run(
        [*HANDSEL, "migrate", "--data", str(data)],
        env={**clean_environment(), **owner},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _use(data: Path, urls: "Urls") -> None:
    os.environ |= {
        "HANDSEL_DATA": str(data),
        "HANDSEL_DATABASE_URL": urls.app,
        "HANDSEL_SCOPE": "system",
        "HANDSEL_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
    }
    from handsel.environment import environment

    environment.cache_clear()
    import django

    django.setup()


def _peopled(folder: Path, data: Path, urls: "Urls") -> World:
    """Ada's program with its partners and links, and a key for her shop."""
    from handsel.engine.terms import Hold, Percent, Terms
    from handsel.links.joining import add_partner
    from handsel.organizations.models import ApiKey, Installation, Member, Organization, User
    from handsel.organizations.services import create_api_key
    from handsel.programs.services import create_program

    Installation.objects.update_or_create(pk=1)
    acme = Organization.objects.create(name="Acme", site_url=SHOP)
    user = User.objects.create_user(email="ada@acme.example", name="Ada")
    ada = Member.objects.create(organization=acme, user=user, role=Member.Role.OWNER)
    terms = Terms(currency="EUR", pay=(Percent(rate_ppm=80_000),), hold=Hold(days=14))
    program = create_program(acme, name="Acme Friends", site_url=SHOP, terms=terms, actor=ada)
    partners = [
        add_partner(
            program, name=f"Partner {n}", slug=f"partner-{n}", actor=ada, valid_from=BEGAN_AT
        )
        for n in range(PARTNERS)
    ]
    _, key = create_api_key(ada, name="Shop", scopes=list(ApiKey.Scope.values))
    links = _links([partnership.links.get() for partnership in partners])
    return World(folder, data, urls, program, links, key, free_port())


def _links(first: "list[Link]") -> "list[Link]":
    """Many more links of the same partnerships."""
    from handsel.links.models import Link

    Link.objects.bulk_create(
        Link(
            brand_id=one.brand_id,
            partner_id=one.partner_id,
            program_id=one.program_id,
            partnership_id=one.partnership_id,
            slug=f"{one.slug}-{n}",
            url=f"{SHOP}page/{n}?from=partner#top",
        )
        for n in range(LINKS // PARTNERS)
        for one in first
    )
    return list(Link.objects.order_by("number"))


def elsewhere(world: World, name: str) -> World:
    """The same database with another folder for spools and keys, on another port."""
    data = world.folder / name
    data.mkdir()
    return replace(world, data=data, port=free_port())
