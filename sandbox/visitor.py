"""Somebody's browser, reduced to what linking needs: it opens addresses, keeps cookies and submits forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

import aiohttp

if TYPE_CHECKING:
    from types import TracebackType

REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """What the browser shows: the address it ended at, the status, the page."""

    address: str
    status: int
    html: str

    @property
    def text(self) -> str:
        """The page without its tags, blanks folded."""
        body = re.sub(r"(?s)<(style|head)\b.*?</\1>", " ", self.html)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def heading(self) -> str:
        """The page's title, as it stands at its top."""
        found = re.search(r"(?s)<h1>(.*?)</h1>", self.html)
        return " ".join(unescape(found[1]).split()) if found else self.address

    @property
    def buttons(self) -> list[str]:
        """What can be pressed, by label."""
        return [button.label for form in _forms(self.html) for button in form.buttons]

    @property
    def digits(self) -> str:
        """The six digits of a page that shows some."""
        found = re.search(r"\b(\d{3})\s?(\d{3})\b", self.text)
        if found is None:
            raise LookupError(f"no six digits on {self.address}: {self.text[:300]}")
        return "".join(found.groups())


@dataclass(frozen=True, slots=True)
class _Button:
    label: str
    action: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class _Form:
    action: str
    fields: dict[str, str]
    buttons: list[_Button]


class Visitor:
    """`async with Visitor() as visitor`: one browser with its own cookies. language: what it asks pages to be in."""

    def __init__(self, language: str = "en") -> None:
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Accept-Language": language}
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def open(self, address: str) -> Shown:
        return await self._go("GET", address, None, None)

    def cookies(self) -> list[str]:
        """The values of all cookies held."""
        return [morsel.value for morsel in self._session.cookie_jar]

    def jar(self) -> list[str]:
        """All cookies held, as a browser sends them."""
        return [f"{morsel.key}={morsel.value}" for morsel in self._session.cookie_jar]

    async def submit(self, page: Shown, button: str, **fields: str) -> Shown:
        """Press the button that says `button` (or begins so) in the form that holds it."""
        for form in _forms(page.html):
            for found in form.buttons:
                if found.label.startswith(button):
                    data = form.fields | fields | ({found.name: found.value} if found.name else {})
                    parts = urlsplit(page.address)
                    origin = f"{parts.scheme}://{parts.netloc}"
                    return await self._go("POST", urljoin(page.address, found.action), data, origin)
        raise LookupError(f"no button {button!r} on {page.address}: {page.text[:300]}")

    async def _go(self, method: str, address: str, data: dict[str, str] | None, origin: str | None) -> Shown:
        for _ in range(REDIRECTS):
            headers = {"Origin": origin} if origin else {}
            async with self._session.request(
                method, address, data=data, headers=headers, allow_redirects=False
            ) as response:
                if response.status not in {301, 302, 303}:
                    return Shown(address, response.status, await response.text())
                address = urljoin(address, response.headers["Location"])
                method, data, origin = "GET", None, None
        raise LookupError(f"too many redirects at {urlsplit(address).path}")


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._button: dict[str, str] | None = None
        self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(found.get("action", ""), {}, []))
        elif self.forms and tag == "input" and "name" in found:
            if found.get("type") != "radio" or "checked" in found:
                self.forms[-1].fields[found["name"]] = found.get("value", "")
        elif self.forms and tag == "button":
            self._button, self._label = found, ""

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._label += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            form, button, label = self.forms[-1], self._button, " ".join(self._label.split())
            action = button.get("formaction") or form.action
            form.buttons.append(_Button(label, action, button.get("name", ""), button.get("value", "")))
            self._button = None


def _forms(html: str) -> list[_Form]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


async def consent(visitor: Visitor, address: str, person: str, *, button: str = "Agree") -> Shown:
    """Open our page, go on to Spotify, be `person` there and press the button; answers where that ends."""
    ours = await visitor.open(address)
    theirs = await visitor.submit(ours, "Continue")
    return await visitor.submit(theirs, button, person=person)
