"""A mail server for tests: takes letters on a port of its own, and refuses whom it is told to."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


class MailServer(socketserver.ThreadingTCPServer):
    """`refused` maps an address to the answer its RCPT gets, as in `550 No such mailbox`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refused: Mapping[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refused = dict(refused)
        self.taken: list[EmailMessage] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 test")
        for line in self.rfile:
            command = line.decode().strip()
            if command.upper() == "DATA":
                self.say("354 go on")
                self.take()
            elif command.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.answer(command))

    def answer(self, command: str) -> str:
        server = cast(MailServer, self.server)
        refusals = [said for address, said in server.refused.items() if f"<{address}>" in command]
        return refusals[0] if refusals and command.upper().startswith("RCPT") else "250 ok"

    def take(self) -> None:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        message = message_from_bytes(b"".join(lines), policy=default)
        cast(MailServer, self.server).taken.append(message)
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(refused: Mapping[str, str] | None = None) -> Iterator[MailServer]:
    with MailServer(refused or {}) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
