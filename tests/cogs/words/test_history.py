"""The history of a shared playlist and the preview of a restore: a sentence for everything, and no name does harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.history.timeline import PAGE_SIZE, TimelinePage
from bot.services.shared.reconciliation.diff import Difference
from bot.services.shared.reconciliation.projection import ExternalEdit
from bot.services.shared.reconciliation.restore import Preview
from bot.services.shared.reconciliation.restore_saga import Outcome
from bot.services.shared.rules.blocking import Blocked
from bot.stores.contributions import Leave
from bot.stores.history import Event, Happening, SnapshotInfo
from bot.stores.lists import Trouble
from cogs.ui.reply import Reply
from cogs.ui.shared.history import history_parts
from cogs.ui.shared.restore_text import outcome_words, preview_parts, version_label, version_options
from cogs.ui.shared.settings_forms import DIGEST_TITLE, REMOVAL_TITLE, ROUNDS_TITLE, VOTES_TITLE, VOTING_TITLE
from cogs.words.history import CHANGED, edits, local_title, sentence
from cogs.words.rule_topics import TOPICS
from tests.cogs.hostile import HOSTILE, harms, markdown_texts, over_limits, skeleton
from tests.cogs.samples import NOW, TRACK_ID, track
from tests.shared_records import a_list, contribution

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = a_list(TRACK_ID, owner_id=7, account_id="a")
MEMBER, ACTOR = 2**62, 2**61
URI = f"spotify:track:{TRACK_ID}"
INFO = SnapshotInfo(SHARED.list_id, 12, NOW, "by hand", 1_240)
FOREIGN = ExternalEdit(SHARED.list_id, 3, 2, 1, 11, NOW)


def event(happening: Happening, **changes: object) -> Event:
    plain = Event(
        f"{happening}",
        SHARED.guild_id,
        SHARED.list_id,
        NOW,
        happening,
        actor_id=ACTOR,
        member_id=MEMBER,
        contribution_id="list00000001",
        uri=URI,
        detail={"number": 4, "before": 5, "back": 1, "gone": 2, "moved": 3, "count": 6, "yes": 3, "no": 1},
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # its fields


def page(name: str, *events: Event) -> TimelinePage:
    """Where the list, the titles, the artists, the notes and the reasons are called so."""
    one = replace(contribution(SHARED, 1, URI, MEMBER, note=name), contribution_id="list00000001")
    return TimelinePage(
        replace(SHARED, name=name), events, "1.1", {URI: track(name, artists=3)}, {one.contribution_id: one}
    )


@pytest.mark.parametrize("happening", Happening)
def test_every_happening_has_a_sentence(happening: Happening) -> None:
    """Whatever can happen is told, also when nobody in the server did it and Spotify tells no title."""
    full = event(happening)
    bare = event(happening, actor_id=None, member_id=None, contribution_id=None, uri=None, detail={})
    for told in (sentence(full, page("x", full)), sentence(bare, page("x", bare))):
        assert told.startswith(f"<t:{int(NOW.timestamp())}:d>")
        assert not any(word in told for word in ("None", "{", "}"))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (event(Happening.ACCEPTED, detail={"how": "curator"}), f"<@{ACTOR}> accepted"),
        (
            event(Happening.ACCEPTED, detail={"how": "votes", "yes": 4, "no": 1}),
            f", added by <@{MEMBER}>, was voted in · 👍 4 👎 1",
        ),
        (
            event(Happening.DECLINED, actor_id=None, detail={"yes": 1, "no": 4}),
            f", proposed by <@{MEMBER}>, was voted down",
        ),
        (event(Happening.DECLINED, detail={"reason": "too loud"}), "“too loud”"),
        (
            event(Happening.DECLINED, detail={"against": "blocked_tracks"}),
            f"was accepted by <@{ACTOR}>, but didn't go in: the track had been blocked in the meantime",
        ),
        (event(Happening.LANDED, actor_id=None), f"<@{MEMBER}> added"),
        (event(Happening.LANDED), f"<@{ACTOR}> brought back"),
        (event(Happening.REMOVED, detail={"why": str(Leave.UNDONE)}), f"was taken back by <@{ACTOR}>"),
        (
            event(Happening.REMOVED, actor_id=None, detail={"why": str(Leave.VOTED_OFF)}),
            "was removed by vote",
        ),
        (
            event(Happening.STOPPED, actor_id=None, detail={"why": str(Trouble.FORBIDDEN)}),
            "doesn't let its owner",
        ),
        (event(Happening.RESTORED), "1 brought back, 2 removed, 3 moved. To undo that, restore version 5."),
        (
            event(
                Happening.TIDIED,
                detail={"work": "sort", "by": "release", "moved": 4, "before": 1, "after": 2},
            ),
            f"sorted the playlist by release date: 4 moved. <@{MEMBER}> confirmed it.",
        ),
        (
            event(Happening.TIDIED, member_id=None, detail={"work": "dedupe", "gone": 2}),
            "removed duplicates: 2 removed.",
        ),
        (
            event(Happening.EDITED, detail={"what": "details", "name": "Night @here", "old_name": "Day"}),
            f"<@{ACTOR}> changed the name on Spotify to “Night ",
        ),
        (event(Happening.EDITED, detail={"what": "cover"}), f"<@{ACTOR}> changed the cover"),
        (event(Happening.REMOVED, detail={"why": str(Leave.TIDIED)}), f"was removed by <@{ACTOR}>"),
        (event(Happening.MISSED), "was removed in Spotify"),
        (event(Happening.ACCEPTED, member_id=None, detail={"how": "curator"}), ", added in Spotify"),
        (event(Happening.CHANGED, detail={"what": "blocked_artists"}), "changed blocked artists"),
        (event(Happening.CHANGED, detail={"what": "how it was called"}), "changed how it was called"),
        (event(Happening.CHANGED, detail={}), "changed the settings"),
    ],
)
def test_sentences(made: Event, words: str) -> None:
    """Who decided, how, and why."""
    assert words in sentence(made, page("x", made))


def test_every_change_has_a_sentence() -> None:
    """What the records call each setting and rule, in English, is said in any language."""
    titles = (
        VOTES_TITLE,
        VOTING_TITLE,
        REMOVAL_TITLE,
        ROUNDS_TITLE,
        DIGEST_TITLE,
        *(topic.label for topic in TOPICS if topic.fields),
    )
    recorded = {
        "mode",
        "roles",
        "curators",
        "where new tracks go",
        "channels",
        "name and time zone",
        *Blocked,
    }
    assert {*CHANGED} == recorded | {title.english.lower() for title in titles}


def history(name: str) -> Reply:
    told = [
        event(Happening.PROPOSED),
        event(Happening.DECLINED, detail={"reason": name, "yes": 1, "no": 2}),
        event(Happening.CHANGED, detail={"what": name}),
        event(Happening.LANDED, actor_id=None),
        event(Happening.FOUND, uri=f"spotify:local:{name}:x:{name}:100"),
    ]
    return Reply(card=history_parts(page(name, *told, *told), None, FOREIGN, first=True))


def preview(name: str) -> Reply:
    uris = tuple(f"spotify:track:{number:022}" for number in range(9))
    lost = tuple(f"spotify:local:{name}:x:{name}:{number}" for number in range(9))
    difference = Difference(uris, uris, 7, lost, uris)
    tracks = {uri: track(name, artists=3) for uri in uris}
    made = Preview(INFO, difference, 21)
    return Reply(card=preview_parts(replace(SHARED, name=name), made, tracks))


def outcome(name: str) -> Reply:
    done = Outcome(INFO, Difference((URI,), (URI,), 1, (), (URI,)), 13, refused=(URI,) * 12)
    return Reply(outcome_words(replace(SHARED, name=name), done, {URI: track(name, artists=3)}))


def midway(name: str) -> Reply:
    done = Outcome(INFO, Difference((URI,), (), 0, (), ()), 13, goes_on_at=NOW + timedelta(minutes=1))
    return Reply(outcome_words(replace(SHARED, name=name), done, {}))


@pytest.mark.parametrize("view", [history, preview, outcome, midway])
def test_names(view: Callable[[str], Reply]) -> None:
    """No name adds anything that Discord acts upon, wherever it stands, nor breaks a limit."""
    for name in HOSTILE:
        reply = view(name)
        assert [found for text in markdown_texts(reply) for found in _harms(text)] == [], name
        assert over_limits(reply) == [], name


@pytest.mark.parametrize("view", [outcome, midway])
def test_skeleton(view: Callable[[str], Reply]) -> None:
    """A hostile name leaves an answer's form as an ordinary one does."""
    ordinary = [skeleton(text) for text in markdown_texts(view("x"))]
    for name in HOSTILE:
        assert [skeleton(text) for text in markdown_texts(view(name))] == ordinary, name


