"""Managers set when rounds end, what happens in a full list, and the digest: in forms, and then it is so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.calendar import next_end
from bot.stores.contributions import Ballot, BallotKind
from bot.stores.lists import RoundKind, Rounds
from tests.end_to_end.lending import add, made_by, make, only_list, spotify_shows
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

NAME = "Our Tape"
WINTER = datetime(2026, 12, 17, 12, tzinfo=UTC)  # a Thursday
SPRING = datetime(2027, 3, 25, 12, tzinfo=UTC)  # a Thursday; in Stockholm clocks go forward on Sunday


@pytest.fixture
async def tape(world: World, linked: Actor) -> FakePlaylist:
    """A shared playlist with one track in it."""
    await make(linked, NAME)
    (playlist,) = made_by(world, "ada", NAME)
    assert "Added" in await add(linked, world.spotify.known.plain.uri)
    return playlist


async def until(world: World, moment: datetime) -> None:
    await world.advance(seconds=(moment - world.clock.now()).total_seconds())


async def fill_in(actor: Actor, topic: str, **typed: object) -> Message:
    """A form of /shared settings; labels with underscores for blanks."""
    shown = await (await actor.command("shared settings")).reply()
    form = await (await actor.choose(shown, topic)).modal()
    sent = await actor.submit(form, {label.replace("_", " "): each for label, each in typed.items()})
    return await sent.updated()


async def set_size(actor: Actor, most: int, when_full: str) -> str:
    shown = await (await actor.command("shared rules change")).reply()
    form = await (await actor.choose(shown, "Playlist size")).modal()
    number, full = form.fields
    sent = await actor.submit(form, {number.custom_id: str(most), full.custom_id: when_full})
    return (await sent.updated()).text


@pytest.mark.parametrize(
    ("start", "every", "end"),
    [
        (WINTER, "weekly", datetime(2026, 12, 20, 23, tzinfo=UTC)),
        (WINTER, "monthly", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        (SPRING, "weekly", datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (SPRING, "monthly", datetime(2027, 3, 31, 22, tzinfo=UTC)),
    ],
)
async def test_calendar(  # noqa: PLR0917 - what is combined
    world: World, linked: Actor, tape: FakePlaylist, start: datetime, every: str, end: datetime
) -> None:
    """A round ends at midnight of the clocks there, on Monday or the first, in winter and in summer, not before."""
    await until(world, start)
    await fill_in(linked, "name", Time_zone="Europe/Stockholm")
    shown = await fill_in(linked, "rounds", A_round_ends=every)
    assert ("every Monday at 0:00" if every == "weekly" else "1st of each month at 0:00") in shown.text
    asked = await (await linked.command("shared rotate")).reply()
    assert f"<t:{int(end.timestamp())}:R>" in asked.text
    await until(world, end - timedelta(minutes=1))
    await world.app.services.shared.rounds.rounds.look_after((await only_list(world)).list_id)
    assert (await only_list(world)).round_no == 1
    await until(world, end)
    await spotify_shows(world, lambda: not tape.uris)
    began = (await only_list(world)).round_began
    assert began is not None
    assert end <= began < end + timedelta(minutes=1)


async def test_any_day_every_few_weeks(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Every three weeks on a Friday evening: it ends then, the next one three weeks later, across the clock change."""
    await until(world, SPRING)
    await fill_in(linked, "name", Time_zone="Europe/Stockholm")
    weekly = {"A_round_ends": "weekly", "Weekday": "friday", "Hour": "20", "Weeks_in_a_round": "3"}
    shown = await fill_in(linked, "rounds", **weekly)
    assert "A round ends every 3 weeks, on Friday at 20:00." in shown.text
    end = datetime(2027, 4, 9, 18, tzinfo=UTC)  # the third Friday, in summer time
    asked = await (await linked.command("shared rotate")).reply()
    assert f"<t:{int(end.timestamp())}:R>" in asked.text
    await until(world, end - timedelta(minutes=1))
    await world.app.services.shared.rounds.rounds.look_after((await only_list(world)).list_id)
    assert (await only_list(world)).round_no == 1
    await until(world, end)
    await spotify_shows(world, lambda: not tape.uris)
    assert next_end(await only_list(world)) == end + timedelta(weeks=3)
    form = await (await linked.choose(await settings_of(linked), "rounds")).modal()
    assert [field.value for field in form.fields if field.value] == ["20", "3"]


