"""Linking as browsers see it: pages, cookies, Spotify's answer, the code, and words for whatever fails."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot import errors as ours
from bot.services.linking import PLAYLIST_SCOPES, LinkWay
from bot.services.scopes import in_words
from bot.spotify import errors as spotify
from bot.web.callback import words_for
from bot.web.pages import time_left
from tests.bot.link_desk import ACCOUNTS_URL, ADA, GRACE, REDIRECT_PATH, Answer, Time
from tests.bot.web.site import open_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.web.site import Browser, Page, Site

CODE = re.compile(r'class="code"><span>(\d{3})</span><span>(\d{3})</span>')
NOW = Time().now()


def digits_on(page: Page) -> str:
    found = CODE.search(page.text)
    assert found is not None
    return found[1] + found[2]


async def all_the_way(site: Site, browser: Browser) -> str:
    back = await browser.come_back(await site.consented(browser))
    assert (back.status, back.headers["Location"]) == (303, "/linked")
    return digits_on(await browser.get("/linked"))


async def test_whole_way(site: Site) -> None:
    """The page leads to Spotify, Spotify back to us, and the code shown then links the account."""
    digits = await all_the_way(site, site.browser())
    assert (await site.desk.linking.confirm(ADA, digits)).account.member_id == ADA


async def test_page_says_what_happens(site: Site) -> None:
    """The page names the Discord account and each ability, warns, and offers both ways on."""
    page = await site.browser().get(f"/link/{await site.desk.token(name='Ada')}")
    assert "<bdi>Ada</bdi>" in page.text
    for words in in_words(PLAYLIST_SCOPES):
        assert f"<li>{words.capitalize()}</li>" in page.text
    assert "If someone sent you this link, close this page" in page.text
    assert [*re.findall(r"<button[^>]*>(\w+)<", page.text)] == ["Continue", "Cancel"]
    assert "10 minutes" in page.text
    assert "12:10 UTC" in page.text


async def test_page_changes_nothing(site: Site) -> None:
    """GET and HEAD, from whomever, leave the attempt as it was and set no cookie."""
    path = f"/link/{await site.desk.token()}"
    for method in ("GET", "HEAD", "GET"):
        page = await site.browser().send(method, path)
        assert page.status == 200
        assert "Set-Cookie" not in page.headers
    attempt = await site.desk.stores.attempts.of_member(ADA, site.desk.time.now())
    assert attempt is not None
    assert attempt.version == 0


async def test_continue(site: Site) -> None:
    """Continue sets the cookie as strictly as browsers allow and leads to Spotify by 303."""
    page = await site.browser().press(f"/link/{await site.desk.token()}")
    assert page.status == 303
    assert page.headers["Location"].startswith(f"{ACCOUNTS_URL}/authorize?")
    name, *attributes = page.headers["Set-Cookie"].split("; ")
    assert re.fullmatch(r"__Host-mixtape=[A-Za-z0-9_-]{43}", name)
    assert set(attributes) == {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=599"}


async def test_cookie_on_loopback(tmp_path: Path) -> None:
    """Over http on loopback the cookie has neither prefix nor Secure, which browsers would refuse."""
    async with open_site(tmp_path, public_url="http://127.0.0.1:8080") as site:
        browser = site.browser()
        page = await browser.send(
            "POST",
            f"/link/{await site.desk.token()}",
            {"Host": "127.0.0.1:8080", "Origin": "http://127.0.0.1:8080"},
        )
        assert page.status == 303
        assert page.headers["Set-Cookie"].startswith("mixtape=")
        assert "Secure" not in page.headers["Set-Cookie"]


async def test_second_browser(site: Site) -> None:
    """After one browser went on, another one is refused on the page and on Continue; the first may go again."""
    first, second = site.browser(), site.browser()
    path = f"/link/{await site.desk.token()}"
    await first.press(path)
    for page in (await second.get(path), await second.press(path)):
        assert page.status == 409
        assert "another browser" in page.text
    assert (await first.get(path)).status == 200
    assert (await first.press(path)).status == 303


async def test_page_after_spotify(site: Site) -> None:
    """Going back to our page when Spotify has agreed leads to the code."""
    browser = site.browser()
    path = f"/link/{await site.desk.token()}"
    onwards = await browser.press(path)
    await browser.come_back(site.desk.spotify.consent(onwards.headers["Location"]))
    page = await browser.get(path)
    assert (page.status, page.headers["Location"]) == (303, "/linked")


async def test_two_jars(site: Site) -> None:
    """Neither Spotify's answer nor the code page works in a browser that did not press Continue."""
    ada, grace, stranger = site.browser(), site.browser(), site.browser()
    adas = await site.consented(ada)
    path = f"/link/{await site.desk.token(GRACE)}"
    graces = site.desk.spotify.consent((await grace.press(path)).headers["Location"])
    for browser, answer in ((ada, graces), (grace, adas), (stranger, adas)):
        page = await browser.come_back(answer)
        assert page.status == 403
        assert "belong to your link" in page.text
    assert site.desk.spotify.exchanges == 0
    assert (await ada.come_back(adas)).status == 303
    assert (await stranger.get("/linked")).status == 410
    assert (await grace.get("/linked")).status == 409


