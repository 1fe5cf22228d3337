"""The door of the interface: for this machine and our own page only, never for a website that is open elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from sandbox.control.answers import BadRequestError, answer
from sandbox.fake_discord import DriverError, NothingCameError
from sandbox.fake_spotify import AuthorizeError
from sandbox.saving import WorldFileError
from sandbox.world import BotStartError, BusyError

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
LOOKING = frozenset({"GET", "HEAD"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn strangers away, and turn every failure into JSON with one sentence."""
    refused = _refusal(request)
    if refused is not None:
        status, reason = refused
        return answer({"error": reason}, status=status)
    try:
        return await handler(request)
    except web.HTTPException as error:
        status, reason = error.status, f"{request.path}: {error.reason}"
    except BusyError as error:
        status, reason = 409, str(error)
    except BotStartError as error:
        status, reason = 500, str(error)
    except NothingCameError as error:
        status, reason = 504, str(error)
    except RecursionError:
        status, reason = 400, "what was sent is nested too deeply"
    except LookupError as error:
        status, reason = 400, str(error.args[0] if error.args else error)
    except (
        BadRequestError,
        DriverError,
        AuthorizeError,
        WorldFileError,
        msgspec.MsgspecError,
        ValueError,
    ) as error:
        status, reason = 400, str(error)
    return answer({"error": reason}, status=status)


def _refusal(request: web.Request) -> tuple[int, str] | None:
    """A website cannot choose the Host or the Origin its visitor's browser sends, nor send JSON unasked."""
    if _name(request.host) not in LOOPBACK:
        return 421, "this interface is for this machine only"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return 403, "this interface is for its own page only"
    changing = request.method not in LOOKING | {"DELETE"}  # no form can send DELETE
    if (changing or request.body_exists) and request.content_type != "application/json":
        return 415, "send JSON, with the header Content-Type: application/json"
    return None


def _name(host: str) -> str:
    """Host without its port: `[::1]:8700` is `[::1]`."""
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """On everything that leaves, pages and answers alike."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
