"""Linking: every attack we know of, by a browser and a member of its own, and whether anything was linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.visitor import Visitor, consent
from sandbox.world import World
from tests.end_to_end.test_link import begin, enter, is_linked
from tests.proving.report import Section

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TITLE: Final = "Linking under attack"


@dataclass(frozen=True, slots=True)
class Attack:
    """act: does it and returns what the attacker got to see."""

    name: str
    way: str
    act: Callable[[World], Awaitable[str]]


async def _sent_page(world: World) -> str:
    attacker, victim = world.discord.actor("ada"), world.discord.actor("grace")
    reply, page, _ = await begin(attacker)
    async with Visitor() as browser:
        digits = (await consent(browser, page, "grace")).digits
    told = (await enter(attacker, reply, "000001" if digits == "000000" else "000000")).text
    theirs, _, _ = await begin(victim)
    await enter(victim, theirs, digits)
    return told


ATTACKS: Final = (Attack("the attacker's page is sent to a victim, who agrees", "page", _sent_page),)


async def prove(*, short: bool) -> Section:
    rows, failures = [], []
    for attack in ATTACKS[:3] if short else ATTACKS:
        async with World() as world:
            told = await attack.act(world)
            linked = [
                name for name in ("ada", "grace", "linus") if await is_linked(world.discord.actor(name))
            ]
        rows.append((attack.name, attack.way, told.partition("\n")[0], ", ".join(linked) or "nobody"))
        if linked:
            failures.append(f"{attack.name}: {', '.join(linked)} linked")
    return Section(
        "Each attack in a world of its own, with separate cookie jars.",
        [f"{len(rows)} attacks"],
        ("Attack", "Way", "What happened", "Linked"),
        rows,
        failures,
    )
