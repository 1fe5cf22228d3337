"""Every REST call passes here: noted, authenticated, perhaps made to fail, judged, refused in Discord's words."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_discord.state import Call
from sandbox.fake_discord.uploads import receive, received
from sandbox.fake_discord.wire import Refusal, json_answer, refuse_if

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from sandbox.fake_discord.faults import Faults
    from sandbox.fake_discord.oracle import Oracle
    from sandbox.fake_discord.state import State

_log = logging.getLogger(__name__)
PREFIX = "/api/v10"
# Interaction callbacks and webhooks carry their token in the path; discord.py sends no Authorization there.
_WITHOUT_TOKEN = ("/interactions/", "/webhooks/")


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """aiohttp middleware round the routes of the API."""

    state: State
    faults: Faults
    oracle: Oracle | None

    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(PREFIX):
            return await handler(request)
        path, begun = request.path.removeprefix(PREFIX), time.monotonic()
        fault = self.faults.take(request.method, path)
        if fault is not None and fault.kind in {"status", "rate_limit"}:
            response: web.StreamResponse = json_answer(
                fault.body(), 429 if fault.kind == "rate_limit" else fault.status
            )
            response.headers.update(fault.headers())
        elif fault is not None and fault.kind == "reset_before":
            return self._cut(request, path, begun)
        else:
            response = await self._answer(request, handler, path)
            if fault is not None:
                return self._cut(request, path, begun)
        self._note(request, path, response.status, begun)
        return response

    async def _answer(self, request: web.Request, handler: Handler, path: str) -> web.StreamResponse:
        try:
            body = await receive(request)
            self._authenticate(request, path)
            if self.oracle is not None and body is not None:
                findings = self.oracle.request(request.method, path, body)
                refuse_if(findings)
            response = await handler(request)
        except Refusal as refusal:
            if refusal.code == 50035:
                for finding in refusal.findings:
                    self.state.problems.append(f"{request.method} {path}: {finding}")
            return json_answer(refusal.body(), refusal.status)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            self.state.problems.append(f"{request.method} {path}: the fake has no such route")
            return json_answer({"message": "404: Not Found", "code": 0}, 404)
        except Exception:  # noqa: BLE001 - a mistake of the fake is noted for whoever reads the test; the bot still gets an answer
            _log.exception("the fake could not answer %s %s", request.method, path)
            self.state.flaws.append(f"{request.method} {path}: the fake failed, see the log")
            return json_answer({"message": "500: Internal Server Error", "code": 0}, 500)
        self._judge(request, path, response)
        return response

    def _authenticate(self, request: web.Request, path: str) -> None:
        if path.startswith(_WITHOUT_TOKEN):
            return
        if request.headers.get("Authorization") != f"Bot {self.state.token}":
            raise Refusal(401, 0, "401: Unauthorized")

    def _judge(self, request: web.Request, path: str, response: web.StreamResponse) -> None:
        if self.oracle is None or not isinstance(response, web.Response) or not response.body:
            return
        answer = json.loads(response.text or "null")
        for finding in self.oracle.response(request.method, path, response.status, answer):
            self.state.flaws.append(f"{request.method} {path} -> {response.status}: {finding}")

    def _cut(self, request: web.Request, path: str, begun: float) -> web.Response:
        """End the connection without an answer; what is returned here finds nobody."""
        self._note(request, path, 0, begun)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _note(self, request: web.Request, path: str, status: int, begun: float) -> None:
        took_ms = (time.monotonic() - begun) * 1000
        call = Call(request.method, path, status, self.state.clock.now(), received(request), took_ms)
        self.state.calls.append(call)
        self.state.changes.ring()
