"""What we write into the embedded server's folder: `handsel.conf` and `pg_hba.conf`."""

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

SOCKET_PATH_BYTES_MAX = 107
SOCKET_PORT = 5432

HBA = """\
# Written by Handsel at every start.
local all all scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True)
class Address:
    """Where the server listens: a socket's folder, or 127.0.0.1, and a port."""

    host: str
    port: int

    @property
    def is_socket(self) -> bool:
        return self.host.startswith("/")


def choose_address(run: Path) -> Address:
    """A Unix socket in `run` where its path fits the kernel's limit, else a free loopback port."""
    if len(bytes(run / f".s.PGSQL.{SOCKET_PORT}")) < SOCKET_PATH_BYTES_MAX:
        return Address(str(run), SOCKET_PORT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Address("127.0.0.1", probe.getsockname()[1])


def settings(address: Address, *, durable: bool) -> str:
    """`handsel.conf`: sized for a small machine, durable unless it only serves tests."""
    values = {
        "listen_addresses": "" if address.is_socket else address.host,
        "port": address.port,
        "unix_socket_directories": address.host if address.is_socket else "",
        "unix_socket_permissions": "0700",
        "max_connections": 100,
        "password_encryption": "scram-sha-256",
        "shared_buffers": "128MB",
        "effective_cache_size": "512MB",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "max_wal_size": "1GB",
        # Containers often get 64 MB of /dev/shm, too little for a parallel query.
        "dynamic_shared_memory_type": "posix" if _has_room("/dev/shm") else "mmap",  # noqa: S108
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_destination": "stderr",
        "logging_collector": "off",
        "log_line_prefix": "",
        "log_checkpoints": "off",
        # DETAIL lines and statements quote rows, and rows hold people.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "lc_messages": "C",
        "fsync": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
    }
    quoted = {name: str(value).replace("'", "''") for name, value in values.items()}
    lines = [f"{name} = '{value}'" for name, value in quoted.items()]
    return "# Written by Handsel at every start.\n" + "\n".join(lines) + "\n"


def _has_room(path: str, mib_min: int = 256) -> bool:
    try:
        return shutil.disk_usage(path).total >= mib_min * 1024 * 1024
    except OSError:
        return False
