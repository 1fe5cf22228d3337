"""JSON in, JSON out, and one sentence when something cannot be done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec
from aiohttp import web

if TYPE_CHECKING:
    from sandbox.control.orders import Place
    from sandbox.fake_discord import Actor
    from sandbox.world import World

Json: TypeAlias = dict[str, Any]
Order = TypeVar("Order")


class BadRequestError(Exception):
    """The request asks for something that does not exist or makes no sense."""


async def read(request: web.Request, kind: type[Order]) -> Order:
    """The body, which must be JSON of this kind."""
    return msgspec.json.decode(await request.read(), type=kind)


def read_query(request: web.Request, kind: type[Order]) -> Order:
    """The query string, taken as an object of this kind."""
    return msgspec.convert(dict(request.query), kind, strict=False)


def answer(body: object, *, status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, indent=2, default=str)
    return web.Response(text=text + "\n", status=status, content_type="application/json")


def actor_at(world: World, place: Place) -> Actor:
    """The member a request speaks for, at the place it names."""
    discord = world.discord
    if place.channel is None:
        return discord.actor(place.as_, channel=place.in_, guild=place.guild, dm=place.dm)
    channel = discord.state.channel(int(place.channel)) if place.channel.isdecimal() else None
    if channel is None:
        raise BadRequestError(f"there is no channel {place.channel!r}")
    return discord.actor_in(place.as_, channel)
