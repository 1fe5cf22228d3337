"""Every command and every control of a shared playlist, as a plain member, a blocked one and others elsewhere meet it.

A command or control that is new needs a case here: what a member without any rights reads. What they may not do changes
nothing, and somebody in another server learns nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from discord import app_commands

from bot.stores.contributions import State
from bot.stores.lists import Grant, Grants
from sandbox.fake_discord.uploads import Upload
from tests.end_to_end.lending import add, make, only_list
from tests.end_to_end.test_shared_guilds import BUTTONS, MENUS, MODAL, USERS, forged

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Run
    from sandbox.world import World

CURATE, MANAGE, GUILD, OWN = "Only curators", "Only managers", "Only server managers", "Only the owner"
EXPIRED, GONE, DECIDED, OPEN = "has expired", "no longer there", "already decided", "no longer open"
UNLINKED, NOTHING, BLOCKED = "haven't linked Spotify", "Spotify found nothing", "Curators blocked you"
NO_VOTE = "don't allow voting"
NOWHERE = "No shared playlist here yet"

# What a member without rights reads; what a blocked one reads instead, where that is something else.
CONTROLS: Final[dict[str, str | tuple[str, str]]] = {
    "sp:hist:{list}::": "History of",
    "sp:pending:{list}:next:1": "Pending in",
    "sp:post:{item}": CURATE,
    "sp:review:{item}": "Copper Umbrella",
    "sp:show:{list}:next:1": "Secret Tape",
    "sp:back:{item}": "Only the member who added it",
    "sp:back:{list}:1": CURATE,
    "sp:restore:{list}:1:aaaaaaaaaaaa": CURATE,
    "sp:leave:{list}": "stays as it is",
    "sp:fine:{list}": CURATE,
    "sp:keep:{list}": CURATE,
    "sp:note:{list}": "A note",
    "sp:take:{list}": GONE,
    "sp:round:{list}:1": MANAGE,
    "sp:offer:{list}:AAAAAAAAAA:yes": OPEN,
    "sp:offer:{list}:AAAAAAAAAA:no": OPEN,
    "sp:block:blocked_tracks:{list}": CURATE,
    "sp:block:blocked_artists:{list}": CURATE,
    "sp:vote:{item}:1:y": GONE,
    "sp:approve:{item}:1": CURATE,
    "sp:decline:{item}:1": CURATE,
    "sp:withdraw:{item}": "Only the member who added it",
    "sp:bvote:{item}:y": DECIDED,
    "sp:bapprove:{item}": DECIDED,
    "sp:bdecline:{item}": DECIDED,
    "sp:bwithdraw:{item}": DECIDED,
    "sp:all:{list}:a:{ref}": "can't find that",
    "sp:any:{list}:{ref}": "can't find that",
    "sp:cancel": "Nothing was added",
    "sp:edit:AAAAAAAAAA": EXPIRED,
    "sp:close:{list}:yes": MANAGE,
    "sp:close:{list}:no": "stays open",
    "sp:like:{item}": (GONE, BLOCKED),
    "sp:liking:{item}:on": (GONE, BLOCKED),
    "sp:liking:{item}:off": "don't like this yet",
    "sp:likep:{list}:0": ("nothing here to like", BLOCKED),
    "sp:likes:{list}:1:9": ("nothing here to like", BLOCKED),
    "sp:off:{item}": (GONE, NO_VOTE),
    "sp:park:again:{list}": CURATE,
    "sp:park:drop:{list}": CURATE,
    "sp:lend:AAAAAAAAAA:yes": EXPIRED,
    "sp:grant:1:AAAAAAAAAA:yes": GUILD,
    "sp:grant:1:AAAAAAAAAA:no": GUILD,
    "sp:asking:y": GUILD,
    "sp:stats:in": "Your name is shown already",
    "sp:clean:{list}:{ref}": "can't find that",
    "sp:aside:{list}": CURATE,
    "sp:instead:{list}": CURATE,
    "sp:may:AAAAAAAAAA": EXPIRED,
    "sp:looks:{list}": CURATE,
    "sp:looksok:{list}:AAAAAAAAAA:yes": EXPIRED,
    "sp:looksok:{list}:AAAAAAAAAA:no": EXPIRED,
    "sp:cover:{list}:AAAAAAAAAA:yes": CURATE,
    "sp:cover:{list}:AAAAAAAAAA:no": "stays as it is",
    "sp:title:{list}:yes": MANAGE,
    "sp:title:{list}:no": MANAGE,
    "sp:let:{list}:remove:yes": OWN,
    "sp:let:{list}:remove-reorder-edit:no": OWN,
    "sp:tidy:{list}:AAAAAAAAAA:yes": EXPIRED,
    "sp:tidy:{list}:AAAAAAAAAA:no": EXPIRED,
    "sp:second:{list}:AAAAAAAAAA:yes": EXPIRED,
    "sp:second:{list}:AAAAAAAAAA:no": EXPIRED,
    "sp:pick:{list}": "can't find that",
    "sp:into": GONE,
    "sp:offs:{list}": (GONE, NO_VOTE),
    "sp:liked:{list}": ("You like 0 tracks", BLOCKED),
    "sp:look:{list}": "Copper Umbrella",
    "sp:undo:{list}": CURATE,
    "sp:set:{list}": MANAGE,
    "sp:moreset:{list}": MANAGE,
    "sp:morerules:{list}": MANAGE,
    "sp:version:{list}": CURATE,
    "sp:tidypick:{list}": CURATE,
    "sp:rules:{list}": MANAGE,
    "sp:unblock:blocked_tracks:{list}": CURATE,
    "sp:adopt:AAAAAAAAAA": EXPIRED,
    "sp:blockmembers:{list}": CURATE,
}
# By command: its options, and what such a member reads. OFFERED: Discord doesn't offer it to them.
OFFERED: Final = "isn't offered"
MINE: Final = {"playlist": "x"}
COMMANDS: Final[dict[str, tuple[dict[str, Any], str | tuple[str, str]]]] = {
    "link": ({}, "Link your Spotify account"),
    "account": ({}, "No Spotify account is linked"),
    "unlink": ({}, "nothing to erase"),
    "track": ({"query": "Copper Umbrella"}, "Copper Umbrella"),
    "album": ({"query": "x"}, NOTHING),
    "artist": ({"query": "x"}, NOTHING),
    "show": ({"query": "x"}, NOTHING),
    "episode": ({"query": "x"}, NOTHING),
    "audiobook": ({"query": "x"}, "found no audiobook"),
    "search": ({"query": "Copper Umbrella"}, "Copper Umbrella"),
    "playlists": ({}, UNLINKED),
    "playlist view": (MINE, UNLINKED),
    "playlist export": (MINE | {"format": "csv"}, UNLINKED),
    "playlist create": ({}, UNLINKED),
    "playlist edit": (MINE, UNLINKED),
    "playlist unfollow": (MINE, UNLINKED),
    "playlist cover": (MINE | {"picture": Upload("a.png", b"x")}, UNLINKED),
    "playlist sort": (MINE | {"by": "title"}, UNLINKED),
    "playlist dedupe": (MINE, UNLINKED),
    "playlist remove": (MINE, UNLINKED),
    "playlist move": (MINE | {"first": 1, "to": 2}, UNLINKED),
    "playlist copy": (MINE | {"name": "x"}, UNLINKED),
    "playlist merge": ({"from": "x", "into": "x"}, UNLINKED),
    "top tracks": ({}, UNLINKED),
    "top artists": ({}, UNLINKED),
    "like": ({"query": "x"}, UNLINKED),
    "unlike": ({"query": "x"}, UNLINKED),
    "liked": ({}, UNLINKED),
    "recent": ({}, UNLINKED),
    "add": ({"track": "x"}, ("Proposed", "blocked you")),
    "language": ({"language": "discord"}, OFFERED),
    "help": ({}, "What would you like to do"),
    "status": ({}, "Status"),
    "shared create": ({"name": "x"}, UNLINKED),
    "shared adopt": (MINE, UNLINKED),
    "shared list": ({}, "1 playlist"),
    "shared pause": ({}, MANAGE),
    "shared resume": ({}, MANAGE),
    "shared close": ({}, MANAGE),
    "shared transfer": ({"member": "margaret"}, MANAGE),
    "shared settings": ({}, "Settings of"),
    "shared show": ({}, "Secret Tape"),
    "shared stats": ({}, "Nobody has added anything"),
    "shared export": ({"format": "csv"}, "0 tracks in order"),
    "shared best": ({}, MANAGE),
    "shared rotate": ({}, MANAGE),
    "shared archive": ({}, "has no earlier"),
    "shared rules show": ({}, "Rules of"),
    "shared rules change": ({}, CURATE),
    "shared rules test": ({"track": "Copper Umbrella"}, "isn't allowed"),
    "shared history": ({}, "History of"),
    "shared undo": ({}, "nothing from the last 30 days"),
    "shared restore": ({}, CURATE),
    "shared tidy remove": ({}, CURATE),
    "shared tidy sort": ({"by": "title"}, CURATE),
    "shared tidy dedupe": ({}, CURATE),
    "shared tidy unavailable": ({}, CURATE),
    "shared edit": ({}, CURATE),
    "shared import": ({}, ("Import tracks", "allow adding")),
    "shared pending": ({}, "Pending in"),
}


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's list in Tape Heads: one track waits for a curator, curators may do anything, and hedy is blocked."""
    await make(linked, "Secret Tape", mode="approval")
    await add(linked, world.spotify.known.plain.uri, "Secret Tape")
    made = await only_list(world)
    hedy = world.discord.actor("hedy", channel="music").member
    rules = replace(made.rules, blocked_members=(hedy.id,))
    changed = replace(made, rules=rules, grants=Grants.of(set(Grant)))
    stored = await world.app.stores.lists.swap(made, changed)
    assert stored is not None
    return stored


