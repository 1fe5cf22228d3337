"""The cookie that ties a link attempt to the browser that pressed Continue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web


class BrowserCookie:
    def __init__(self, *, https: bool) -> None:
        """https: False only on loopback, where browsers accept neither the __Host- prefix nor Secure."""
        self._name = "__Host-mixtape" if https else "mixtape"
        self._secure = https

    def of(self, request: web.Request) -> str | None:
        return request.cookies.get(self._name)

    def give(self, response: web.StreamResponse, value: str, max_age_s: int) -> None:
        """Lax, not Strict: the browser must send it when Spotify's page leads back to ours."""
        response.set_cookie(
            self._name, value, max_age=max_age_s, path="/", secure=self._secure, httponly=True, samesite="Lax"
        )

    def forget(self, response: web.StreamResponse) -> None:
        response.del_cookie(self._name, path="/", secure=self._secure, httponly=True, samesite="Lax")
