"""Records of shared playlists the store tests are about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.stores.contributions import Ballot, BallotKind, Contribution, Leave, Recording, State, Via
from bot.stores.history import Event, Happening
from bot.stores.lists import (
    Duplicates,
    Mode,
    Roles,
    Rounds,
    Rules,
    Settings,
    SharedPlaylist,
    Trouble,
    WhenFull,
)
from bot.stores.notices import Notice, NoticeKind
from tests.stores.records import ADA, GRACE, NOW, SOON

GUILD, OTHER_GUILD = 1057711882471231500, 2**63 - 2
LIST = "list0001"
HOSTILE = "a\0b \u202e\ud83c\udfb5".encode("utf-16", "surrogatepass").decode("utf-16") + "'; DROP TABLE x; --"


def shared(list_id: str = LIST, **changes: Any) -> SharedPlaylist:
    """A list whose name and playlist differ from list to list."""
    plain = SharedPlaylist(list_id, GUILD, f"playlist-{list_id}", f"Mix {list_id}", ADA, "account-a", NOW)
    return replace(plain, **changes)


def full_list() -> SharedPlaylist:
    """A list with everything set."""
    return shared(
        owner_id=GRACE,
        name=HOSTILE,
        mode=Mode.VOTE,
        trouble=Trouble.OWNER_LEFT,
        trouble_since=SOON,
        rules=Rules(
            duplicates=Duplicates.ALLOWED,
            per_member=3,
            open_proposals=50,
            blocked_artists=("artist-a", HOSTILE),
            blocked_members=(ADA, GRACE),
            most_items=10_000,
            when_full=WhenFull.DROP_LOWEST,
            again_days=30,
            stay_days=90,
            closed_while_voting=True,
            refused_words=("live", HOSTILE),
        ),
        roles=Roles(add=(GRACE,), manage=(1, 2**63 - 1)),
        settings=Settings(time_zone="Asia/Kathmandu", digest_channel_id=GRACE, rounds=Rounds.MONTHLY),
        archive_id="archive",
        round_no=4,
        round_began=NOW,
        checked_at=SOON,
    )


def recording(number: int = 1, **changes: Any) -> Recording:
    """A recording that shares nothing with those of other numbers."""
    plain = Recording(
        f"spotify:track:{number}",
        f"ISRC{number}",
        (f"artist-{number}",),
        180_000 + number,
        f"title {number}",
    )
    return replace(plain, **changes)


def contribution(number: int = 1, /, **changes: Any) -> Contribution:
    """One that waits, and shares nothing but list and member with those of other numbers."""
    plain = Contribution(
        contribution_id=f"contribution{number}",
        origin=f"interaction {number}/0",
        list_id=LIST,
        guild_id=GUILD,
        member_id=ADA,
        via=Via.COMMAND,
        recording=recording(number),
        state=State.PENDING,
        created_at=NOW,
        changed_at=NOW,
    )
    return replace(plain, **changes)


def ballot(**changes: Any) -> Ballot:
    return replace(Ballot(1, BallotKind.VOTE_IN, ADA, NOW, SOON), **changes)


def full_contribution() -> Contribution:
    """One with everything set."""
    return contribution(
        guild_id=OTHER_GUILD,
        member_id=GRACE,
        via=Via.DROP,
        recording=recording(artist_ids=("artist-a", "artist-b", "artist-a")),
        state=State.LEAVING,
        note=HOSTILE,
        round_no=7,
        number=2**40,
        batch_id="batch",
        ballot=ballot(
            open=False, yes=2, no=1, decided_by=GRACE, reason=HOSTILE, channel_id=GRACE, message_id=GRACE
        ),
        leave=Leave.VOTED_OFF,
        left_by=GRACE,
        channel_id=GRACE,
        written_uri="spotify:track:other",
    )


def event(number: int = 1, /, **changes: Any) -> Event:
    plain = Event(
        event_id=f"event {number}",
        guild_id=GUILD,
        list_id=LIST,
        at=NOW,
        happening=Happening.PROPOSED,
        actor_id=ADA,
        member_id=ADA,
    )
    return replace(plain, **changes)


def notice(number: int = 1, **changes: Any) -> Notice:
    """That a proposal was decided."""
    plain = Notice(
        f"contribution{number}:decision:1",
        NoticeKind.DECISION,
        NOW,
        GUILD,
        LIST,
        f"contribution{number}",
        ADA,
        facts={"ballot": 1},
    )
    return replace(plain, **changes)
