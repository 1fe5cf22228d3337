"""The pages a browser sees, in the current language: one template each; every value is escaped, none may be missing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.languages import Plural, current, translate, translate_plural

if TYPE_CHECKING:
    from datetime import datetime

HOURS: Final = Plural("{n:,} hour", "{n:,} hours")
MINUTES: Final = Plural("{n:,} minute", "{n:,} minutes")


@cache  # with the templates it has compiled
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.web"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's
        translate, translate_plural, newstyle=True
    )
    return environment


class Pages:
    def __init__(self) -> None:
        self._environment = _environment()
        self._style = files("bot.web").joinpath("static", "style.css").read_text("utf-8")

    def answer(self, name: str, *, status: int = 200, **values: object) -> web.Response:
        text = self._environment.get_template(f"{name}.html").render(values, language=current())
        headers = {hdrs.CONTENT_LANGUAGE: current(), hdrs.VARY: hdrs.ACCEPT_LANGUAGE}
        return web.Response(
            text=text, status=status, headers=headers, content_type="text/html", charset="utf-8"
        )

    def style(self) -> web.Response:
        return web.Response(text=self._style, content_type="text/css", charset="utf-8")

    def icon(self) -> web.Response:
        """The logo at the top of each page, as a separate image for the browser tab."""
        text = self._environment.get_template("mark.html").render()
        return web.Response(text=text, content_type="image/svg+xml", charset="utf-8")


def time_left(until: datetime, now: datetime) -> str:
    """'9 minutes', rounded up: seconds wouldn't help anyone."""
    minutes = max(1, -int(-(until - now).total_seconds() // 60))
    if minutes >= 120:
        return HOURS(-(-minutes // 60))
    return MINUTES(minutes)
