"""Answers made up after a schema: everything that may be missing sometimes is, everything that may be null too."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Schema = dict[str, Any]
    Make = Callable[[Random], Any]

BASE62 = string.ascii_letters + string.digits
NAMES = ("Harbour Lights", "日没", "🎧", "a" * 300, "Ünïcödé “quoted”", 'tab\t and "quote" and \\', "0")
ADDRESSES = ("https://i.scdn.co/image/ab67616d", "https://api.spotify.com/v1/x?offset=50&limit=50")
MISSING = 0.3
NULL = 0.2


class Maker:
    """Turns schemas into functions, each once; they are called thousands of times."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Schema, Make]] = {}

    def of(self, schema: Schema) -> Make:
        known = self._made.get(id(schema))  # the schema is kept too, so that no other gets its id
        if known is None:
            known = self._made[id(schema)] = schema, self._make(schema)
        return known[1]

    def _make(self, schema: Schema) -> Make:  # noqa: PLR0911 - one for each kind of schema
        if "anyOf" in schema:
            return self._any(schema["anyOf"])
        if "x-example" in schema:
            return lambda _: schema["x-example"]
        if "enum" in schema:
            return lambda random: random.choice(schema["enum"])
        match schema.get("type"):
            case "array":
                return self._array(self.of(schema["items"]))
            case "integer" | "number":
                least, most = schema.get("minimum", 0), schema.get("maximum", 2**40)
                return lambda random: random.choice((least, most, random.randint(least, min(most, 500))))
            case "boolean":
                return lambda random: random.random() < 0.5
            case "string":
                if schema.get("format") == "date-time":
                    return lambda random: f"20{random.randint(10, 26)}-0{random.randint(1, 9)}-11T22:33:44Z"
                return lambda random: random.choice(NAMES)
            case _:
                return self._object(schema)

    def _any(self, schemas: list[Schema]) -> Make:
        ways = [self.of(one) for one in schemas if one.get("type") != "null"]
        nothing = len(ways) < len(schemas)
        return lambda random: (
            None
            if nothing and random.random() < NULL
            else ways[int(random.random() ** 2 * len(ways))](random)
        )

    def _array(self, entry: Make) -> Make:
        return lambda random: [entry(random) for _ in range(random.choice((0, 1, 2, 2, 3)))]

    def _object(self, schema: Schema) -> Make:
        required = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        kind = next(iter(properties.get("type", {}).get("enum", ("thing",))))
        makers = [
            (name, self._property(name, one, kind), name in required) for name, one in properties.items()
        ]

        def make(random: Random) -> dict[str, Any]:
            whole = random.random() < 0.2  # now and then everything is there
            return {
                name: maker(random)
                for name, maker, always in makers
                if always or whole or random.random() > MISSING
            }

        return make

    def _property(self, name: str, schema: Schema, kind: str) -> Make:  # noqa: PLR0911 - one for each name
        if schema.get("type") != "string" or "enum" in schema or "format" in schema:
            return self.of(schema)
        match name:
            case "id" | "snapshot_id" | "account_id":
                return an_id
            case "uri":
                return lambda random: f"spotify:{kind}:{an_id(random)}"
            case "type":
                return lambda _: kind
            case "url" | "href" | "next" | "previous" | "spotify":
                return lambda random: random.choice(ADDRESSES)
            case "name" if schema.get("x-empty"):
                return lambda random: random.choice((*NAMES, ""))
            case _:
                return self.of(schema)


def an_id(random: Random) -> str:
    return "".join(random.choices(BASE62, k=22))