def test_a_full_page_fits() -> None:
    """Ten events with the longest names and notes are all told."""
    told = [event(Happening.PROPOSED, event_id=str(number)) for number in range(PAGE_SIZE)]
    reply = Reply(card=history_parts(page("_" * 400, *told), MEMBER, FOREIGN, first=True))
    assert "\n".join(markdown_texts(reply)).count("proposed") == PAGE_SIZE
    assert over_limits(reply) == []


def test_nothing_yet() -> None:
    """An empty history says so, of everybody and of one member."""
    for member_id, first, words in (
        (None, True, "Nothing has happened"),
        (MEMBER, True, f"<@{MEMBER}> hasn't done anything"),
        (None, False, "Nothing older"),
    ):
        made = Reply(card=history_parts(page("x"), member_id, None, first=first))
        assert words in "\n".join(markdown_texts(made))


def test_local_file_names() -> None:
    """A local file is called what its URI says, with blanks and signs as they were."""
    assert local_title("spotify:local:Ada+%26+Co:Album:Demo+Tape:200") == "Demo Tape by Ada & Co"
    assert local_title("spotify:local::::200") == ""
    assert local_title("spotify:local:odd") == "odd"


def test_versions() -> None:
    """A version is told by number, moment and reason, on the clocks of the playlist's zone, which is named."""
    assert version_label(INFO, SHARED) == f"12 · {NOW:%Y-%m-%d %H:%M} UTC · saved by hand"
    there = replace(SHARED, settings=replace(SHARED.settings, time_zone="Asia/Tokyo"))
    later = NOW + timedelta(hours=9)
    assert version_label(INFO, there) == f"12 · {later:%Y-%m-%d %H:%M} Asia/Tokyo · saved by hand"
    assert version_label(replace(INFO, reason="odd"), SHARED).endswith("odd")


def test_as_many_versions_as_fit() -> None:
    """Discord takes at most 25 of them."""
    infos = [replace(INFO, number=number) for number in range(40)]
    assert len(version_options(infos, SHARED)) == 25


def test_edits() -> None:
    """What was edited is counted, and what was not is not mentioned."""
    assert edits(FOREIGN) == "3 added, 2 removed, 1 moved"
    assert edits(replace(FOREIGN, found=0, moved=0)) == "2 removed"


def _harms(text: str) -> list[str]:
    """Beside our own mentions of members."""
    return harms(text.replace(f"<@{MEMBER}>", "").replace(f"<@{ACTOR}>", ""))
