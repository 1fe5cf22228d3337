"""The pages a browser sees: one template each; every value is escaped, and a missing one is an error."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from datetime import datetime


class Pages:
    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._style = files("bot.web").joinpath("static", "style.css").read_text("utf-8")

    def answer(self, name: str, *, status: int = 200, **values: object) -> web.Response:
        text = self._environment.get_template(f"{name}.html").render(values)
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")

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
        return f"{-(-minutes // 60)} hours"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
