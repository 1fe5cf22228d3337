"""What the former version of the bot had sent is still pressed: each control of each kind does what it says.

The messages are data, recorded when that version ran; the lists and tracks they are about are today's.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode, Roles
from bot.stores.lists import Settings as ListSettings
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import add, lent_with_local_file, made_by, make, only_list, spotify_shows
from tests.end_to_end.old_messages import RECORDED, age, controls, is_new
from tests.end_to_end.voting import new_card, propose, stored
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message, Run
    from sandbox.fake_spotify import FakePlaylist
    from sandbox.world import World


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator."""
    return world.discord.actor("grace", channel="music")


async def lent(
    world: World, owner: Actor, playlist: FakePlaylist | None = None, **more: object
) -> SharedPlaylist:
    """Ada's empty playlist, with curators, and two voters who decide what leaves it."""
    roles = Roles(curate=(world.discord.guild("Tape Heads").role("Curator").id,))
    settings = ListSettings(voters_to_remove=2)
    return await lend(
        world,
        owner,
        playlist or world.spotify.known_playlists.empty,
        **{"roles": roles, "settings": settings, **more},
    )


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """What members add goes in."""
    return await lent(world, linked)


@pytest.fixture
async def voting(world: World, linked: Actor) -> SharedPlaylist:
    return await lent(world, linked, mode=Mode.VOTE)


@pytest.fixture
async def curated(world: World, linked: Actor) -> SharedPlaylist:
    return await lent(world, linked, mode=Mode.APPROVAL)


def uris(world: World) -> list[str]:
    return world.spotify.known_playlists.empty.uris


async def reply(actor: Actor, command: str, **options: object) -> Message:
    return await (await actor.command(command, **options)).reply()


async def redrawn(world: World, message: Message) -> Message:
    """The message once today's bot has given it today's form; time passes, so that it may be drawn anew."""
    await world.advance(seconds=2)
    return await world.discord.wait_for(lambda: message if is_new(message) else None, "new form of a message")


async def until(world: World, shared: SharedPlaylist, uri: str, state: State) -> Contribution:
    """What is stored of the track, once it got so far."""
    for _ in range(60):
        held = await stored(world, shared, uri)
        if held.state is state:
            return held
        await world.advance(seconds=1)
    raise AssertionError(held.state)


async def send(actor: Actor, message: Message, button: str) -> Run:
    """Press a button that opens a form of one text, and send that."""
    form = await (await actor.press(message, button)).modal()
    sent = await actor.submit(form, {form.fields[0].custom_id: "six of them"})
    await sent.acknowledged()
    return sent


def test_all_kinds() -> None:
    """The recording holds each kind of message with controls, as embeds and text, without what is new since."""
    names = {
        control["custom_id"].split(":")[0]
        for kind in RECORDED
        for control in controls(RECORDED[kind]["components"])
    }
    assert names == {"sp", "add", "link", "account", "track", "playlists"}
    assert len(RECORDED) == 43
    assert all(body.get("content") or body["embeds"] for body in RECORDED.values())
    assert not any("flags" in body for body in RECORDED.values())


# Cards everybody sees


async def test_vote_card(world: World, voting: SharedPlaylist, linus: Actor) -> None:
    """Three votes put the track in; with the first the card takes its new form, without text and embeds."""
    uri = world.spotify.known.explicit.uri
    card = age(world, await propose(world, linus, uri), "vote card", ballot=1)
    assert card.embeds
    yes = card.buttons()[0].custom_id or ""
    for name in ("grace", "margaret", "hedy"):
        await (await world.discord.actor(name, channel="music").press(card, yes)).acknowledged()
        await redrawn(world, card)
    await until(world, voting, uri, State.LANDED)
    assert uris(world) == [uri]


