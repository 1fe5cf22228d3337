"""Discord's own description of its API as a judge over what the bot sends and what the fake answers.

jsonschema-rs says quickly whether a body is right; what is wrong with one that is not, jsonschema puts into words.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sandbox.fake_discord.wire import Finding, Payload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jsonschema import ValidationError

_URI = "urn:discord-openapi"
_NUMBERED = re.compile(r"\{[^}]+\}")
_DISCRIMINATORS = frozenset({"const", "enum"})


@dataclass(frozen=True, slots=True)
class _Operation:
    pattern: re.Pattern[str]
    template: str
    methods: Payload


@dataclass(frozen=True, slots=True)
class Oracle:
    """Validators made from the document, each made once and kept.

    Where the document is stricter than Discord it is relaxed: ids may be JSON integers (discord.py sends some so),
    and default_member_permissions may be a string.
    """

    _operations: tuple[_Operation, ...]
    _registry: Registry[Any]
    _fast_registry: jsonschema_rs.Registry
    _fast: dict[str, jsonschema_rs.Draft202012Validator] = field(default_factory=dict)

    def request(self, method: str, path: str, body: object) -> list[Finding]:
        """What is wrong with a request body. Unknown routes and operations without a body have no opinion."""
        operation = self._operation(method, path)
        if operation is None:
            return []
        pointer = _pointer(operation.template, method, "requestBody", "content", "application/json", "schema")
        described = operation.methods[method.lower()].get("requestBody", {}).get("content", {})
        if "application/json" not in described:
            return []
        return self._judge(pointer, body)

    def response(self, method: str, path: str, status: int, body: object) -> list[Finding]:
        operation = self._operation(method, path)
        if operation is None:
            return []
        described = operation.methods[method.lower()]["responses"].get(str(status), {}).get("content", {})
        if "application/json" not in described:
            return []
        steps = ("responses", str(status), "content", "application/json", "schema")
        return self._judge(_pointer(operation.template, method, *steps), body)

    def knows(self, method: str, path: str) -> bool:
        return self._operation(method, path) is not None

    def _operation(self, method: str, path: str) -> _Operation | None:
        for each in self._operations:
            if method.lower() in each.methods and each.pattern.fullmatch(path):
                return each
        return None

    def _judge(self, pointer: str, body: object) -> list[Finding]:
        schema = {"$ref": f"{_URI}#{quote(pointer)}"}
        if pointer not in self._fast:
            self._fast[pointer] = jsonschema_rs.Draft202012Validator(
                schema, registry=self._fast_registry, validate_formats=True
            )
        if self._fast[pointer].is_valid(body):
            return []
        validator = Draft202012Validator(schema, registry=self._registry, format_checker=FormatChecker())
        found = (finding for error in validator.iter_errors(body) for finding in _worded(error))
        return list(dict.fromkeys(found))


def _pointer(template: str, method: str, *steps: str) -> str:
    escaped = [step.replace("~", "~0").replace("/", "~1") for step in (template, method.lower(), *steps)]
    return "/paths/" + "/".join(escaped)


def _worded(error: ValidationError) -> Iterator[Finding]:
    """The causes below a failed union are only worth telling for the branch that was meant."""
    if error.context:
        for cause in _meant(error.context):
            yield from _worded(cause)
    else:
        yield Finding(tuple(error.absolute_path), error.message)


def _meant(errors: Iterable[ValidationError]) -> list[ValidationError]:
    """The errors of the branch whose `type` fits; failing that, of the branch with the least to complain about."""
    branches: dict[int | str, list[ValidationError]] = {}
    for error in errors:
        branches.setdefault(error.schema_path[0], []).append(error)

    def strangeness(branch: list[ValidationError]) -> tuple[bool, int]:
        wrong_kind = any(
            error.validator in _DISCRIMINATORS and list(error.path)[-1:] == ["type"] and len(error.path) <= 1
            for error in branch
        )
        null_branch = any(error.validator == "type" and not error.path for error in branch)
        return wrong_kind or null_branch, sum(1 for error in branch for _ in _worded(error))

    return min(branches.values(), key=strangeness)


@cache
def load_oracle(path: Path) -> Oracle:
    """Read the document (a megabyte, so once per process)."""
    document = json.loads(path.read_bytes())
    schemas = document["components"]["schemas"]
    schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}
    for name in ("ApplicationCommandUpdateRequest", "ApplicationCommandCreateRequest"):
        schemas[name]["properties"]["default_member_permissions"] = {"type": ["string", "integer", "null"]}
    resource = DRAFT202012.create_resource(document)
    operations = [
        _Operation(
            re.compile(_NUMBERED.sub("[^/]+", re.sub(r"([.@])", r"\\\1", template))), template, methods
        )
        for template, methods in document["paths"].items()
    ]
    operations.sort(key=lambda each: each.template.count("{"))  # …/@original before …/{message_id}
    return Oracle(
        tuple(operations),
        Registry().with_resource(_URI, resource),
        jsonschema_rs.Registry([(_URI, document)]),
    )
