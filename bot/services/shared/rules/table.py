"""The rules a shared playlist can have, one small object each. Their sentences are in `cogs/words/rules.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from bot.services.playable import EPISODE
from bot.services.shared.core.access import may_add
from bot.services.shared.core.ballot import ballot_for
from bot.services.shared.core.calendar import next_day, next_end, next_round
from bot.services.shared.core.repeats import MOST_AGAIN, again_from
from bot.services.shared.rules.clocks import ClosedWhileVoting, LongestStay, NotAgain, Pause
from bot.services.shared.rules.keywords import RefusedWords, RequiredWords
from bot.services.shared.rules.matching import same_recording
from bot.services.shared.rules.voting import HiddenCount, OnlyUp, Voters
from bot.stores.contributions import GOING, OCCUPYING, Leave
from bot.stores.lists import Duplicates, Explicit, Mode, Period, WhenFull
from bot.stores.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.shared.rules.facts import Candidate, Facts
    from bot.stores.lists import Rules, SharedPlaylist


class Rule(Protocol):
    """`always`: it also applies to members who bypass the rules."""

    @property
    def name(self) -> str: ...
    @property
    def always(self) -> bool: ...
    def is_set(self, shared: SharedPlaylist) -> bool: ...
    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        """Only checked if it's set."""
        ...


class BlockedMembers:
    name, always = "blocked_members", True

    def is_set(self, shared: SharedPlaylist) -> bool:
        return bool(shared.rules.blocked_members)

    def refuses(self, _: Candidate, facts: Facts) -> Refusal | None:
        blocked = facts.actor.member_id in facts.shared.rules.blocked_members
        return Refusal(self.name) if blocked else None


class WhoMayAdd:
    name, always = "who_may_add", True

    def is_set(self, shared: SharedPlaylist) -> bool:
        return bool(shared.roles.add)

    def refuses(self, _: Candidate, facts: Facts) -> Refusal | None:
        blocked = facts.actor.member_id in facts.shared.rules.blocked_members  # which has its own reason
        if blocked or may_add(facts.shared, facts.actor):
            return None
        there = facts.actor.guild_role_ids
        left = None if there is None else len(there.intersection(facts.shared.roles.add))
        return Refusal(self.name, found=left)


class SameTrack:
    """The same ID, or a release Spotify stored instead."""

    name, always = "same_track", True

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.duplicates is not Duplicates.ALLOWED

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        uri = candidate.recording.uri
        for one in facts.alike:
            if one.state in OCCUPYING and uri in {one.uri, one.recording.uri}:
                return Refusal(self.name, held=one)
        return Refusal(self.name, earlier=True) if any(one.uri == uri for one in facts.earlier) else None


class SameRecording:
    name, always = "same_recording", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.duplicates is Duplicates.SAME_RECORDING

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        if SAME_TRACK.refuses(candidate, facts):
            return None  # one reason is enough
        wanted = candidate.recording
        for one in facts.alike:
            if one.state in OCCUPYING and same_recording(one.recording, wanted):
                return Refusal(self.name, held=one)
        earlier = any(same_recording(one, wanted) for one in facts.earlier)
        return Refusal(self.name, earlier=True) if earlier else None


class NeverAgain:
    name, always = "never_again", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.never_again

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        for one in facts.alike:
            gone = one.state in GOING and one.leave is Leave.VOTED_OFF
            if gone and (
                one.uri == candidate.recording.uri or same_recording(one.recording, candidate.recording)
            ):
                return Refusal(self.name)
        return None


class PerMember:
    name, always = "per_member", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.per_member is not None

    def refuses(self, _: Candidate, facts: Facts) -> Refusal | None:
        rules, settings = facts.shared.rules, facts.shared.settings
        if rules.per_member is None or facts.by_member + len(facts.earlier) < rules.per_member:
            return None
        by_day = rules.per_member_period is Period.DAY
        until = next_day(facts.now, settings.time_zone) if by_day else _next_round(facts)
        return Refusal(
            self.name, limit=rules.per_member, found=facts.by_member, until=until, earlier=bool(facts.earlier)
        )


def _next_round(facts: Facts) -> datetime | None:
    """None: when someone starts it. While the end of the round is overdue, as in a paused list: by the calendar."""
    end = next_end(facts.shared)
    return end if end is None or end > facts.now else next_round(facts.now, facts.shared.settings)


class OpenProposals:
    """Ends when one of them is decided, however that is; at the latest when enough of them have expired."""

    name, always = "open_proposals", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.mode is not Mode.OPEN

    def refuses(self, _: Candidate, facts: Facts) -> Refusal | None:
        most, found = facts.shared.rules.open_proposals, len(facts.open_until)
        ballot = ballot_for(facts.shared, facts.actor.member_id, facts.now)
        if ballot is None or found + len(facts.earlier) < most:
            return None
        ends = sorted([*facts.open_until, *(ballot.ends_at for _ in facts.earlier)])
        until = ends[len(ends) - most]
        return Refusal(self.name, limit=most, found=found, until=until, earlier=bool(facts.earlier))


