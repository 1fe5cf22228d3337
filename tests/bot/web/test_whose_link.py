"""Whose link it is, told in what nobody can take: the unique username stands beside the name."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services.linking import LinkWay
from tests.bot.web.site import open_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.web.site import Site

MALLORY = "mallory_7"
LIKE_THE_VICTIM = {  # and what can be seen of it
    "Ada": "Ada",
    "Ada (@ada.l_1815)": "Ada (@ada.l_1815)",
    "@ada.l_1815": "@ada.l_1815",
    "Ada</bdi></strong> @ada.l_1815 <!--": "Ada</bdi></strong> @ada.l_1815 <!--",
    "Ada \u202e5181_l.ada@": "Ada 5181_l.ada@",
    "Ada\u2066\u2028@ada.l_1815": "Ada @ada.l_1815",
    "\u05d0\u05d3\u05d4 @ada.l_1815": "\u05d0\u05d3\u05d4 @ada.l_1815",
    "A" * 32: "A" * 32,
    "\u3164": MALLORY,
}


def isolated(page: str) -> list[str]:
    """What stands in the page in an isolation of its own, so that nothing around can be turned around by it."""
    return [unescape(text) for text in re.findall(r"<bdi>(.*?)</bdi>", page, re.DOTALL)]


@pytest.mark.parametrize("name", LIKE_THE_VICTIM, ids=ascii)
async def test_page(site: Site, name: str) -> None:
    """Whoever calls themselves like somebody else is told apart on our page by their username."""
    page = await site.browser().get(f"/link/{await site.desk.token(name=name, username=MALLORY)}")
    assert page.status == 200
    assert isolated(page.text)[:2] == [LIKE_THE_VICTIM[name], MALLORY]
    assert f"@<bdi>{MALLORY}</bdi>" in page.text
    assert "Names can be copied, usernames" in page.text


async def test_code(site: Site) -> None:
    """So are they on the page with the code."""
    browser = site.browser()
    await browser.come_back(await site.consented(browser))
    assert isolated((await browser.get("/linked")).text) == ["Ada", "ada.l_1815"]


@given(st.text(max_size=32), st.from_regex(r"[a-z0-9_.]{2,32}", fullmatch=True))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_name(site: Site, name: str, username: str) -> None:
    """No name hides the username or makes it look like another one."""
    page = await site.browser().get(f"/link/{await site.desk.token(name=name, username=username)}")
    assert [text.replace("\r\n", "\n") for text in isolated(page.text)][1:] == [username, f"@{username}"]


async def test_paste(tmp_path: Path) -> None:
    """Without our page the browser asks who began, before the address is copied anywhere."""
    async with open_site(tmp_path, ways={LinkWay.PASTE}, public_url="http://127.0.0.1:8080") as site:
        page = await site.browser().get("/callback?code=a&state=b", Host="127.0.0.1:8080")
    assert page.text.index("Did you start this link yourself, in this browser?") < page.text.index("<ol")