def registered(world: World) -> set[str]:
    return {
        command.qualified_name
        for command in world.app.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }


def test_every_command_has_a_case(world: World) -> None:
    """A command that is new has to stand in the table above."""
    assert registered(world) == set(COMMANDS)


def test_every_control_has_a_case() -> None:
    """The same goes for controls; tests/end_to_end/test_shared_guilds.py makes sure that none is missing there."""
    assert set(CONTROLS) == {*BUTTONS, *(custom_id for custom_id, _ in MENUS)}


@pytest.mark.parametrize("who", ["linus", "hedy"])
async def test_controls(world: World, shared: SharedPlaylist, who: str) -> None:
    """Whatever button a member without rights gets hold of: it says what is in the way, and changes nothing."""
    actor, one = world.discord.actor(who, channel="music"), await item(world, shared)
    names = {"list": shared.list_id, "item": one.contribution_id, "ref": "A" * 22}
    for custom_id in BUTTONS:
        button = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id.format(**names)}
        run = await actor.press(forged(world, actor, button), "Press")
        assert said(CONTROLS[custom_id], who) in await text_of(run), custom_id
        assert await item(world, shared) == one, custom_id
        assert await only_list(world) == shared, custom_id
    for custom_id, value in MENUS:
        chosen = value.format(**names)
        menu: dict[str, object] = {"type": 3, "options": [{"label": "Choose", "value": chosen}]}
        if "members" in custom_id:
            menu = {"type": USERS}
        menu["custom_id"] = custom_id.format(**names)
        run = await actor.choose(forged(world, actor, menu), chosen)
        assert said(CONTROLS[custom_id], who) in await text_of(run), custom_id
        assert await only_list(world) == shared, custom_id