class PerArtist:
    name, always = "per_artist", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.per_artist is not None

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        most = facts.shared.rules.per_artist
        for artist in candidate.track.artists:
            before = sum(artist.id in one.artist_ids for one in facts.earlier)
            if artist.id and most is not None and facts.by_artist.get(artist.id, 0) + before >= most:
                found = facts.by_artist.get(artist.id, 0)
                return Refusal(self.name, limit=most, found=found, earlier=before > 0, artist=artist.name)
        return None


class Shortest:
    name, always = "shortest", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.shortest_s is not None

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        limit, length_s = facts.shared.rules.shortest_s, _seconds(candidate)
        refused = limit is not None and length_s is not None and length_s < limit
        return Refusal(self.name, limit=limit, found=length_s) if refused else None


class Longest:
    name, always = "longest", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.longest_s is not None

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        limit, length_s = facts.shared.rules.longest_s, _seconds(candidate)
        refused = limit is not None and length_s is not None and length_s > limit
        return Refusal(self.name, limit=limit, found=length_s) if refused else None


class MusicOnly:
    """No podcast episodes."""

    name, always = "music_only", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.music_only

    def refuses(self, candidate: Candidate, _: Facts) -> Refusal | None:
        return Refusal(self.name) if candidate.track.type == EPISODE else None


class ExplicitOrNot:
    name, always = "explicit", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.explicit is not Explicit.ANY

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        wanted = facts.shared.rules.explicit is Explicit.EXPLICIT_ONLY
        return None if candidate.track.explicit is wanted else Refusal(self.name, found=int(not wanted))


class Years:
    """If Spotify doesn't give a track's year, it can't be said to be from those years."""

    name, always = "years", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return _years(shared.rules) != (None, None)

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        first, last = _years(facts.shared.rules)
        year = release_year(candidate)
        if year is not None and (first or 0) <= year <= (last or year):
            return None
        return Refusal(
            self.name, limit=last if year is not None and last and year > last else first, found=year
        )


class BlockedArtists:
    name, always = "blocked_artists", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return bool(shared.rules.blocked_artists)

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        blocked = facts.shared.rules.blocked_artists
        for artist in candidate.track.artists:
            if artist.id in blocked:
                return Refusal(self.name, artist=artist.name)
        return None


class BlockedTracks:
    name, always = "blocked_tracks", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return bool(shared.rules.blocked_tracks)

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        blocked = candidate.recording.uri in facts.shared.rules.blocked_tracks
        return Refusal(self.name) if blocked else None


class MostItems:
    """If the list makes room on its own, it's never full."""

    name, always = "most_items", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.most_items is not None

    def refuses(self, _: Candidate, facts: Facts) -> Refusal | None:
        most = facts.shared.rules.most_items
        if most is None or facts.shared.rules.when_full is not WhenFull.REFUSE:
            return None
        full = facts.total + len(facts.earlier) >= most
        return (
            Refusal(self.name, limit=most, found=facts.total, earlier=bool(facts.earlier)) if full else None
        )


class AddedAgain:
    """Adding and taking back over and over uses up everyone's requests: no list can turn this off."""

    name, always = "added_again", True

    def is_set(self, _: SharedPlaylist) -> bool:
        return True

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        wanted = candidate.recording
        same = [one for one in facts.alike if one.uri == wanted.uri or same_recording(one.recording, wanted)]
        until = again_from(same, facts.actor.member_id, facts.now)
        return Refusal(self.name, limit=MOST_AGAIN, until=until) if until else None


SAME_TRACK: Final = SameTrack()
ADDED_AGAIN: Final = AddedAgain()
LASTING: Final = frozenset(  # checked again at the decision; counts were checked when it was proposed
    {
        BlockedMembers.name,
        SameTrack.name,
        SameRecording.name,
        NeverAgain.name,
        BlockedArtists.name,
        BlockedTracks.name,
    }
)
RULES: Final[tuple[Rule, ...]] = (  # in the order they are shown
    BlockedMembers(),
    WhoMayAdd(),
    SAME_TRACK,
    SameRecording(),
    NeverAgain(),
    NotAgain(),
    PerMember(),
    Pause(),
    OpenProposals(),
    ClosedWhileVoting(),
    PerArtist(),
    Shortest(),
    Longest(),
    MusicOnly(),
    ExplicitOrNot(),
    Years(),
    BlockedArtists(),
    BlockedTracks(),
    RefusedWords(),
    RequiredWords(),
    MostItems(),
    LongestStay(),
    OnlyUp(),
    HiddenCount(),
    Voters(),
)


def release_year(candidate: Candidate) -> int | None:
    date = (candidate.track.album.release_date or "") if candidate.track.album else ""
    year = date[:4]
    return int(year) if len(year) == 4 and year.isascii() and year.isdigit() and year != "0000" else None


def _seconds(candidate: Candidate) -> int | None:
    """Whole seconds, as shown; None if Spotify doesn't say."""
    return candidate.recording.duration_ms // 1000 or None


def _years(rules: Rules) -> tuple[int | None, int | None]:
    return rules.first_year, rules.last_year