@pytest.mark.parametrize(
    ("topic", "label", "typed", "why"),
    [
        ("rounds", "Hour", "24", "The hour must be 0 to 23."),
        ("rounds", "Hour", "noon", "The hour must be 0 to 23 in whole numbers."),
        ("rounds", "Weeks in a round", "0", "Weeks in a round must be 1 to 52."),
        ("digest", "Hour", "-1", "The hour must be 0 to 23 in whole numbers."),
    ],
)
async def test_no_such_time(  # noqa: PLR0917 - what is combined
    world: World, linked: Actor, tape: FakePlaylist, topic: str, label: str, typed: str, why: str
) -> None:
    """A time that doesn't exist is refused with its limits, and the form opens again as it was sent."""
    before = await only_list(world)
    form = await (await linked.choose(await settings_of(linked), topic)).modal()
    refused = await (await linked.submit(form, {label: typed, "Weekday": "sunday"})).reply()
    assert why in refused.text
    again = await (await linked.press(refused, "Edit again")).modal()
    assert typed in [field.value for field in again.fields]
    fixed = await linked.submit(again, {label: "2"})
    await fixed.acknowledged()
    await world.discord.wait_for(lambda: "Saved." in _texts(linked) or None, "the saved settings")
    assert before.settings != (await only_list(world)).settings
    weekday = getattr((await only_list(world)).settings, f"{topic.removesuffix('s')}_weekday")
    assert (weekday, len(tape.uris)) == ("sunday", 1)


def _texts(actor: Actor) -> str:
    return "\n".join(message.text for message in actor.messages())


async def settings_of(actor: Actor) -> Message:
    return await (await actor.command("shared settings")).reply()


