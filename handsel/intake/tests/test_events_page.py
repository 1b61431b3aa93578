"""docs/events.md: its examples are read, and what it claims about them is so."""

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handsel.errors import DomainError
from handsel.intake import envelopes, messages, services, signatures, understood
from handsel.intake.messages import MESSAGES, Order, read_message
from handsel.intake.signatures import SignatureExpired, SignatureWrong, check_signature, sign

PAGE = (Path(__file__).parents[3] / "docs" / "events.md").read_text()
SECTIONS = re.findall(r"^### (\w+)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (kind, json.loads(example))
    for kind, section in SECTIONS
    for example in re.findall(r"```json\n(.*?)```", section, re.DOTALL)
]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_every_example_is_a_message(kind: str, example: dict[str, object]) -> None:
    assert isinstance(read_message(kind, example), MESSAGES[kind])


def test_every_message_has_an_example() -> None:
    assert {kind for kind, _ in EXAMPLES} == set(MESSAGES)


def test_the_tax_is_shared_as_the_page_says() -> None:
    order = read_message("order", EXAMPLES[1][1])

    assert isinstance(order, Order)
    body = order.body("EUR")
    assert (body["lines"][0]["tax_minor"], body["shipping_tax_minor"]) == (2_400, 100)


def test_every_refusal_of_ours_is_on_the_page() -> None:
    modules = {envelopes, messages, services, signatures, understood}
    ours = {
        kind("").code
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, DomainError)
        and kind.__module__.startswith(module.__name__)
        and not kind.__name__.startswith("_")
    }

    assert ours <= set(re.findall(r"`([a-z-]+)`", PAGE))


SIGNED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_the_signature_on_the_page_is_right() -> None:
    [header] = re.findall(r"Handsel-Signature: (t=\d+,v1=[0-9a-f]{64})", PAGE)

    check_signature(["s3cret"], b"{}", header, SIGNED + timedelta(minutes=5))
    with pytest.raises(SignatureExpired):
        check_signature(["s3cret"], b"{}", header, SIGNED + timedelta(seconds=301))
    with pytest.raises(SignatureExpired):
        check_signature(["s3cret"], b"{}", header, SIGNED - timedelta(seconds=301))
    with pytest.raises(SignatureWrong):
        check_signature(["s3cret"], b"{ }", header, SIGNED)


def test_an_old_and_a_new_secret_may_sign_side_by_side() -> None:
    old, new = (sign(secret, b"{}", SIGNED) for secret in ("old", "new"))
    both = f"{old},{new.partition(',')[2]}"

    check_signature(["old"], b"{}", both, SIGNED)
    check_signature(["new"], b"{}", both, SIGNED)
    with pytest.raises(SignatureWrong):
        check_signature("other", b"{}", both, SIGNED)


@pytest.mark.skipif(not shutil.which("openssl"), reason="the example uses openssl")
def test_the_shell_example_signs_as_we_do(tmp_path: Path) -> None:
    [example] = re.findall(r"```sh\n(.*?)curl", PAGE, re.DOTALL)
    script = f'{example}\nprintf "%s\\n%s" "t=$t,v1=$v1" "$body"'
    answer = subprocess.run(
        ["/bin/sh", "-c", script],
        env={**os.environ, "SECRET": "s3cret"},
        check=True,
        capture_output=True,
        text=True,
    )
    header, body = answer.stdout.split("\n", 1)

    check_signature(["s3cret"], body.encode(), header, datetime.now(UTC))
