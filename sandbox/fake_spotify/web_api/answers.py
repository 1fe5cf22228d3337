"""How the Web API answers: JSON, and its refusals.

Source: developer.spotify.com/documentation/web-api/concepts/api-calls (status codes, error object)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = dict[str, object]


class ApiError(Exception):
    """A refusal. `as_text`: the bare message, without JSON around it, as some refusals come."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        reason: str | None = None,
        as_text: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.as_text = as_text
        self.headers = headers or {}

    def response(self) -> web.Response:
        if self.as_text:
            return web.Response(status=self.status, text=self.message, headers=self.headers)
        error: Json = {"status": self.status, "message": self.message}
        if self.reason:
            error["reason"] = self.reason  # source: .../references/changes/july-2026
        return web.json_response({"error": error}, status=self.status, headers=self.headers)


MESSAGES = {403: "Forbidden", 404: "Resource not found"}  # what is said most often with a status


def not_found() -> ApiError:
    return ApiError(404, MESSAGES[404])


def forbidden() -> ApiError:
    """A removed endpoint, or the contents of somebody else's playlist."""
    return ApiError(403, MESSAGES[403])


def invalid_id() -> ApiError:
    return ApiError(400, "invalid id")
