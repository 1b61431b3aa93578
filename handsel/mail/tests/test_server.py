import pytest

from handsel.mail.server import Server, SmtpUrlMalformed, server_of


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtp://ada:p%40ss@mail.example",
            Server("mail.example", 587, "ada", "p@ss", "starttls"),
        ),
        ("smtps://mail.example", Server("mail.example", 465, "", "", "tls")),
        ("smtp://localhost:1025", Server("localhost", 1025, "", "", "off")),
        ("smtp://localhost:1025?tls=on", Server("localhost", 1025, "", "", "starttls")),
        ("smtp://relay.example:25?tls=off", Server("relay.example", 25, "", "", "off")),
    ],
)
def test_an_address_says_host_and_encryption(url: str, server: Server) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize(
    "url", ["mail.example", "http://ada:secret@x", "smtp://", "smtp://x:port", "smtp://x?tls=maybe"]
)
def test_another_text_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SmtpUrlMalformed) as refusal:
        server_of(url)
    assert "secret" not in str(refusal.value)
