"""Nothing of one server is reachable from another: not by an option, a suggestion, a button or a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from sandbox.fake_discord.uploads import Body
from tests.end_to_end.lending import add, make, only_list, said

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message, Run
    from sandbox.world import World

MODAL = 9  # the type of an answer that opens a form

# One of each control of shared playlists, as it would look for {list} and {item} of the other server.
BUTTONS = (
    "sp:hist:{list}::",
    "sp:pending:{list}:next:1",
    "sp:post:{item}",
    "sp:review:{item}",
    "sp:show:{list}:next:1",
    "sp:back:{item}",
    "sp:back:{list}:1",
    "sp:restore:{list}:1:aaaaaaaaaaaa",
    "sp:leave:{list}",
    "sp:fine:{list}",
    "sp:keep:{list}",
    "sp:note:{list}",
    "sp:take:{list}",
    "sp:round:{list}:1",
    "sp:offer:{list}:AAAAAAAAAA:yes",
    "sp:offer:{list}:AAAAAAAAAA:no",
    "sp:block:blocked_tracks:{list}",
    "sp:block:blocked_artists:{list}",
    "sp:vote:{item}:1:y",
    "sp:approve:{item}:1",
    "sp:decline:{item}:1",
    "sp:withdraw:{item}",
    "sp:bvote:{item}:y",
    "sp:bapprove:{item}",
    "sp:bdecline:{item}",
    "sp:bwithdraw:{item}",
    "sp:all:{list}:a:{ref}",
    "sp:any:{list}:{ref}",
    "sp:cancel",
    "sp:edit:AAAAAAAAAA",
    "sp:close:{list}:yes",
    "sp:close:{list}:no",
    "sp:like:{item}",
    "sp:liking:{item}:on",
    "sp:liking:{item}:off",
    "sp:likep:{list}:0",
    "sp:likes:{list}:1:9",
    "sp:off:{item}",
    "sp:park:again:{list}",
    "sp:park:drop:{list}",
    "sp:lend:AAAAAAAAAA:yes",
    "sp:grant:1:AAAAAAAAAA:yes",
    "sp:grant:1:AAAAAAAAAA:no",
    "sp:asking:y",
    "sp:stats:in",
    "sp:clean:{list}:{ref}",
    "sp:aside:{list}",
    "sp:may:AAAAAAAAAA",
    "sp:looks:{list}",
    "sp:looksok:{list}:AAAAAAAAAA:yes",
    "sp:looksok:{list}:AAAAAAAAAA:no",
    "sp:cover:{list}:AAAAAAAAAA:yes",
    "sp:cover:{list}:AAAAAAAAAA:no",
    "sp:title:{list}:yes",
    "sp:title:{list}:no",
    "sp:let:{list}:remove:yes",
    "sp:let:{list}:remove-reorder-edit:no",
    "sp:tidy:{list}:AAAAAAAAAA:yes",
    "sp:tidy:{list}:AAAAAAAAAA:no",
    "sp:second:{list}:AAAAAAAAAA:yes",
    "sp:second:{list}:AAAAAAAAAA:no",
)
MENUS = (
    ("sp:pick:{list}", "{ref}"),
    ("sp:into", "{list}"),
    ("sp:offs:{list}", "{item}"),
    ("sp:liked:{list}", "{item}"),
    ("sp:look:{list}", "{item}"),
    ("sp:undo:{list}", "{item}"),
    ("sp:set:{list}", "mode"),
    ("sp:set:{list}", "default"),
    ("sp:version:{list}", "1"),
    ("sp:moreset:{list}", "curators"),
    ("sp:moreset:{list}", "place"),
    ("sp:moreset:{list}", "digest"),
    ("sp:instead:{list}", "{ref}"),
    ("sp:tidypick:{list}", "{ref}"),
    ("sp:rules:{list}", "duplicates"),
    ("sp:morerules:{list}", "duplicates"),
    ("sp:moreset:{list}", "mode"),
    ("sp:unblock:blocked_tracks:{list}", "x"),
    ("sp:adopt:AAAAAAAAAA", "x"),
    ("sp:blockmembers:{list}", "grace"),
)
USERS = 5  # the type of a menu of members
OPTIONS = (
    "show", "settings", "pause", "resume", "close", "history", "undo", "restore", "pending",
    "rules show", "rules change", "tidy remove", "tidy sort", "tidy dedupe",
    "tidy unavailable", "edit", "best", "import",
)  # fmt: skip


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's list in Tape Heads, with one track waiting for a curator."""
    await make(linked, "Secret Tape", mode="approval")
    await add(linked, world.spotify.known.plain.uri, "Secret Tape")
    return await only_list(world)


@pytest.fixture
def barbara(world: World) -> Actor:
    """Who owns Night Shift, and may do everything there."""
    return world.discord.actor("barbara", guild="Night Shift")


async def item(world: World, shared: SharedPlaylist) -> Contribution:
    (one,) = await world.app.stores.contributions.in_state(shared.list_id, {State.PENDING}, limit=1)
    return one