@pytest.mark.parametrize(
    ("button", "presser", "state"),
    [
        ("Rather not", "margaret", State.PENDING),
        ("Decline…", "grace", State.DECLINED),
        ("Withdraw", "linus", State.WITHDRAWN),
    ],
)
async def test_ways_out_of_a_vote(
    world: World, voting: SharedPlaylist, linus: Actor, *, button: str, presser: str, state: State
) -> None:
    """A vote against, a curator's no and the proposer's change of mind count, and the card takes its new form."""
    uri = world.spotify.known.explicit.uri
    card = await propose(world, linus, uri)
    held = await stored(world, voting, uri)
    age(world, card, "vote card", ballot=1, contribution=held.contribution_id)
    actor = world.discord.actor(presser, channel="music")
    if button == "Decline…":
        await send(actor, card, button)
    else:
        await (await actor.press(card, button)).acknowledged()
    await redrawn(world, card)
    await until(world, voting, uri, state)


@pytest.mark.parametrize(
    ("button", "presser", "state"),
    [
        ("Approve", "grace", State.LANDED),
        ("Decline…", "grace", State.DECLINED),
        ("Withdraw", "linus", State.WITHDRAWN),
    ],
)
async def test_approval_card(
    world: World, curated: SharedPlaylist, linus: Actor, *, button: str, presser: str, state: State
) -> None:
    """A curator's yes and no and the proposer's change of mind decide, and the card takes its new form."""
    uri = world.spotify.known.plain.uri
    card = await propose(world, linus, uri)
    held = await stored(world, curated, uri)
    age(world, card, "approval card", ballot=1, contribution=held.contribution_id)
    actor = world.discord.actor(presser, channel="music")
    if button == "Decline…":
        await send(actor, card, button)
    else:
        await (await actor.press(card, button)).acknowledged()
    await redrawn(world, card)
    await until(world, curated, uri, state)


@pytest.mark.parametrize(("button", "left"), [("Take it out", 0), ("Keep it", 1)])
async def test_vote_out_card(
    world: World, shared: SharedPlaylist, linus: Actor, grace: Actor, *, button: str, left: int
) -> None:
    """Two members decide what leaves, and the card takes its new form."""
    uri, playlist = world.spotify.known.explicit.uri, world.spotify.known_playlists.empty
    playlist.add([uri])
    long_ago = world.clock.now() - timedelta(days=2)
    held = await bring(world.app.stores, shared, 1, uri, linus.member.id, changed_at=long_ago)
    page = await reply(grace, "shared show")
    before = {message.id for message in world.discord.messages}
    await (await grace.choose(page, held.contribution_id)).reply()
    card = age(
        world, await new_card(world, before), "vote-out card", ballot=1, contribution=held.contribution_id
    )
    vote = next(each.custom_id or "" for each in card.buttons() if each.label == button)
    for name in ("margaret", "hedy"):
        await (await world.discord.actor(name, channel="music").press(card, vote)).acknowledged()
        await redrawn(world, card)
    if not left:
        await until(world, shared, uri, State.REMOVED)
    assert len(playlist.uris) == left


async def test_transfer_offer(world: World, linked: Actor, shared: SharedPlaylist, grace: Actor) -> None:
    """Who was offered a list says no, and then, offered it again, yes."""
    await world.link(grace)
    for button in ("No", "Yes, I take it over"):
        offered = await reply(linked, "shared transfer", member="grace", list=shared.name)
        age(world, offered, "/shared transfer")
        await (await grace.press(offered, button)).updated()
    assert (await only_list(world)).owner_id == grace.member.id


async def parked(world: World, shared: SharedPlaylist, linus: Actor) -> Message:
    """The notice that Spotify never said whether a track went in; it is not there."""
    silent = world.spotify.faults.add(Fault("POST /playlists/*/items", "status", times=3))
    before = {message.id for message in world.discord.messages}
    await reply(linus, "add", track=world.spotify.known.plain.uri)
    await silent.struck()
    for _ in range(40):
        await world.advance(seconds=16)
        await world.app.services.shared.outbox.dispatcher.work()
        if await world.app.stores.contributions.count(shared.list_id, {State.PARKED}):
            break
    return await new_card(world, before)


