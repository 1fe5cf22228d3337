"""What goes over the wire: JSON bodies, and Discord's way of saying no."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# JSON objects of Discord's protocol. They stay dictionaries: the fake must carry fields nobody named in advance.
Payload: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: where in the body (keys and indices from the top) and what Discord says about it."""

    path: tuple[str | int, ...]
    message: str

    def below(self, *prefix: str | int) -> Finding:
        return Finding((*prefix, *self.path), self.message)

    def __str__(self) -> str:
        where = ".".join(str(step) for step in self.path)
        return f"{where}: {self.message}" if where else self.message


class Refusal(Exception):  # noqa: N818 - it is an answer, expected and sent, not an error of the fake
    """Discord refuses a call: HTTP status, its own code, its words.

    Source: docs.discord.com/developers/topics/opcodes-and-status-codes
    """

    def __init__(self, status: int, code: int, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.findings = tuple(findings)

    def body(self) -> Payload:
        answer: Payload = {"message": self.message, "code": self.code}
        if self.findings:
            answer["errors"] = _nested(self.findings)
        return answer


def invalid(*findings: Finding) -> Refusal:
    """A body that breaks rules."""
    return Refusal(400, 50035, "Invalid Form Body", findings)


def refuse_if(findings: Iterable[Finding]) -> None:
    """Refuse the body when there is anything to complain about."""
    found = tuple(findings)
    if found:
        raise invalid(*found)


def invalid_field(message: str, *path: str | int) -> Refusal:
    return invalid(Finding(path, message))


def unknown_interaction() -> Refusal:
    return Refusal(404, 10062, "Unknown interaction")


def already_acknowledged() -> Refusal:
    return Refusal(400, 40060, "Interaction has already been acknowledged.")


def unknown_webhook() -> Refusal:
    return Refusal(404, 10015, "Unknown Webhook")


def token_expired() -> Refusal:
    return Refusal(401, 50027, "Invalid Webhook Token")


def unknown_message() -> Refusal:
    return Refusal(404, 10008, "Unknown Message")


def unknown_channel() -> Refusal:
    return Refusal(404, 10003, "Unknown Channel")


def too_large() -> Refusal:
    return Refusal(413, 40005, "Request entity too large")


def missing_access() -> Refusal:
    return Refusal(403, 50001, "Missing Access")


def missing_permissions() -> Refusal:
    return Refusal(403, 50013, "Missing Permissions")


def _nested(findings: Iterable[Finding]) -> Payload:
    """Discord's error tree: the body's own shape with lists of errors at the leaves."""
    tree: Payload = {}
    for finding in findings:
        node = tree
        for step in finding.path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": "BASE_TYPE_INVALID", "message": finding.message})
    return tree


def json_answer(body: object, status: int = 200) -> web.Response:
    """An answer with exactly `application/json`: discord.py compares the whole header, so no charset may follow."""
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"}
    )