@pytest.mark.parametrize("who", ["linus", "hedy"])
async def test_commands(world: World, shared: SharedPlaylist, who: str) -> None:
    """The same goes for commands."""
    actor, one = world.discord.actor(who, channel="music"), await item(world, shared)
    for name in sorted(registered(world)):
        options, words = COMMANDS[name]
        if words == OFFERED:
            assert name not in {command["name"] for command in actor.commands()}
            continue
        text = await text_of(await actor.command(name, **options))
        assert said(words, who) in text, name
        assert await only_list(world) == shared, name
    assert await item(world, shared) == one


async def test_commands_elsewhere(world: World, shared: SharedPlaylist) -> None:
    """Somebody in another server, who may do anything there, finds no shared playlist with any command."""
    barbara = world.discord.actor("barbara", guild="Night Shift", channel="music")
    secrets = (shared.name, shared.playlist_id, shared.list_id)
    for name in sorted(registered(world)):
        options, _ = COMMANDS[name]
        for query in (shared.name, shared.list_id, ""):
            given = dict(options)
            about_a_list = name.startswith("shared ") and name not in {
                "shared create", "shared adopt", "shared list",
            }  # fmt: skip
            if query and not about_a_list:
                continue
            if about_a_list and query:
                given["list"] = query
            text = await text_of(await barbara.command(name, **given))
            assert [one for one in secrets if one in text] == [], name
            if about_a_list:
                assert NOWHERE in text, name
    assert await only_list(world) == shared


def said(words: str | tuple[str, str], who: str) -> str:
    if isinstance(words, str):
        return words
    plain, blocked = words
    return blocked if who == "hedy" else plain


async def text_of(run: Run) -> str:
    """What the member reads first: an answer or a form."""
    if await run.acknowledged() == MODAL:
        return (await run.modal()).text
    return (await run.message(1)).text


async def item(world: World, shared: SharedPlaylist) -> Contribution:
    one, *_ = await world.app.stores.contributions.in_state(shared.list_id, {State.PENDING}, limit=5)
    return one
