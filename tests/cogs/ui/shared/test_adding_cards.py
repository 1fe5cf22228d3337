"""What is asked and said while members add music: harmless, and within Discord's limits, whatever it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.errors import BotError
from bot.services.shared.proposals.expand import Expanded
from bot.services.shared.proposals.outcomes import Accepted, Known, Pending, Refused
from bot.spotify.models import Ref
from bot.stores.contributions import State
from bot.stores.refusals import Refusal
from cogs.ui.additions import playlist_name
from cogs.ui.own_expansions import HAS
from cogs.ui.reply import Reply
from cogs.ui.shared.contributions import Proposal, anyway_reply, which_track
from cogs.ui.shared.expansions import ADD_THEM, LEFT_OUT, outcome_reply, preview_card
from cogs.ui.shared.link_outcomes import LinkOutcome, outcomes_reply
from cogs.ui.shared.link_question import MOST_LINKS
from cogs.ui.shared.notes import note_on
from cogs.words.contributions import reasons_of
from cogs.words.waiting import rest_words
from tests.cogs.hostile import HOSTILE, harms, hidden, markdown_texts, over_limits, plain_texts, skeleton
from tests.cogs.posted import components_of, posted
from tests.cogs.samples import TRACK_ID, barred, playlist, track, tracks
from tests.shared_records import a_list, contribution

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.services.shared.proposals.outcomes import Outcome
    from bot.stores.lists import SharedPlaylist

ALBUM = Ref("album", TRACK_ID)
RULES = ("blocked_artists", "per_artist", "blocked_tracks", "longest", "shortest")
MEMBER = 1  # whom `harms` takes for ours
NAMES = sorted({name[:300] for name in HOSTILE})  # longer than any name is shown
SHORTENED = {"preview", "outcome of an album", "known links"}  # tell less where names are long


def a_named_list(name: str) -> SharedPlaylist:
    return a_list("37i9dQZF1DXcBWIGoYBM5M", owner_id=1, account_id="account", name=name)


def refused(name: str) -> list[Outcome]:
    return [Refused(track(name), (Refusal(rule, limit=300, found=400, artist=name),)) for rule in RULES]


def every_outcome(shared: SharedPlaylist, name: str) -> list[Outcome]:
    held = contribution(shared, 1, f"spotify:track:{TRACK_ID}", MEMBER)
    kept = contribution(shared, 2, f"spotify:track:{TRACK_ID}", MEMBER, state=State.QUEUED)
    return [
        Accepted(track(name), held),
        Accepted(track(name), kept),
        Pending(track(name), held),
        Known(track(name), held),
        *refused(name),
    ]


def preview(name: str, note: str = "") -> Reply:
    """All there can be to say about an album."""
    shared = a_named_list(name)
    taken = tuple(barred(name, "market") for _ in range(100))
    expanded = Expanded(ALBUM, name, taken, total=2_000, left=1_000)
    head = ADD_THEM(count="100 tracks", playlist=playlist_name(playlist(name)))
    head += "\n" + HAS(tracks="1,000 tracks")
    return Reply(
        card=preview_card(expanded, head, taken, reasons_of(shared, refused(name)), note, beyond=900)
    )


def of_an_album(name: str) -> Reply:
    shared = a_named_list(name)
    outcomes = every_outcome(shared, name)
    now = [one.contribution for one in outcomes if isinstance(one, Accepted)]
    return outcome_reply(shared, outcomes, now, "It's on its way.", rest_words(BotError()))


def of_links(name: str, *outcomes: Outcome) -> Reply:
    """The outcome of as many links as there can be."""
    shared = a_named_list(name)
    each = outcomes or tuple(every_outcome(shared, name))
    links = [
        LinkOutcome(Ref("track", TRACK_ID), name, (each[number % len(each)],)) for number in range(MOST_LINKS)
    ]
    accepted = [one.contribution for link in links for one in link.accepted]
    now = {one.contribution_id: one for one in accepted}
    return outcomes_reply(shared, links, now, "It's on its way.", rest_words(BotError()))


VIEWS: dict[str, Callable[[str], Reply]] = {
    "preview": preview,
    "outcome of an album": of_an_album,
    "outcomes of links": of_links,
    "known links": lambda name: of_links(name, every_outcome(a_named_list(name), name)[3]),
    "refused links": lambda name: of_links(name, refused(name)[0]),
    "which track": lambda name: which_track(Proposal(a_named_list(name)), tracks(name, 10)),
    "add it anyway": lambda name: anyway_reply(Proposal(a_named_list(name)), barred(name, "market")),
}


@pytest.mark.parametrize("view", VIEWS)
def test_names(view: str) -> None:
    """A name adds nothing to what Discord acts upon in a message, never makes it too long, and hides nothing in it."""
    short = [*map(skeleton, markdown_texts(VIEWS[view]("x")))]
    for name in NAMES:
        reply = VIEWS[view](name)
        said = [*markdown_texts(reply)]
        assert [found for text in said for found in harms(text)] == [], name
        assert [found for text in plain_texts(reply) for found in hidden(text)] == [], name
        assert over_limits(reply) == [], name
        assert view in SHORTENED or [*map(skeleton, said)] == short, name


def test_known_links() -> None:
    """Ten links that are known all have their line, with less about each where the names are long."""
    for name in ("x", "x" * 200):
        (said,) = markdown_texts(VIEWS["known links"](name))
        assert said.count("♻️") == MOST_LINKS
        assert "skip the rest" in said


def test_preview() -> None:
    """The album's cover beside its tracks, what is left out below them, and the note last, from where it is read."""
    reply = preview("x", "six of *them*")
    (card,) = components_of(reply)
    section, left_out, note = card["components"]
    assert section["accessory"]["media"]["url"] == "https://i.scdn.co/image/ab67616d0000b273"
    assert section["components"][0]["content"].startswith(f"### [x]({ALBUM.url})\n")
    assert left_out["content"].startswith(LEFT_OUT())
    assert note["content"] == "-# Note: six of \\*them\\*"
    assert note_on(posted(reply)) == "six of *them*"


def test_longest_preview() -> None:
    """With the longest note it still fits."""
    for name in NAMES:
        assert over_limits(preview(name, name)) == [], name


def test_note_on_the_way() -> None:
    """The questions that stand between /add and its outcome carry the note."""
    for reply in (
        which_track(Proposal(a_named_list("x"), "six"), tracks("Song", 3)),
        anyway_reply(Proposal(a_named_list("x"), "six"), barred("Song", "market")),
    ):
        assert note_on(posted(reply)) == "six"
        assert isinstance(reply.view, discord.ui.View)