@pytest.mark.parametrize(
    ("button", "state"), [("Look and try again", State.LANDED), ("Look and give up on them", State.REJECTED)]
)
async def test_parked(
    world: World, shared: SharedPlaylist, linus: Actor, grace: Actor, *, button: str, state: State
) -> None:
    """A curator tries again or gives up, under the notice and under /shared pending."""
    notice = await parked(world, shared, linus)
    age(world, notice, "parked notice", list=shared.list_id)
    queue = age(world, await reply(grace, "shared pending"), "/shared pending, parked", list=shared.list_id)
    assert queue.buttons()[0].label == notice.buttons()[0].label
    await (await grace.press(queue if state is State.LANDED else notice, button)).reply()
    await until(world, shared, world.spotify.known.plain.uri, state)


# What only one member sees


async def test_pending(world: World, voting: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """From the queue to the card, whose vote counts at once, and which is posted again."""
    uri = world.spotify.known.explicit.uri
    posted = await propose(world, linus, uri)
    held = await stored(world, voting, uri)
    ids = {"list": voting.list_id, "contribution": held.contribution_id}
    queue = age(world, await reply(grace, "shared pending"), "/shared pending", **ids)
    card = await (await grace.choose(queue, held.contribution_id)).reply()
    age(world, card, "card opened from pending", ballot=1, **ids)
    await (await grace.press(card, "I want it")).updated()
    age(world, card, "card opened from pending", ballot=1, **ids)
    before = {message.id for message in world.discord.messages}
    await (await grace.press(card, "Post the card again")).acknowledged()
    again = await new_card(world, before)
    assert again.channel is posted.channel


async def test_taken_back(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """What waits to be written is taken back."""
    uri = world.spotify.known.plain.uri
    world.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", retry_after=3600))
    kept = await reply(linus, "add", track=uri)
    held = await until(world, shared, uri, State.QUEUED)
    age(world, kept, "answer to /add that can be taken back", contribution=held.contribution_id)
    await (await linus.press(kept, "Take it back")).updated()
    assert not kept.embeds
    await until(world, shared, uri, State.WITHDRAWN)


async def test_which_track(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """The chosen one of several tracks goes in, with the note that stands on the question."""
    known = world.spotify.known
    asked = age(
        world, await reply(linus, "add", track=known.original.name), "/add: which track", list=shared.list_id
    )
    await (await linus.choose(asked, known.acoustic.id)).updated()
    assert not asked.embeds
    assert (await until(world, shared, known.acoustic.uri, State.LANDED)).note == "the quiet one"


@pytest.mark.parametrize(("button", "count"), [("Cancel", 0), ("Add 100 tracks", 100)])
async def test_album(world: World, shared: SharedPlaylist, linked: Actor, *, button: str, count: int) -> None:
    """A playlist of a hundred tracks goes in, or does not; the question takes its new form."""
    url = world.spotify.known_playlists.big.url
    asked = await reply(linked, "add", track=url, playlist=shared.name)
    age(world, asked, "/add: an album", list=shared.list_id)
    await (await linked.press(asked, button)).updated()
    await spotify_shows(world, lambda: len(uris(world)) >= count)
    assert len(uris(world)) == count
    assert is_new(asked)


@pytest.mark.parametrize("kind", ["Add to playlist: one list", "Add to playlist: several lists"])
async def test_add_to_playlist(
    world: World, shared: SharedPlaylist, linked: Actor, linus: Actor, kind: str
) -> None:
    """A list, a note and a yes; or a no. With each the question takes its new form."""
    other = await lend(world, linked, world.spotify.known_playlists.own, list_id="list0002", name="Aardvark")
    said = await linked.say(world.spotify.known.explicit.uri)

    async def ask() -> Message:
        asked = await (await linus.message_menu("Add to playlist", said)).reply()
        return age(world, asked, kind, list=shared.list_id, other=other.list_id)

    asked = await ask()
    await (await linus.press(asked, "Cancel")).updated()
    assert is_new(asked)
    asked = await ask()
    await (await send(linus, asked, "Note…")).updated()
    assert "six of them" in asked.text
    assert is_new(asked)
    for former in ("the rules are against it", "there already"):
        assert former not in asked.text
    age(world, asked, kind, list=shared.list_id, other=other.list_id)
    if asked.menus():
        await (await linus.choose(asked, shared.list_id)).updated()
        assert is_new(asked)
        age(world, asked, kind, list=shared.list_id, other=other.list_id)
    await (await linus.press(asked, "Add to Friday Mix")).updated()
    assert is_new(asked)
    await until(world, shared, world.spotify.known.explicit.uri, State.LANDED)


async def test_own_playlists(world: World, linked: Actor) -> None:
    """Into playlists of one's own: which track, which playlist, a whole album, and once more."""
    known, lists = world.spotify.known, world.spotify.known_playlists
    target = lists.empty
    asked = await reply(linked, "add", track=known.original.name, playlist=target.name)
    age(world, asked, "/add: which track for an own playlist")
    await (await linked.choose(asked, known.acoustic.id)).updated()
    assert target.uris == [known.acoustic.uri]
    asked = age(
        world, await reply(linked, "add", track=known.explicit.uri, playlist="an"), "/add: which own playlist"
    )
    await (await linked.choose(asked, target.id)).updated()
    assert target.uris == [known.acoustic.uri, known.explicit.uri]
    before = len(lists.own.uris)
    asked = age(
        world,
        await reply(linked, "add", track=known.plain.uri, playlist=lists.own.name),
        "/add: in it already",
    )
    await (await linked.press(asked, "Add it again")).updated()
    assert len(lists.own.uris) == before + 1
    for button, more in (("Cancel", 0), ("Add 5 tracks", 5)):
        before = len(lists.own.uris)
        url = f"https://open.spotify.com/album/{known.album.id}"
        asked = await reply(linked, "add", track=url, playlist=lists.own.name)
        age(world, asked, "/add: an album, to an own playlist")
        await (await linked.press(asked, button)).updated()
        assert is_new(asked)
        assert len(lists.own.uris) == before + more


@pytest.mark.parametrize("kind", ["track card", "track card, private"])
async def test_track_card(world: World, linked: Actor, kind: str) -> None:
    """Its button asks for a playlist, which gets the track; its menu shows another match."""
    known, target = world.spotify.known, world.spotify.known_playlists.own
    card = await reply(linked, "track", query=known.original.name)
    age(world, card, kind)
    asked = await (await linked.press(card, "Add to a playlist")).reply()
    age(world, asked, "Add to a playlist: which one")
    before = len(target.uris)
    await (await linked.choose(asked, target.id)).updated()
    assert target.uris[before:] == [known.explicit.uri]
    if card.menus():
        await (await linked.choose(card, known.live.id)).updated()
        assert known.live.name in card.text


# Somebody's account


async def test_paging_through_playlists(world: World, linked: Actor) -> None:
    """The page turns."""
    page = age(world, await reply(linked, "playlists"), "/playlists")
    await (await linked.press(page, "Next")).updated()


async def test_link(world: World, ada: Actor) -> None:
    """Both buttons open their form."""
    asked = age(world, await reply(ada, "link"), "/link")
    for button in ("Enter the code", "Paste the address"):
        assert (await (await ada.press(asked, button)).modal()).fields


async def test_account(world: World, linked: Actor) -> None:
    """The export comes as a file; deleting asks first, and is done on a yes only."""
    account = age(world, await reply(linked, "account"), "/account")
    exported = await (await linked.press(account, "Export my data")).reply()
    assert exported.attachments
    for button, kept in (("Keep it", True), ("Yes, delete everything", False)):
        asked = await (await linked.press(account, "Delete my data")).reply()
        age(world, asked, "/account: delete?")
        await (await linked.press(asked, button)).updated()
        assert bool(await world.app.stores.accounts.of_member(linked.member.id)) is kept


# The life of a list


async def test_created(world: World, linked: Actor) -> None:
    """A new playlist is made and lent on a yes, not on a no."""
    for button, count in (("Cancel", 0), ("Yes, make and lend it", 1)):
        asked = age(world, await reply(linked, "shared create", name="Our Tape"), "/shared create")
        await (await linked.press(asked, button)).updated()
        assert len(made_by(world, "ada", "Our Tape")) == count


async def test_adopted(world: World, linked: Actor) -> None:
    """One of several playlists is chosen; it is lent on a yes."""
    own = world.spotify.known_playlists.own
    asked = age(world, await reply(linked, "shared adopt", playlist="a"), "/shared adopt: which one")
    promise = await (await linked.choose(asked, own.id)).updated()
    age(world, promise, "/shared adopt")
    await (await linked.press(promise, "Yes, lend it")).updated()
    assert (await only_list(world)).playlist_id == own.id


async def test_closed(world: World, linked: Actor, shared: SharedPlaylist) -> None:
    """On a yes only."""
    for button, left in (("Keep it", 1), ("Yes, close it", 0)):
        asked = age(
            world, await reply(linked, "shared close", list=shared.name), "/shared close", list=shared.list_id
        )
        await (await linked.press(asked, button)).updated()
        assert len(await world.app.stores.lists.of_guild(shared.guild_id)) == left


async def test_round_ends(world: World, linked: Actor) -> None:
    """The next round begins."""
    await make(linked)
    await add(linked, world.spotify.known.plain.uri)
    asked = age(world, await reply(linked, "shared rotate"), "/shared rotate")
    await (await linked.press(asked, "End the round")).updated()
    (tape,) = made_by(world, "ada", "Our Tape")
    await spotify_shows(world, lambda: not tape.uris)


async def test_settings(world: World, linked: Actor, shared: SharedPlaylist) -> None:
    """Each topic of the menu opens its form; the last makes the list the default at once."""
    panel = age(world, await reply(linked, "shared settings"), "/shared settings", list=shared.list_id)
    *topics, default = panel.menus()[0].options
    for option in topics:
        assert (await (await linked.choose(panel, option.value)).modal()).fields
    await (await linked.choose(panel, default.value)).updated()
    assert await world.app.services.shared.core.finder.default(shared.guild_id) == shared


async def test_rules(world: World, shared: SharedPlaylist, grace: Actor, linus: Actor) -> None:
    """Each rule of the menu is looked at; artists are blocked and let in again, members blocked."""
    artist, ids = world.spotify.known.artist, {"list": shared.list_id}
    for value in ("blocked_artists", "blocked_tracks", "blocked_members"):
        panel = age(world, await reply(grace, "shared rules change"), "/shared rules change", **ids)
        await (await grace.choose(panel, value)).updated()
        if value == "blocked_artists":
            age(world, panel, "blocked artists", **ids)
            form = await (await grace.press(panel, "Block an artist")).modal()
            await (await grace.submit(form, {form.fields[0].custom_id: artist.name})).updated()
            assert (await only_list(world)).rules.blocked_artists == (artist.id,)
            age(world, panel, "blocked artists", **ids)
            await (await grace.choose(panel, artist.id)).updated()
            assert (await only_list(world)).rules.blocked_artists == ()
    age(world, panel, "blocked members", **ids)
    await (await grace.choose(panel, linus.member)).updated()
    assert (await only_list(world)).rules.blocked_members == (linus.member.id,)


async def test_figures(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Who is left out is counted in again."""
    opted_out = world.app.stores.stats_opt_outs
    page = await reply(linus, "shared stats", list=shared.name)
    for kind, button, out in (
        ("/shared stats", "Leave me out", True),
        ("left out of the figures", "Count me in", False),
    ):
        age(world, page, kind)
        await (await linus.press(page, button)).reply()
        assert (linus.member.id in await opted_out.among({linus.member.id})) is out


# What Spotify's app and curators do to it


@pytest.fixture
async def edited(world: World, linked: Actor) -> FakePlaylist:
    """A lent playlist of many tracks, of which somebody took one out in Spotify's app."""
    playlist = await lent_with_local_file(world, linked)
    playlist.remove(playlist.uris[3])
    return playlist


@pytest.fixture
async def ids(world: World, edited: FakePlaylist) -> dict[str, object]:
    assert edited.uris
    return {"list": (await only_list(world)).list_id, "version": 1, "contribution": "list00000001"}


@pytest.mark.parametrize(
    ("kind", "command"), [("/shared show", "show"), ("/shared history", "history"), ("edit notice", "show")]
)
async def test_edit_in_spotify(
    world: World, edited: FakePlaylist, linked: Actor, ids: dict[str, object], *, kind: str, command: str
) -> None:
    """Under each message that tells of it: a preview of going back, which is left or done, or it stays as it is."""
    count = len(edited.uris)
    shown = age(world, await reply(linked, f"shared {command}"), kind, **ids)
    preview = await (await linked.press(shown, "Restore…")).reply()
    age(world, preview, "/shared restore, preview", **ids)
    await (await linked.press(preview, "Leave it as it is")).updated()
    assert len(edited.uris) == count
    await (await linked.press(shown, "Leave it as it is")).reply()
    preview = await (await linked.press(shown, "Restore…")).reply()
    age(world, preview, "/shared undo, of a restore", **ids)
    await (await linked.press(preview, "Restore")).updated()
    assert len(edited.uris) == count + 1


async def test_restore(world: World, edited: FakePlaylist, linked: Actor, ids: dict[str, object]) -> None:
    """The present version is kept; an earlier one is chosen."""
    count = len(edited.uris)
    menu = age(world, await reply(linked, "shared restore"), "/shared restore", **ids)
    await (await linked.press(menu, "Keep the present one")).updated()
    menu = age(world, await reply(linked, "shared restore"), "/shared restore", **ids)
    preview = await (await linked.choose(menu, "1")).updated()
    age(world, preview, "/shared restore, preview", **ids)
    await (await linked.press(preview, "Restore")).updated()
    assert len(edited.uris) == count + 1


@pytest.mark.parametrize("kind", ["/shared show", "/shared show, private"])
async def test_pages(world: World, linked: Actor, ids: dict[str, object], kind: str) -> None:
    """The page turns."""
    page = age(world, await reply(linked, "shared show"), kind, **ids)
    await (await linked.press(page, "Next")).updated()
    assert "Demo Tape" in page.text  # the last of them


async def test_history(world: World, shared: SharedPlaylist, linus: Actor, linked: Actor) -> None:
    """Older pages, something taken back, and a vote to take something out."""
    for track in world.spotify.release(12):
        await world.advance(minutes=1)
        await reply(linus, "add", track=track.uri)
    first = world.spotify.known_playlists.empty.uris[-1]
    held = await until(world, shared, first, State.LANDED)
    await world.advance(hours=25)

    async def shown() -> Message:
        page = await reply(linked, "shared history", member=linus.member)
        return age(world, page, "/shared history of one member", contribution=held.contribution_id)

    await (await linked.press(await shown(), "Older")).updated()
    page = await shown()
    before = {message.id for message in world.discord.messages}
    votes = next(menu.custom_id for menu in page.menus() if menu.custom_id.startswith("sp:offs"))
    await (await linked.choose(page, held.contribution_id, menu=votes)).reply()
    assert (await new_card(world, before)).buttons()
    undo = next(menu.custom_id for menu in page.menus() if menu.custom_id.startswith("sp:undo"))
    await (await linked.choose(page, held.contribution_id, menu=undo)).reply()
