"""The pages a person sees in the browser: consent, and what is wrong with the request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from sandbox.fake_spotify.authorizing import Asked
    from sandbox.fake_spotify.state import State

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
# No form-action: the form's answer sends the browser on to the app, wherever that is.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def consent(asked: Asked, state: State, address: str) -> web.Response:
    """`address`: where the form goes, the same address with its query."""
    switches = state.switches
    return _page(
        "consent.html",
        200,
        app_name=state.app.name,
        wishes=asked.wishes,
        people=list(state.people.values()),
        outsiders=set() if switches.extended else set(state.people) - switches.allowlist,
        address=address,
    )


def problem(text: str) -> web.Response:
    return _page("problem.html", 400, problem=text)


def _page(template: str, status: int, **values: object) -> web.Response:
    html = _templates.get_template(template).render(values)
    return web.Response(status=status, text=html, content_type="text/html", headers=_HEADERS)
