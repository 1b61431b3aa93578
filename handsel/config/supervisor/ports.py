"""Whether a port can be had, asked before anything is started."""

import errno
import socket

from handsel.errors import DomainError


class PortTaken(DomainError):
    """Another program listens there, or the system keeps the port for itself."""


def ensure_free(host: str, port: int, use: str) -> None:
    """Raise PortTaken unless we could listen there; `use` says what for."""
    family, kind, _, _, address = _resolve(host, port)
    with socket.socket(family, kind) as probe:
        # Like the servers: connections that are only fading away are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            raise _refusal(host, port, use, error) from error


def _resolve(host: str, port: int) -> tuple[int, int, int, str, tuple[object, ...]]:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError) as error:
        raise PortTaken(
            f"{host}:{port} is no address to listen on.", remedy="Choose another: PORT=8100"
        ) from error


def _refusal(host: str, port: int, use: str, error: OSError) -> PortTaken:
    if error.errno == errno.EADDRINUSE:
        said = f"Port {port} ({use}) is taken by another program."
    elif error.errno == errno.EACCES:
        said = f"Port {port} ({use}) is kept for root."
    else:
        said = f"{host}:{port} ({use}) cannot be listened on: {error.strerror}."
    return PortTaken(said, remedy="Choose another: PORT=8100 (the links take the next one, 8101).")
