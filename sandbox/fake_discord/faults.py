"""Failing on demand: REST calls that are refused, limited or cut, and a gateway that misbehaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sandbox.fake_discord.gateway import Gateway
    from sandbox.fake_discord.wire import Payload


@dataclass(slots=True)
class Fault:
    """What happens to the next calls that match.

    match: method and path below /api/v10 with * and ?, e.g. "POST /interactions/*/callback" or "* /channels/*".
    kind: `status` answers with `status`; `rate_limit` with 429 and the headers of Discord (`via` False: as Cloudflare
    answers a banned address); `reset_before` and `reset_after` cut the connection before or after the call had effect.
    times: how many calls; None for all.
    """

    match: str
    kind: Literal["status", "rate_limit", "reset_before", "reset_after"] = "status"
    times: int | None = 1
    status: int = 500
    code: int = 0
    message: str = "The sandbox was told to fail."
    retry_after: float = 0.01
    via: bool = True
    everywhere: bool = False

    def hits(self, method: str, path: str) -> bool:
        return self.times != 0 and fnmatchcase(f"{method} {path}", self.match)

    def body(self) -> Payload:
        if self.kind == "rate_limit":
            return {
                "message": "You are being rate limited.",
                "retry_after": self.retry_after,
                "global": self.everywhere,
            }
        return {"message": self.message, "code": self.code}

    def headers(self) -> dict[str, str]:
        if self.kind != "rate_limit":
            return {}
        headers = {"Retry-After": str(self.retry_after), "X-RateLimit-Scope": "user"}
        return headers | ({"Via": "1.1 google"} if self.via else {})


@dataclass
class Faults:
    """What the sandbox is told to do wrong."""

    gateway: Gateway
    failing: bool = False  # every REST call is answered with 503
    _rest: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> Fault:
        self._rest.append(fault)
        return fault

    @property
    def waiting(self) -> list[Fault]:
        """The faults that may still hit a call."""
        return [each for each in self._rest if each.times != 0]

    def clear(self) -> None:
        """Be well again."""
        self._rest.clear()
        self.failing = False
        self.gateway.deaf = self.gateway.forgetful = self.gateway.refusing = False

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this call, used up once."""
        for fault in self._rest:
            if fault.hits(method, path):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return Fault("*", status=503) if self.failing else None

    async def close_gateway(self, code: int = 4000, *, shard: int | None = None) -> None:
        """shard, here and below: None means all of them."""
        await self.gateway.close(code, shard)

    def drop_gateway(self, *, shard: int | None = None) -> None:
        """Cut the TCP connection."""
        self.gateway.drop(shard)

    def ask_to_reconnect(self, *, shard: int | None = None) -> None:
        """Opcode 7."""
        self.gateway.send({"op": 7, "d": None}, shard)

    def invalidate_session(self, *, resumable: bool, shard: int | None = None) -> None:
        """Opcode 9. A session that cannot be resumed is forgotten."""
        self.gateway.send({"op": 9, "d": resumable}, shard)
        if not resumable:
            self.gateway.forget(shard)

    def ask_for_heartbeat(self) -> None:
        """Opcode 1."""
        self.gateway.send({"op": 1, "d": None})

    def forget_sessions(self) -> None:
        """Answer every attempt to resume with opcode 9."""
        self.gateway.forgetful = True

    def refuse_identifies(self) -> None:
        """Answer every IDENTIFY with opcode 9."""
        self.gateway.refusing = True

    def ignore_heartbeats(self) -> None:
        self.gateway.deaf = True
