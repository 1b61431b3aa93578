import pytest

from handsel.clicks.agents import Agent, agent_of

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {WEBKIT}"
ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {BLINK}"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK}"

PEOPLE = [
    (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", ("phone", "Safari", "iOS")),
    (f"{IPHONE} CriOS/144.0.7559.53 Mobile/15E148 Safari/604.1", ("phone", "Chrome", "iOS")),
    (f"{IPHONE} Mobile/15E148 Instagram 340.0.0", ("phone", "Instagram", "iOS")),
    (f"{ANDROID} Chrome/144.0.0.0 Mobile Safari/537.36", ("phone", "Chrome", "Android")),
    (f"{ANDROID} Chrome/144.0.0.0 Safari/537.36", ("tablet", "Chrome", "Android")),
    (
        f"{ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        ("phone", "Samsung Internet", "Android"),
    ),
    (f"{WINDOWS} Chrome/144.0.0.0 Safari/537.36", ("computer", "Chrome", "Windows")),
    (f"{WINDOWS} Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0", ("computer", "Edge", "Windows")),
    (
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.1 Safari/605.1.15",
        ("computer", "Safari", "macOS"),
    ),
    (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
        ("computer", "Firefox", "Linux"),
    ),
    (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/131.0.0.0 Safari/537.36",
        ("computer", "Chrome", "Chrome OS"),
    ),
    (
        f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {WEBKIT} Version/16.6 Mobile/15E148",
        ("tablet", "Safari", "iOS"),
    ),
    (
        f"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) {BLINK} Version/6.0 TV Safari/537.36",
        ("unknown", "Safari", "Tizen"),
    ),
]


@pytest.mark.parametrize(("ua", "seen"), PEOPLE)
def test_a_persons_browser_is_known_by_its_family(ua: str, seen: tuple[str, str, str]) -> None:
    assert agent_of(ua) == Agent(*seen, bot="")


def test_a_program_has_a_name_and_no_browser() -> None:
    named = agent_of(f"{ANDROID} Chrome/144.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)")

    assert named[:3] == ("bot", "", "")
    assert "Googlebot" in named.bot


def test_what_is_kept_of_a_browser_fits_its_column() -> None:
    odd = agent_of(f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} {'Browser' * 60}/1.0 Safari/537.36")

    assert len(odd.browser) <= 40