async def test_not_at_once(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A calendar chosen for an old list ends nothing that it would have ended before; nor do other clocks."""
    await until(world, WINTER)
    await fill_in(linked, "rounds", A_round_ends="weekly")
    await world.advance(minutes=1)
    await world.app.services.shared.rounds.rounds.look_after((await only_list(world)).list_id)
    assert (await only_list(world)).round_no == 1
    await until(world, datetime(2026, 12, 20, 23, 30, tzinfo=UTC))
    await fill_in(linked, "name", Time_zone="Asia/Tokyo")  # there Monday began hours ago
    await world.advance(minutes=1)
    await world.app.services.shared.rounds.rounds.look_after((await only_list(world)).list_id)
    assert (await only_list(world)).round_no == 1
    assert len(tape.uris) == 1


@pytest.mark.parametrize(
    ("changed", "zone", "end"),
    [
        (timedelta(hours=1), "America/New_York", datetime(2026, 12, 28, 5, tzinfo=UTC)),
        (timedelta(hours=1), "Asia/Tokyo", datetime(2026, 12, 27, 15, tzinfo=UTC)),
        (timedelta(days=3), "Pacific/Pago_Pago", datetime(2026, 12, 28, 11, tzinfo=UTC)),
        (timedelta(days=6, hours=23), "America/New_York", datetime(2026, 12, 28, 5, tzinfo=UTC)),
        (timedelta(days=6, hours=23), "Asia/Tokyo", datetime(2026, 12, 28, tzinfo=UTC)),
    ],
)
async def test_other_clocks(  # noqa: PLR0917 - what is combined
    world: World, linked: Actor, tape: FakePlaylist, changed: timedelta, zone: str, end: datetime
) -> None:
    """Whenever within a round the clocks are changed, it lasts its week, and so does the one after it."""
    began = datetime(2026, 12, 21, tzinfo=UTC)  # a Monday
    await until(world, WINTER)
    await fill_in(linked, "rounds", A_round_ends="weekly")
    await until(world, began)
    await spotify_shows(world, lambda: not tape.uris)
    await until(world, began + changed)
    assert "Added" in await add(linked, world.spotify.known.explicit.uri)
    await fill_in(linked, "name", Time_zone=zone)
    asked = await (await linked.command("shared rotate")).reply()
    assert f"<t:{int(end.timestamp())}:R>" in asked.text
    await until(world, end - timedelta(seconds=30))
    await world.app.services.shared.rounds.rounds.look_after((await only_list(world)).list_id)
    assert (await only_list(world)).round_no == 2
    await until(world, end)
    await spotify_shows(world, lambda: not tape.uris)
    assert (await only_list(world)).round_no == 3
    asked = await (await linked.command("shared rotate")).reply()
    following = next_end(await only_list(world))
    assert following is not None
    assert f"<t:{int(following.timestamp())}:R>" in asked.text
    assert timedelta(days=6) <= following - end <= timedelta(days=7)


async def test_by_hand_again(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Back to rounds by hand, none ends by itself."""
    await until(world, WINTER)
    await fill_in(linked, "rounds", A_round_ends="weekly")
    shown = await fill_in(linked, "rounds", A_round_ends="by_hand")
    assert "when a manager uses" in shown.text
    await world.advance(days=30)
    await world.app.services.shared.rounds.rounds.look_after((await only_list(world)).list_id)
    assert (await only_list(world)).round_no == 1
    assert len(tape.uris) == 1


async def test_new_playlists(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Rounds can each have a playlist of their own; the form shows what holds."""
    shown = await fill_in(linked, "rounds", What_happens_then="new_playlist")
    assert "starts in a new playlist" in shown.text
    settings = (await only_list(world)).settings
    assert (settings.round_kind, settings.rounds) == (RoundKind.NEW_PLAYLIST, Rounds.BY_HAND)
    asked = await (await linked.command("shared rotate")).reply()
    done = await (await linked.press(asked, "End the round")).updated()
    await world.discord.wait_for(lambda: "in a new playlist" in done.text or None, "the end")
    (new,) = made_by(world, "ada", f"{NAME} · round 2")
    assert (len(tape.uris), new.uris) == (1, [])


async def test_only_managers(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """Whoever may not manage gets no form, and a form filled in after the right was lost changes nothing."""
    assert tape.uris
    curator = world.discord.guild("Tape Heads").role("Curator")
    await fill_in(linked, "roles", Manage=[curator])
    roles = world.discord.guild("Tape Heads").members[linus.member]
    roles.append(curator)
    shown = await (await linus.command("shared settings")).reply()
    form = await (await linus.choose(shown, "rounds")).modal()
    roles.remove(curator)
    late = await (await linus.submit(form, {"A round ends": "weekly"})).reply()
    assert "Only managers" in late.text
    assert "Only managers" in (await (await linus.choose(shown, "rounds")).reply()).text
    assert (await only_list(world)).settings.rounds is Rounds.BY_HAND


async def test_full(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """A full list takes nothing more; told to drop its oldest, that goes into the archive and the new one in."""
    known = world.spotify.known
    assert "At most 1 track." in await set_size(linked, 1, "refuse")
    assert "full" in await add(linus, known.explicit.uri)
    assert tape.uris == [known.plain.uri]
    await set_size(linked, 1, "drop_oldest")
    assert "Added" in await add(linus, known.explicit.uri)
    await world.advance(minutes=1)
    await spotify_shows(world, lambda: tape.uris == [known.explicit.uri])
    (archive,) = made_by(world, "ada", f"{NAME} · archive")
    assert archive.uris == [known.plain.uri]
    shown = await (await linus.command("shared archive")).reply()
    assert archive.url in {button.url for button in shown.buttons()}


async def test_drop_lowest(world: World, linked: Actor, linus: Actor) -> None:
    """Told to drop what has the fewest votes, exactly that goes into the archive."""
    known, playlist = world.spotify.known, world.spotify.known_playlists.empty
    shared = await lend(world, linked, playlist, name=NAME)
    now = world.clock.now()
    liked = ((known.plain.uri, 5, 0), (known.explicit.uri, 4, 3), (known.acoustic.uri, 2, 0))
    playlist.add([uri for uri, _, _ in liked])
    for number, (uri, yes, no) in enumerate(liked, 1):
        ballot = Ballot(
            1, BallotKind.VOTE_IN, linus.member.id, now, now, open=False, yes=yes, no=no, shown=True
        )
        await bring(world.app.stores, shared, number, uri, linus.member.id, ballot=ballot)
    await world.app.stores.contributions.next_number(shared.list_id, block=3)
    await set_size(linked, 3, "drop_lowest")
    assert "Added" in await add(linus, known.together.uri)
    await world.advance(minutes=1)
    await spotify_shows(world, lambda: len(playlist.uris) == 3)
    (archive,) = made_by(world, "ada", f"{NAME} · archive")
    assert archive.uris == [known.explicit.uri]
    assert playlist.uris[-1] == known.together.uri  # nobody had time to vote for it


async def test_digest(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """With a digest nothing is posted per addition; switched off and on again, it tells nothing old."""
    channel = linked.channel
    known = world.spotify.known
    await fill_in(linked, "channels", Digest=channel)
    before = {message.id for message in linus.messages() if not message.ephemeral}
    assert "Added" in await add(linus, known.explicit.uri)
    assert {message.id for message in linus.messages() if not message.ephemeral} == before
    await world.advance(days=1)
    told = await world.discord.wait_for(lambda: _last_digest(linus, 1), "the digest")
    assert known.explicit.name in told.text
    await fill_in(linked, "channels", Digest=[])
    assert "Added" in await add(linus, known.acoustic.uri)
    await world.advance(days=60)
    await fill_in(linked, "channels", Digest=channel)
    assert "Added" in await add(linus, known.together.uri)
    await world.advance(days=1)
    told = await world.discord.wait_for(lambda: _last_digest(linus, 2), "the second digest")
    assert known.together.name in told.text
    assert known.acoustic.name not in told.text
    assert len(tape.uris) == 4


async def test_weekly_digest(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """Set to Sundays at 18:00, the digest says what a whole week brought, at that hour there and not before."""
    await until(world, WINTER)
    await fill_in(linked, "name", Time_zone="Europe/Stockholm")
    await fill_in(linked, "channels", Digest=linked.channel)
    shown = await fill_in(linked, "digest", A_digest_comes="weekly", Weekday="sunday", Hour="18")
    assert "every Sunday at 18:00" in shown.text
    known = world.spotify.known
    assert "Added" in await add(linus, known.explicit.uri)
    await until(world, datetime(2026, 12, 19, 12, tzinfo=UTC))
    assert "Added" in await add(linus, known.acoustic.uri)
    digests, list_id = world.app.services.shared.rounds.digests, (await only_list(world)).list_id
    await until(world, datetime(2026, 12, 20, 16, 59, tzinfo=UTC))
    assert await digests.look_after(list_id) == datetime(2026, 12, 20, 17, tzinfo=UTC)
    assert _last_digest(linus, 1) is None
    await until(world, datetime(2026, 12, 20, 17, 1, tzinfo=UTC))
    told = await world.discord.wait_for(lambda: _last_digest(linus, 1), "the digest")
    assert known.explicit.name in told.text
    assert known.acoustic.name in told.text
    assert len(tape.uris) == 3


def _last_digest(actor: Actor, number: int) -> Message | None:
    found = [message for message in actor.messages() if "New in " in message.text]
    return found[-1] if len(found) == number else None
