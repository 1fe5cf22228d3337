"""Each page speaks the browser's language, unless the operator fixed one."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from bot.languages import FOLDER, command_text
from bot.services.linking import LinkWay
from bot.spotify.errors import SpotifyUnavailableError
from tests.bot.link_desk import REDIRECT_PATH
from tests.bot.web.site import open_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bot.web.site import Page, Site

GERMAN = {"Accept-Language": "de-AT, de;q=0.9, en;q=0.5"}
HOSTILE = ["<script>alert(1)</script>", "%(left)s %s %", "{left} {0}", '"><img src=x onerror=alert(1)>']


def language_of(page: Page) -> tuple[str, str]:
    """As the page and as its header have it; they are the same page for one language only."""
    assert page.headers["Vary"] == "Accept-Language"
    found = re.search(r'<html lang="([^"]*)">', page.text)
    assert found is not None
    return found[1], page.headers["Content-Language"]


async def test_german(site: Site) -> None:
    """Page, code and what is in them are German for a German browser."""
    browser = site.browser()
    path = f"/link/{await site.desk.token()}"
    page = await browser.get(path, **GERMAN)
    assert (page.status, language_of(page)) == (200, ("de", "de"))
    assert "Dein Passwort sieht er nie." in page.text
    assert "<li>Deine privaten Playlists ergänzen und ändern</li>" in page.text
    assert "läuft in 10 Minuten ab, um <time" in page.text
    assert [*re.findall(r"<button[^>]*>(\w+)<", page.text)] == ["Weiter", "Abbrechen"]
    onwards = await browser.press(path)
    await browser.come_back(site.desk.spotify.consent(onwards.headers["Location"]))
    page = await browser.get("/linked", **GERMAN)
    assert language_of(page) == ("de", "de")
    assert "Dort bist du <strong><bdi>Ada</bdi></strong> (@<bdi>ada.l_1815</bdi>)." in page.text


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/nothing", 404, "Mit /verknüpfen in Discord verknüpfst du dein Spotify-Konto."),
        ("/linked", 410, "Dieser Link ist abgelaufen"),
        (REDIRECT_PATH, 403, "Diese Antwort gehört nicht zu deinem Link"),
    ],
)
async def test_failures(site: Site, path: str, status: int, sentence: str) -> None:
    """So are failures, of every kind."""
    page = await site.browser().get(path, **GERMAN)
    assert (page.status, language_of(page)) == (status, ("de", "de"))
    assert sentence in page.text


async def test_surprise(site: Site) -> None:
    """The same failure is told to each in their own language, whoever met it first."""
    for headers, sentence in ((GERMAN, "gib der Person hinter diesem Bot"), ({}, "give the person who runs")):
        site.desk.spotify.refusals["exchange"] = RuntimeError("a bug")
        browser = site.browser()
        answer = await site.consented(browser)
        page = await browser.get(f"{REDIRECT_PATH}?{answer.query}", **headers)
        assert page.status == 500
        assert sentence in page.text
    for headers, sentence in ((GERMAN, "Spotify antwortet nicht"), ({}, "Spotify isn't responding")):
        site.desk.spotify.refusals["exchange"] = SpotifyUnavailableError()
        browser = site.browser()
        answer = await site.consented(browser)
        page = await browser.get(f"{REDIRECT_PATH}?{answer.query}", **headers)
        assert sentence in unescape(page.text)


@pytest.mark.parametrize(
    "asked", ["", "xx", "en-GB, de;q=0.9", "de;q=0", "*", "../de", "é", "q=;;,,;q=", "x," * 2000]
)
async def test_english(site: Site, asked: str) -> None:
    """A language we do not have, and what is none, is answered in English."""
    page = await site.browser().get(f"/link/{await site.desk.token()}", **{"Accept-Language": asked})
    assert (page.status, language_of(page)) == (200, ("en", "en"))
    assert "It never sees your password." in page.text


async def test_each_request_its_own(site: Site) -> None:
    """One connection brings requests in different languages."""
    browser = site.browser()
    for headers, language in ((GERMAN, "de"), ({}, "en"), (GERMAN, "de")):
        assert language_of(await browser.get("/nothing", **headers)) == (language, language)


@pytest.mark.parametrize(("fixed", "asked"), [("de", "en"), ("en", "de")])
async def test_operators_language(tmp_path: Path, fixed: str, asked: str) -> None:
    """What the operator fixed holds for every browser."""
    async with open_site(tmp_path, language=fixed) as site:
        page = await site.browser().get("/nothing", **{"Accept-Language": asked})
        assert language_of(page) == (fixed, fixed)


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_name(site: Site, name: str) -> None:
    """A name is shown as text in the middle of a translated sentence, too, and fills nothing in."""
    browser = site.browser()
    path = f"/link/{await site.desk.token(name=name, username=name)}"
    onwards = await browser.press(path)
    pages = [await browser.get(path, **GERMAN)]
    await browser.come_back(site.desk.spotify.consent(onwards.headers["Location"]))
    pages.append(await browser.get("/linked", **GERMAN))
    for page, shown in zip(pages, ([name, name, f"@{name}"], [name, name]), strict=True):
        assert (page.status, language_of(page)) == (200, ("de", "de"))
        assert [unescape(text) for text in re.findall(r"<bdi>(.*?)</bdi>", page.text)] == shown
        assert "<script" not in page.text
        assert "<img" not in page.text


async def test_hostile_reason(site: Site) -> None:
    """So is Spotify's word for an error."""
    browser = site.browser()
    onwards = await browser.press(f"/link/{await site.desk.token()}")
    refused = site.desk.spotify.refuse(onwards.headers["Location"], "<b onclick=x>{wait}")
    page = await browser.get(f"{REDIRECT_PATH}?{refused.query}", **GERMAN)
    assert "Spotify hat mit „&lt;b onclick=x&gt;{wait}“ abgelehnt." in page.text


async def test_paste(tmp_path: Path) -> None:
    """The page whose address is copied is German for a German browser, too."""
    async with open_site(tmp_path, ways={LinkWay.PASTE}) as site:
        page = await site.browser().get(f"{REDIRECT_PATH}?code=a&state=b", **GERMAN)
    assert language_of(page) == ("de", "de")
    assert "<strong>Adresse einfügen</strong>" in page.text


def texts_of_pages(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        for message in read_po(file, locale=path.stem):
            if any(place.startswith("bot/web/") for place, _ in message.locations):
                forms = [message.id, message.string]
                yield from zip(*([form] if isinstance(form, str) else form for form in forms), strict=True)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.stem)
def test_catalogues(path: Path) -> None:
    """A translation has the same markup and values, and calls commands what its readers see in Discord."""
    texts = [*texts_of_pages(path)]
    assert texts
    for english, translated in texts:
        for parts in (r"</?\w+>", r"%\(\w+\)s|%"):
            assert sorted(re.findall(parts, translated)) == sorted(re.findall(parts, english)), english
        commands = [
            command_text(name, "command", path.stem) or name
            for name in re.findall(r"(?<![\w<])/(\w+)", english)
        ]
        assert re.findall(r"(?<![\w<])/(\w+)", translated) == commands, english
