"""A Spotify that knows only its own description: it checks every request and makes its answers up."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator

from bot.spotify.transport import Request, Response
from tests.spotify_description.answers import Maker

if TYPE_CHECKING:
    from tests.spotify_description.description import Description, Operation

API_URL = "https://api.spotify.com/v1"


@dataclass
class Described:
    """A `Sender`. problems: what is wrong with the requests. answers: what was answered, as documents."""

    description: Description
    random: Random = field(default_factory=lambda: Random(20_261_120))  # noqa: S311 - the same answers every time
    problems: list[str] = field(default_factory=list)
    asked: list[Operation] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    _maker: Maker = field(default_factory=Maker)

    async def send(self, request: Request, /) -> Response:
        url = urlsplit(request.url)
        assert request.url.startswith(API_URL)
        operation = self.description.operation(request.method, url.path.removeprefix("/v1"))
        self.asked.append(operation)
        self.problems += [
            f"{operation}: {problem}"
            for problem in (*self._query(operation, url.query), *self._body(operation, request))
        ]
        status, schema = self.description.answer(operation)
        if schema is None:
            return Response(status, b"")
        document = self._maker.of(schema)(self.random)
        self.answers.append(document)
        return Response(status, json.dumps(document, ensure_ascii=False).encode())

    def _query(self, operation: Operation, query: str) -> list[str]:
        given = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        sent = dict(given)
        declared = self.description.parameters(operation)
        problems = [f"no parameter {name}" for name in sent.keys() - declared.keys()]
        problems += [f"{name} twice" for name in sent if [one for one, _ in given].count(name) > 1]
        problems += [
            f"{name} missing" for name, one in declared.items() if one.get("required") and name not in sent
        ]
        for name in sent.keys() & declared.keys():
            schema = self.description.whole(declared[name]["schema"])
            problems += [
                f"{name}: {error.message}"
                for error in Draft202012Validator(schema).iter_errors(_value(sent[name], schema))
            ]
        return problems

    def _body(self, operation: Operation, request: Request) -> list[str]:
        allowed = self.description.body(operation)
        kind = request.headers.get("Content-Type")
        if request.body is None:
            return [] if kind is None else [f"{kind} without a body"]
        if kind not in allowed:
            return [f"a body of {kind}, where {', '.join(allowed) or 'none'} is described"]
        if kind != "application/json":
            return []
        document, schema = json.loads(request.body), allowed[kind]
        problems = [f"no key {name} in a body" for name in document.keys() - schema["properties"].keys()]
        return problems + [error.message for error in Draft202012Validator(schema).iter_errors(document)]


def _value(text: str, schema: dict[str, Any]) -> object:
    """What a text in a query stands for."""
    if schema.get("type") == "array":
        return text.split(",")
    if schema.get("type") in {"integer", "boolean"}:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