async def test_fifty_callbacks(site: Site) -> None:
    """Fifty identical callbacks: one exchange, and each leads to the code page."""
    browser = site.browser()
    answer = await site.consented(browser)
    pages = await asyncio.gather(*(browser.come_back(answer) for _ in range(30)))
    pages += await asyncio.gather(*(browser.come_back(answer) for _ in range(20)))
    assert {(page.status, page.headers["Location"]) for page in pages} == {(303, "/linked")}
    assert site.desk.spotify.exchanges == 1


async def test_field_twice(site: Site) -> None:
    """An answer that names a field twice is not Spotify's: it is refused, exchanges nothing, and ends nothing."""
    browser = site.browser()
    answer = await site.consented(browser)
    for extra in ("code=another", "state=another", "error=access_denied&error=x"):
        assert (await browser.get(f"{REDIRECT_PATH}?{answer.query}&{extra}")).status == 403
    assert site.desk.spotify.exchanges == 0
    assert (await browser.come_back(answer)).status == 303


async def test_waiting(site: Site) -> None:
    """While Spotify is not finished, the code page says so and looks again by itself."""
    browser = site.browser()
    await site.consented(browser)
    page = await browser.get("/linked")
    assert (page.status, page.headers["Refresh"]) == (409, "3")


async def test_cancel(site: Site) -> None:
    """Cancel erases the attempt and the cookie, and can be pressed twice."""
    browser = site.browser()
    path = f"/link/{await site.desk.token()}"
    await browser.press(path)
    for _ in range(2):
        page = await browser.press(f"{path}/cancel")
        assert page.status == 200
        assert "Nothing was linked" in page.text
    assert browser.cookies == {}
    assert (await browser.get(path)).status == 410


async def test_denied(site: Site) -> None:
    """A no on Spotify's page is told as that, and forgets the cookie."""
    browser = site.browser()
    onwards = await browser.press(f"/link/{await site.desk.token()}")
    page = await browser.come_back(site.desk.spotify.refuse(onwards.headers["Location"]))
    assert page.status == 403
    assert "You declined" in page.text
    assert browser.cookies == {}


async def test_not_on_the_user_list(site: Site) -> None:
    """Who is not on the app's user list is told exactly that, and what the operator has to do."""
    site.desk.spotify.refusals["me"] = spotify.SpotifyNotRegisteredError("may not be registered", status=403)
    browser = site.browser()
    page = await browser.come_back(await site.consented(browser))
    assert page.status == 403
    for words in (
        "user list",
        "email address of your Spotify account",
        "Users Management",
        "nothing was kept",
    ):
        assert words in page.text
    assert await site.desk.stores.attempts.of_member(ADA, site.desk.time.now()) is None