def forged(world: World, actor: Actor, component: dict[str, object]) -> Message:
    """A message of the bot's in this server, with a control that belongs to another one."""
    row = {"type": 1, "components": [component]}
    return actor._place.chat.post(actor.channel, world.discord.bot_user, Body({"components": [row]}))


@pytest.mark.usefixtures("linked")
async def test_options_and_suggestions(world: World, shared: SharedPlaylist, barbara: Actor) -> None:
    """Name and id of another server's list name nothing here, and nothing of it is suggested."""
    for query in (shared.name, shared.list_id):
        for command in OPTIONS:
            options = {"restore": {"version": "1"}, "tidy sort": {"by": "title"}}.get(command, {})
            text = await said(barbara, command, list=query, **options)
            assert "No shared playlist here yet" in text, command
            assert "Tape Heads" not in text
        assert "Added" not in await add(barbara, world.spotify.known.explicit.uri, query)
        assert await barbara.suggest("shared show", "list", query) == []
    assert "No shared playlist here yet" in await said(barbara, "list")
    assert await barbara.suggest("shared show", "list", "") == []
    offered = await barbara.suggest("add", "playlist", "", track="x")
    assert shared.list_id not in {choice.value for choice in offered}
    assert await only_list(world) == shared


async def test_removed_from_the_server(world: World, linked: Actor, shared: SharedPlaylist) -> None:
    """Members who take the bot everywhere find nothing of a server that removed it, until it is asked in again."""
    linus, guild = world.discord.actor("linus", channel="music"), world.discord.guild("Tape Heads")
    linus.member.installed = linked.member.installed = True
    known = world.spotify.known
    card = await (await linus.command("track", query=known.explicit.uri)).reply()
    world.discord.expel(guild)
    for query in (shared.name, f"list:{shared.list_id}", ""):
        options = {"playlist": query} if query else {}
        text = (await (await linus.command("add", track=known.explicit.uri, **options)).reply()).text
        assert "Proposed" not in text
    assert await linus.suggest("add", "playlist", "", track="x") == []
    assert "haven't linked Spotify" in (await (await linus.press(card, "Add to a playlist")).reply()).text
    world.discord.invite(guild)
    assert "Proposed" in await add(linus, known.explicit.uri, shared.name)


def test_every_control_is_tried(world: World) -> None:
    """A control that is new has to stand in the lists above."""
    tried = [
        each.format(list="A" * 8, item="A" * 12, ref="A" * 22) for each in (*BUTTONS, *(m[0] for m in MENUS))
    ]
    known = world.app.bot._connection._view_store._dynamic_items  # discord.py tells nobody
    shared = [pattern for pattern in known if pattern.pattern.startswith("sp:")]
    assert shared
    assert [each.pattern for each in shared if not any(each.fullmatch(one) for one in tried)] == []


async def test_controls(world: World, shared: SharedPlaylist, barbara: Actor) -> None:
    """A control made for another server changes and shows nothing, even for whoever may do everything here."""
    before = await item(world, shared)
    names = {"list": shared.list_id, "item": before.contribution_id, "ref": "A" * 22}
    secrets = (shared.name, world.spotify.known.plain.name, shared.playlist_id)
    for custom_id in BUTTONS:
        button = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id.format(**names)}
        await _refused(await barbara.press(forged(world, barbara, button), "Press"), secrets)
    for custom_id, value in MENUS:
        chosen = value.format(**names)
        menu: dict[str, object] = {"type": 3, "options": [{"label": "Choose", "value": chosen}]}
        if "members" in custom_id:
            menu = {"type": USERS}
        menu["custom_id"] = custom_id.format(**names)
        await _refused(await barbara.choose(forged(world, barbara, menu), chosen), secrets)
    assert await only_list(world) == shared
    assert await item(world, shared) == before
    assert await world.app.stores.lists.of_guild(world.discord.guild("Night Shift").id) == ()


@pytest.mark.parametrize("menu", ["sp:set:{list}", "sp:rules:{list}", "sp:look:{list}", "sp:offs:{list}"])
async def test_out_of_date(world: World, linked: Actor, shared: SharedPlaylist, menu: str) -> None:
    """What a menu of an older version of the bot offers is explained, and changes nothing."""
    custom_id = menu.format(list=shared.list_id)
    options = [{"label": "Choose", "value": "of yesterday"}]
    message = forged(world, linked, {"type": 3, "custom_id": custom_id, "options": options})
    answer = await (await linked.choose(message, "of yesterday")).reply()
    assert answer.ephemeral
    assert "has expired" in answer.text or "no longer there" in answer.text
    assert await only_list(world) == shared


async def _refused(run: Run, secrets: Collection[str]) -> None:
    """Whatever comes: it is an answer, and nothing of the other server is in it."""
    kind = await run.acknowledged()
    text = (await run.modal()).text if kind == MODAL else (await run.message(1)).text
    assert "not prepared for" not in text, run
    assert [secret for secret in secrets if secret in text] == [], run
