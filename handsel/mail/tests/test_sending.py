import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import connection
from django.utils.timezone import now

from handsel.environment import environment
from handsel.mail import services
from handsel.mail.models import Letter
from handsel.mail.services import claim, send_waiting
from handsel.mail.tests.smtp_server import MailServer, mail_server
from handsel.rows.scope import scope_of_nobody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]
UseServer = Callable[[str], None]


@pytest.fixture
def use_server(monkeypatch: pytest.MonkeyPatch) -> UseServer:
    def use(url: str) -> None:
        monkeypatch.setattr(environment(), "smtp_url", url)

    return use


@pytest.fixture
def post_office(use_server: UseServer) -> Iterator[MailServer]:
    with mail_server({"nobody@acme.example": "550 No such mailbox"}) as server:
        use_server(server.url)
        yield server


def write_to(*readers: str, subject: str = "Hello") -> None:
    send_mail(subject, "Text", None, list(readers))


def test_a_letter_goes_out_once(post_office: MailServer) -> None:
    write_to("ben@blog.example")

    assert [send_waiting(), send_waiting()] == [1, 0]
    taken = post_office.taken
    assert [(m["To"], m["Subject"], m.get_content().strip()) for m in taken] == [
        ("ben@blog.example", "Hello", "Text")
    ]
    assert Letter.objects.get().sent_at is not None


def test_its_message_id_is_the_letters_own(post_office: MailServer) -> None:
    write_to("ben@blog.example")
    send_waiting()

    assert Letter.objects.get().pk in post_office.taken[0]["Message-ID"]


def test_html_goes_along(post_office: MailServer) -> None:
    message = EmailMultiAlternatives("Hello", "Text", to=["ben@blog.example"])
    message.attach_alternative("<b>Text</b>", "text/html")
    message.send()
    send_waiting()

    html = post_office.taken[0].get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<b>Text</b>"


def test_a_refused_reader_does_not_hold_up_the_others(post_office: MailServer) -> None:
    write_to("nobody@acme.example", "ben@blog.example")

    assert send_waiting() == 1
    refused = Letter.objects.get(to="nobody@acme.example")
    assert refused.given_up_at is not None
    assert "No such mailbox" in refused.error


def test_a_reader_refused_for_now_is_tried_again(post_office: MailServer) -> None:
    post_office.refused["ben@blog.example"] = "451 Greylisted, come back later"
    write_to("ben@blog.example")
    send_waiting()

    letter = Letter.objects.get()
    assert letter.given_up_at is None
    assert now() < letter.due_at <= now() + timedelta(minutes=1)

    post_office.refused.clear()
    assert send_waiting() == 0
    Letter.objects.update(due_at=now())
    assert send_waiting() == 1
    assert Letter.objects.get().error == ""


def test_a_server_that_is_away_loses_nothing(use_server: UseServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_after:
        use_server(f"smtp://127.0.0.1:{closed_after.getsockname()[1]}")
    write_to("ben@blog.example")
    send_waiting()

    letter = Letter.objects.get()
    assert (letter.attempts, letter.sent_at, letter.given_up_at) == (1, None, None)
    assert "ConnectionRefusedError" in letter.error


def test_it_is_given_up_in_the_end(use_server: UseServer) -> None:
    use_server("smtp://127.0.0.1:1")
    write_to("ben@blog.example")
    Letter.objects.update(attempts=services.ATTEMPTS_MAX - 1)
    send_waiting()

    assert Letter.objects.get().given_up_at is not None


def test_without_a_server_letters_stay(use_server: UseServer) -> None:
    use_server("")
    write_to("ben@blog.example")

    assert send_waiting() == 0
    assert Letter.objects.get().attempts == 0


def test_what_is_claimed_is_not_claimed_again() -> None:
    write_to("ben@blog.example", "ada@acme.example")

    assert len(claim(1, at=now())) == 1
    assert len(claim(9, at=now())) == 1
    assert claim(9, at=now()) == []


def test_a_claim_whose_worker_died_runs_out(post_office: MailServer) -> None:
    write_to("ben@blog.example")
    claim(9, at=now() - services.CLAIM_HOLDS)

    assert send_waiting() == 1


def test_a_line_break_in_a_subject_does_not_reach_the_header(post_office: MailServer) -> None:
    write_to("ben@blog.example", subject="Hello\r\nBcc: eve@evil.example")
    send_waiting()

    assert post_office.taken[0]["Bcc"] is None
    assert post_office.taken[0]["Subject"] == "Hello Bcc: eve@evil.example"


def test_what_a_letter_cannot_carry_is_refused() -> None:
    message = EmailMultiAlternatives("Hello", "Text", to=["ben@blog.example"])
    message.attach("a.csv", "1,2")

    with pytest.raises(ValueError, match="attachments"):
        message.send()


def test_a_person_can_cause_letters_but_not_read_them() -> None:
    with scope_of_nobody():
        write_to("ben@blog.example")
        assert not Letter.objects.exists()
    assert Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_once_for_many_letters() -> None:
    write_to("ben@blog.example")
    write_to("ada@acme.example")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name FROM procrastinate_jobs"
            " WHERE status = 'todo' AND task_name = 'mail.send_now'"
        )
        assert cursor.fetchall() == [("mail.send_now",)]
