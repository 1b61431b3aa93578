"""Ten minutes with the demo, as the README's tour goes: from the overview to a checked statement.

The real commands, processes and a real Chromium, over a demo with one customer in twenty-four.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from playwright.sync_api import Browser, Page, expect, sync_playwright

from handsel.config.tests.newcomer import Installation, free_port
from handsel.demo.signins import password_of

pytestmark = pytest.mark.browser

THIN = "24"
SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
MANAGER, FINANCE, PARTNER = (
    "sigrid@marigold.example",
    "jon@marigold.example",
    "maren@paperlantern.example",
)


@pytest.fixture(scope="module")
def demo() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="handsel-demo-"))
    made = Installation(folder / "data", free_port())
    loaded = made.run("demo", "load", "--data", str(made.data), "--thin", THIN)
    assert loaded.returncode == 0, loaded.stderr
    assert MANAGER in loaded.stdout
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield opened
        opened.close()


def signed_in(browser: Browser, demo: Installation, email: str, *, phone: bool = False) -> Page:
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 1000}
    page = browser.new_context(viewport=size, locale="en", base_url=demo.url).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    page.goto("/auth/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password_of(1))
    page.locator("form button[type=submit].btn-primary").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    return page


def test_the_brand_looks_around_and_answers_somebody_who_waits(demo, browser):
    page = signed_in(browser, demo, MANAGER)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.locator(".chart canvas, .chart svg").first).to_be_visible()
    expect(page.get_by_text("Agrees with the ledger")).to_be_visible()

    # From a partner to the reason for one of its commissions.
    page.goto("/console/partners/?q=Paper+Lantern")
    page.locator("main tbody").get_by_role("link", name="Paper Lantern").first.click()
    expect(page.get_by_role("heading", name="Health")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Commissions").last.click()
    page.locator("main a.why").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Why")
    expect(page.get_by_text("Written in the ledger").first).to_be_visible()

    page.goto("/console/applications/")
    page.locator("main a[href*='/app_']").first.click()
    name = page.get_by_label("Name of the partner").input_value()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.get_by_role("button", name="Approve and invite").click()
    page.goto(f"/console/partners/?q={name}")
    expect(page.locator("main tbody").get_by_role("link", name=name)).to_be_visible()


def test_anybody_reads_the_program_page(demo, browser):
    page = browser.new_context(locale="en", base_url=demo.url).new_page()
    page.goto("/p/marigold/")

    expect(page.get_by_role("heading", name="What partners really earn")).to_be_visible()
    expect(page.get_by_role("heading", name="The terms in plain words")).to_be_visible()


def test_the_brand_sees_what_a_partner_sees_and_the_partner_is_told(demo, browser):
    page = signed_in(browser, demo, MANAGER)
    page.goto("/console/partners/?q=Paper+Lantern")
    page.locator("main tbody a[href*='/par_']").first.click()
    page.locator("summary", has_text="View as partner").click()
    page.get_by_label("Why do you look?").fill("To help with the first post.")
    page.get_by_role("button", name="View as partner").click()
    expect(page.get_by_text("You see what Paper Lantern sees")).to_be_visible()
    page.goto("/portal/earnings/payouts/account/")
    expect(page.locator("form[action*=change]")).to_have_count(0)
    page.goto("/portal/earnings/payouts/")
    expect(page.get_by_text("••••").first).to_be_visible()
    page.get_by_role("button", name="Leave").click()
    expect(page).to_have_url(re.compile("/console/"))

    phone = signed_in(browser, demo, PARTNER, phone=True)
    phone.goto("/portal/activity/")
    expect(phone.get_by_text("looked at").first).to_be_visible()


def test_the_partner_is_paid_and_checks_the_statement(demo, browser, tmp_path):
    travelled = demo.run("demo", "travel", "--data", str(demo.data))
    assert "commissions were approved on the way" in travelled.stdout

    page = signed_in(browser, demo, FINANCE)
    page.goto("/console/payouts/")
    page.get_by_role("button", name="Propose the batch").click()
    expect(page.get_by_text("Waiting for approval").first).to_be_visible()
    for _ in range(page.locator(".look-item").count()):
        clear = page.locator(".look-item").get_by_role("button", name="Clear").first
        if not clear.count():
            break
        clear.click()
        page.wait_for_load_state()
    page.locator("#decide").get_by_role("button", name="Approve").click()

    page.get_by_role("button", name="Make the SEPA").click()
    page.get_by_text("Another file of the same payouts").click()
    page.get_by_role("button", name="Make the CSV").click()
    sepa, table = (download(page, name, tmp_path) for name in ("SEPA", "CSV"))
    xmlschema.XMLSchema(SCHEMA).validate(sepa)
    assert len(table.read_text().splitlines()) > 2
    page.get_by_role("button", name="Mark all as paid").click()
    expect(page.get_by_text("Paid").first).to_be_visible()

    phone = signed_in(browser, demo, PARTNER, phone=True)
    phone.goto("/portal/earnings/payouts/")
    phone.locator("main ul.rows a.item").first.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Statement")
    with phone.expect_download() as downloaded:
        phone.get_by_role("link", name="Proof file").first.click()
    proof = tmp_path / "statement.json"
    downloaded.value.save_as(proof)
    assert demo.run("verify", str(proof)).returncode == 0
    content = json.loads(proof.read_bytes())
    content["statement"]["lines"][0]["amount_minor"] += 1
    proof.write_text(json.dumps(content))
    assert demo.run("verify", str(proof)).returncode != 0


def download(page: Page, rail: str, folder: Path) -> Path:
    with page.expect_download() as downloaded:
        page.get_by_role("link", name=f"Download {rail}").click()
    target = folder / downloaded.value.suggested_filename
    downloaded.value.save_as(target)
    return target
