"""Spotify's own description of the Web API, with our overlay: what may be asked, and what an answer looks like."""

from __future__ import annotations

import copy
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

OVERLAY = Path(__file__).parents[1] / "data" / "spotify" / "overlay.yml"
SETTING = "MIXTAPE_SPOTIFY_OPENAPI"  # path of the OpenAPI document of the Web API (YAML)

Schema = dict[str, Any]


def file_of_description() -> Path | None:
    name = os.environ.get(SETTING)
    return Path(name) if name else None


@dataclass(frozen=True)
class Operation:
    method: str
    path: str  # with {placeholders}
    document: Schema

    @property
    def deprecated(self) -> bool:
        return bool(self.document.get("deprecated"))

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(scope for one in self.document.get("security", ()) for scope in one["oauth_2_0"])

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Description:
    """extended: an app with extended quota, for which nothing was removed.

    strict: what the document calls required stays so, unless it was removed. This is how our fake has to answer; the
    real Spotify is only taken at the word of the overlay.
    """

    def __init__(self, file: Path, *, extended: bool = False, strict: bool = False) -> None:
        self._document: Schema = copy.deepcopy(_loaded(file))
        self._patches: dict[str, Schema] = {}
        self._everywhere: Schema = {}
        self._extended = extended
        self._strict = strict
        self._whole: dict[int, Schema] = {}
        for patch in yaml.safe_load(OVERLAY.read_text("utf-8")):
            self._take(patch)
        self.operations = [
            Operation(method.upper(), path, document)
            for path, methods in self._document["paths"].items()
            for method, document in methods.items()
        ]

    def operation(self, method: str, path: str) -> Operation:
        """The operation a request is for. A path without placeholders is nearer than one with them."""
        fitting = [
            one
            for one in self.operations
            if one.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one.path), path)
        ]
        if not fitting:
            raise LookupError(f"Spotify describes no {method} {path}")
        return min(fitting, key=lambda one: one.path.count("{"))

    def parameters(self, operation: Operation) -> dict[str, Schema]:
        """The query parameters."""
        listed = [self._deref(one) for one in operation.document.get("parameters", ())]
        return {one["name"]: one for one in listed if one["in"] == "query"}

    def body(self, operation: Operation) -> dict[str, Schema]:
        """What may be sent, by content type."""
        content: dict[str, Schema] = self._deref(operation.document.get("requestBody", {})).get("content", {})
        return {kind: self.whole(one["schema"]) for kind, one in content.items()}

    def answer(self, operation: Operation) -> tuple[int, Schema | None]:
        """Status and body of success; None: no body."""
        status, response = next((k, v) for k, v in operation.document["responses"].items() if k[0] == "2")
        content = self._deref(response).get("content")
        return int(status), self.whole(content["application/json"]["schema"]) if content else None

    def named(self, name: str) -> Schema:
        """A schema of components/schemas, whole."""
        return self.whole(self._document["components"]["schemas"][name])

    def problems(self, document: object, schema: Schema) -> list[str]:
        """What is wrong with an answer."""
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]

    def whole(self, node: Schema) -> Schema:
        """OpenAPI 3.0 as one JSON Schema: references followed, parts of an `allOf` put together, nulls allowed."""
        if id(node) in self._whole:
            return self._whole[id(node)]
        words = node.get("description")
        flat = self._flat(node)
        made: Schema = {name: value for name, value in flat.items() if name in _KEPT}
        if "properties" in flat:
            made["properties"] = {name: self.whole(one) for name, one in flat["properties"].items()}
        if "items" in flat:
            made["items"] = self.whole(flat["items"])
            if self._everywhere.get("null_entries") and "properties" in made["items"]:
                made["items"] = {"anyOf": [made["items"], {"type": "null"}]}
        if "oneOf" in flat:
            made = {"anyOf": [self.whole(one) for one in flat["oneOf"]]}
        said = isinstance(words, str) and "`null`" in words and "properties" not in node
        if flat.get("nullable") or said or flat.get("also"):
            others = [{"type": "null"}] if flat.get("nullable") or said else []
            others += [{"x-example": one} | _like(one) for one in flat.get("also", ())]
            made = {"anyOf": [made, *others]}
        self._whole[id(node)] = made
        return made

    def _flat(self, node: Schema) -> Schema:
        """The node with everything it refers to, and every part of its `allOf`, in one object."""
        if "$ref" in node:
            return self._flat(self._deref(node))
        flat: Schema = {**node, "properties": {}, "required": []}
        for part in [self._flat(one) for one in node.get("allOf", ())]:
            for name, value in part.items():
                if name not in {"properties", "required", "nullable"}:
                    flat.setdefault(name, value)
            flat["properties"] |= part.get("properties", {})
            flat["required"] = [*flat["required"], *part.get("required", ())]
        flat["properties"] |= node.get("properties", {})
        flat["required"] = sorted({*flat["required"], *node.get("required", ())})
        return (
            flat
            if flat["properties"]
            else {k: v for k, v in flat.items() if k not in {"properties", "required"}}
        )

    def _deref(self, node: Schema) -> Schema:
        while "$ref" in node:
            found = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def _take(self, patch: Schema) -> None:
        """Change the document as one patch of the overlay says. A patch that changes nothing is a mistake."""
        if patch["at"] == "*":
            self._everywhere |= patch
            return
        target = self._target(patch["at"])
        if (always := patch.get("always")) is not None:
            target["required"] = [*always, *(target.get("required", ()) if self._strict else ())]
        for name in patch.get("null", ()):
            properties = next(part for part in _parts(target) if name in part)
            properties[name] = {**properties[name], "nullable": True}
        for name in patch.get("empty", ()):
            properties = next(part for part in _parts(target) if name in part)
            properties[name] = {**properties[name], "x-empty": True}
        if not self._extended:
            gone = set(patch.get("removed", ()))
            target["required"] = [name for name in target.get("required", ()) if name not in gone]
            for name in gone:
                _forget(target, name)
        if "also" in patch:
            target["also"] = patch["also"]

    def _target(self, name: str) -> Schema:
        components = self._document["components"]
        if name in components["schemas"]:
            found: Schema = components["schemas"][name]
            return found
        response: Schema = components["responses"][name]["content"]["application/json"]["schema"]
        return response


_KEPT = {
    "type",
    "enum",
    "minimum",
    "maximum",
    "format",
    "required",
    "properties",
    "items",
    "additionalProperties",
    "x-empty",
}


def _like(example: object) -> Schema:
    """A schema of what looks like this: the same keys, null where it has null, and the same kinds of values."""
    if isinstance(example, dict):
        properties = {name: _like(one) for name, one in example.items()}
        return {"type": "object", "required": sorted(properties), "properties": properties}
    if isinstance(example, list):
        return {"type": "array", "items": _like(example[0]) if example else {}}
    kinds = {type(None): "null", int: "integer", str: "string"}
    return {"const": example} if isinstance(example, bool) else {"type": kinds[type(example)]}


def _parts(schema: Schema) -> list[Schema]:
    """Every place where a schema itself names properties."""
    return [one["properties"] for one in (schema, *schema.get("allOf", ())) if "properties" in one]


def _forget(schema: Schema, name: str) -> None:
    places = [part for part in _parts(schema) if name in part]
    if not places:
        raise LookupError(f"the overlay removes {name}, which is not there")
    for part in places:
        del part[name]


@cache
def _loaded(file: Path) -> Schema:
    loaded: Schema = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
    return loaded
