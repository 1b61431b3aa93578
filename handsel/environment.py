"""What the operator sets: every variable, its meaning and its default. See docs/settings.md."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Read from `HANDSEL_…` variables, once per process."""

    model_config = SettingsConfigDict(env_prefix="HANDSEL_", extra="ignore")

    data: Path = Field(
        Path("data"),
        description="Folder of everything that must survive: database, spools, keys, uploads.",
    )
    database_url: str = Field(
        "", description="PostgreSQL to use, as the application's role; empty: the embedded one."
    )
    database_owner_url: str = Field(
        "",
        description="As database_url, but as the owner of the tables, to migrate; empty: the same.",
    )
    port: int = Field(8000, description="Port of the web pages; tracking takes the next one.")
    host: str = Field("127.0.0.1", description="Address the servers listen on.")
    web_url: str = Field(
        "",
        description="Public address of the pages, as https://partners.shop.example; they answer to"
        " its name and to this machine's own.",
    )
    tracking_url: str = Field(
        "", description="Public address of the links, as https://go.shop.example."
    )
    trusted_proxies: str = Field(
        "", description="Networks whose X-Forwarded-For is believed, as 10.0.0.0/8,fd00::/8."
    )
    dns_servers: str = Field(
        "",
        description="DNS servers that checks of tracking domains ask, as 9.9.9.9,[2620:fe::fe]:53;"
        " empty: this machine's own.",
    )
    certificate_authority: str = Field(
        "letsencrypt.org",
        description="Who issues the certificates of tracking domains, as CAA records write it.",
    )
    check_private_hosts: bool = Field(
        False,
        description="Whether checks of tracking domains may connect to private addresses, as in an"
        " intranet or in tests.",
    )
    postback_private_hosts: bool = Field(
        False,
        description="Whether partners' postbacks may go to private addresses and any port, as in an"
        " intranet or in tests.",
    )
    api_requests_per_minute: int = Field(
        600, ge=1, description="Requests that one API key may make in any minute."
    )
    api_wrong_keys_per_minute: int = Field(
        30, ge=1, description="Wrong API keys that one network may try in any minute."
    )
    country_database: str = Field(
        "",
        description="Database that knows the countries of addresses, a file in MaxMind's format"
        " (MMDB); empty: the free one that came with Handsel.",
    )
    datacentre_ranges: str = Field(
        "",
        description="File of networks where servers stand, one per line, as 192.0.2.0/24; # begins"
        " a comment.",
    )
    click_days_kept: int = Field(
        400,
        ge=7,
        description="Days after which clicks are forgotten, but for their daily and hourly sums;"
        " 7 at least.",
    )
    smtp_url: str = Field(
        "",
        description="Mail server, as smtp://user:password@host:587; empty: letters stay here.",
    )
    mail_from: str = Field("Handsel <handsel@localhost>", description="Sender of letters.")
    log_format: str = Field("text", description="`text` for people, `json` for machines.")
    log_level: str = Field("INFO", description="Least level that is logged.")
    debug: bool = Field(False, description="Django's error pages. Never in production.")
    secret_key: str = Field(
        "", description="Signs sessions; empty: made once and kept in the data folder's keys."
    )

    @property
    def pages_url(self) -> str:
        return self.web_url.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def links_url(self) -> str:
        return self.tracking_url.rstrip("/") or f"http://127.0.0.1:{self.port + 1}"

    @property
    def keys_dir(self) -> Path:
        return self.data / "keys"

    @property
    def spool_dir(self) -> Path:
        return self.data / "spool"

    @property
    def replica_path(self) -> Path:
        return self.data / "tracking" / "links.sqlite"


@lru_cache
def environment() -> Environment:
    return Environment()