async def test_rate_limit_names_the_time(site: Site) -> None:
    """When Spotify tells us to wait, the page says how long."""
    until = site.desk.time.now() + timedelta(minutes=42)
    site.desk.spotify.refusals["exchange"] = spotify.SpotifyRateLimitedError(until)
    browser = site.browser()
    page = await browser.come_back(await site.consented(browser))
    assert page.status == 503
    assert "42 minutes" in page.text


async def test_failure_has_a_reference(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Trouble at Spotify has its own page, with a reference that the log has, too; a refusal has none."""
    site.desk.spotify.refusals["exchange"] = spotify.SpotifyUnavailableError("HTTP 503", status=503)
    browser = site.browser()
    page = await browser.come_back(await site.consented(browser))
    reference = re.search(r"Reference: ([0-9A-F]{6})", page.text)
    assert reference is not None
    [record] = [record for record in caplog.records if reference[1] in record.getMessage()]
    assert record.levelname == "WARNING"
    assert "SpotifyUnavailableError" in record.getMessage()
    assert "Reference" not in (await browser.get("/link/unknown")).text


async def test_surprise(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A bug gives a page with a reference, and the log has the reference with the traceback."""
    site.desk.spotify.refusals["me"] = RuntimeError("a bug")
    browser = site.browser()
    page = await browser.come_back(await site.consented(browser))
    assert page.status == 500
    reference = re.search(r"reference ([0-9A-F]{6})", page.text)
    assert reference is not None
    assert "a bug" not in page.text
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert reference[1] in record.getMessage()
    assert record.exc_info


async def test_paste_mode(tmp_path: Path) -> None:
    """Without a cookie, Spotify's answer becomes a page that asks to copy its address, and nothing is used up."""
    async with open_site(tmp_path, ways=set(LinkWay)) as site:
        stranger = site.browser()
        for answer in (Answer("s", "c"), Answer("s", error="access_denied"), Answer("<script>")):
            page = await stranger.come_back(answer)
            assert page.status == 200
            assert "s address</h1>" in page.text
        assert site.desk.spotify.exchanges == 0
        assert await all_the_way(site, site.browser())  # the page way works beside it


@pytest.mark.parametrize(
    "error",
    [
        ours.LinkExpiredError(),
        ours.LinkUsedError(),
        ours.LinkForgedError(),
        ours.LinkDeniedError("access_denied"),
        ours.LinkDeniedError("server_error"),
        ours.LinkNotFinishedError(),
        ours.AccountTakenError(),
        ours.StoreUnavailableError(),
        spotify.SpotifyError(),
        spotify.SpotifyUnavailableError(),
        spotify.SpotifyOutcomeUnknownError(),
        spotify.SpotifyRateLimitedError(NOW),
        spotify.SpotifyUnauthorizedError(),
        spotify.SpotifyForbiddenError(),
        spotify.SpotifyNotRegisteredError(),
        spotify.SpotifyOwnerPremiumError(),
        spotify.SpotifyScopeError(),
        spotify.SpotifyNotFoundError(),
        spotify.SpotifyRequestError(),
        spotify.SpotifyGrantError(),
        spotify.SpotifyCredentialsError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_words(error: ours.BotError | spotify.SpotifyError) -> None:
    """Each failure a page can meet says what happened, what was kept and what to do, in sentences."""
    words = words_for(error, NOW)
    assert words is not None
    assert words.status >= 400
    for sentence in (words.happened, words.kept, *words.steps):
        assert sentence[0].isupper()
        assert sentence.endswith((".", "!", "?"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (600, "10 minutes"),
        (541, "10 minutes"),
        (60, "1 minute"),
        (1, "1 minute"),
        (-5, "1 minute"),
        (7200, "2 hours"),
    ],
)
def test_time_left(seconds: float, words: str) -> None:
    """Rounded up, and never nothing."""
    assert time_left(NOW + timedelta(seconds=seconds), NOW) == words
