"""Whether a track can go into a shared playlist: every rule that is set is checked, and each refusal has its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.access import bypasses
from bot.services.shared.core.calendar import day_began
from bot.services.shared.core.repeats import MOST_TAKEN_BACK, is_taken_back
from bot.services.shared.rules.facts import Candidate, Facts
from bot.services.shared.rules.matching import recording
from bot.services.shared.rules.table import ADDED_AGAIN, LASTING, RULES
from bot.spotify.models import Artist, Track
from bot.stores.contributions import CONTRIBUTED, OCCUPYING, BallotKind, State
from bot.stores.lists import Mode, Period

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.shared.core.access import Actor
    from bot.services.shared.rules.table import Rule
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution, Recording
    from bot.stores.lists import SharedPlaylist
    from bot.stores.refusals import Refusal

AT_ONCE: Final = 50  # looked up in the store at a time
MANY_PROPOSALS: Final = 1_000  # by one member: lists from before there was a limit may have several hundred


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says. refusal: None: no objection. skipped: it doesn't apply to this member."""

    rule: str
    refusal: Refusal | None = None
    skipped: bool = False


class RuleBook:
    def __init__(self, contributions: Contributions, *, now: Callable[[], datetime]) -> None:
        self._contributions = contributions
        self._now = now

    async def check(self, shared: SharedPlaylist, actor: Actor, track: Track) -> tuple[Refusal, ...]:
        """The refusals; empty: none. Only “the same track” applies to members who bypass the rules."""
        (refusals,) = await self.check_many(shared, actor, [track])
        return refusals

    async def check_many(
        self, shared: SharedPlaylist, actor: Actor, tracks: Sequence[Track]
    ) -> tuple[tuple[Refusal, ...], ...]:
        """For each track of one request, the refusals, counting those before it that can go in."""
        common = await self._common(shared, actor)
        counted: dict[str, int] = {}
        taken: list[Recording] = []
        answers: list[tuple[Refusal, ...]] = []
        candidates = [Candidate(track, recording(track)) for track in tracks]
        for number, candidate in enumerate(candidates):
            if number % AT_ONCE == 0:
                common = await self._with_alike(common, candidates[number : number + AT_ONCE])
            facts = await self._facts(common, candidate, tuple(taken), counted)
            refusals = tuple(
                refusal
                for rule in (*_holding(shared, actor), ADDED_AGAIN)
                if (refusal := rule.refuses(candidate, facts))
            )
            if not refusals:
                taken.append(candidate.recording)
            answers.append(refusals)
        return tuple(answers)

    async def recheck(self, shared: SharedPlaylist, actor: Actor, held: Contribution) -> tuple[Refusal, ...]:
        """What now forbids something proposed, or in before: it's already in, or no longer allowed.

        Only uses what is stored about it: no refusal knows an artist's name.
        """
        wanted = replace(held.recording, uri=held.uri)
        track = Track(uri=wanted.uri, artists=tuple(Artist(id=each) for each in wanted.artist_ids))
        candidate = Candidate(track, wanted)
        facts = await self._with_alike(Facts(shared, actor, self._now()), [candidate])
        others = tuple(
            one
            for one in facts.alike
            if one.contribution_id != held.contribution_id and one.state is not State.PENDING
        )
        facts = replace(facts, alike=others)
        return tuple(
            refusal
            for rule in _holding(shared, actor)
            if rule.name in LASTING and (refusal := rule.refuses(candidate, facts))
        )

    async def test(self, shared: SharedPlaylist, actor: Actor, track: Track) -> tuple[Verdict, ...]:
        """What each rule that is set says."""
        candidate = Candidate(track, recording(track))
        common = await self._with_alike(await self._common(shared, actor), [candidate])
        facts = await self._facts(common, candidate, (), {})
        holding = _holding(shared, actor)
        verdicts = [
            Verdict(rule.name, rule.refuses(candidate, facts))
            if rule in holding
            else Verdict(rule.name, skipped=True)
            for rule in RULES
            if rule.is_set(shared)
        ]
        if refusal := ADDED_AGAIN.refuses(candidate, facts):
            verdicts.append(Verdict(ADDED_AGAIN.name, refusal))
        return tuple(verdicts)

    async def _common(self, shared: SharedPlaylist, actor: Actor) -> Facts:
        """What is the same for every track of a request. Only counts what the rules ask for."""
        facts = Facts(shared, actor, self._now())
        if bypasses(shared, actor):
            return facts
        rules, settings = shared.rules, shared.settings
        by_member = total = 0
        if rules.per_member is not None:
            by_day = rules.per_member_period is Period.DAY
            by_member = await self._contributions.count(
                shared.list_id,
                OCCUPYING,
                member_id=actor.member_id,
                since=day_began(facts.now, settings.time_zone) if by_day else None,
                round_no=None if by_day else shared.round_no,
            )
        if rules.most_items is not None:
            total = await self._contributions.count(shared.list_id, OCCUPYING)
        open_until = await self._open_until(shared, actor, facts.now) if shared.mode is not Mode.OPEN else ()
        return replace(
            facts,
            by_member=by_member,
            total=total,
            open_until=open_until,
            last_added=await self._last_added(shared, actor) if rules.minutes_between is not None else None,
            votes_until=await self._votes_until(shared, facts.now) if rules.closed_while_voting else None,
        )

    async def _last_added(self, shared: SharedPlaylist, actor: Actor) -> datetime | None:
        """What the member took back doesn't count, and there is a limit to how much that is."""
        latest = await self._contributions.latest_of(
            shared.list_id, actor.member_id, CONTRIBUTED, MOST_TAKEN_BACK + 1
        )
        return next((one.created_at for one in latest if not is_taken_back(one, actor.member_id)), None)

    async def _votes_until(self, shared: SharedPlaylist, now: datetime) -> datetime | None:
        """Without those whose time is up, which are about to end."""
        open_ones = await self._contributions.undecided(list_id=shared.list_id)
        votes = (one.ballot for one in open_ones if one.ballot and one.ballot.kind is BallotKind.VOTE_IN)
        return max((ballot.ends_at for ballot in votes if ballot.ends_at > now), default=None)

    async def _open_until(self, shared: SharedPlaylist, actor: Actor, now: datetime) -> tuple[datetime, ...]:
        """Without those whose time is up, which are about to end."""
        held = await self._contributions.latest_of(
            shared.list_id, actor.member_id, {State.PENDING}, MANY_PROPOSALS
        )
        return tuple(sorted(one.ballot.ends_at for one in held if one.ballot and one.ballot.ends_at > now))

    async def _with_alike(self, common: Facts, candidates: Sequence[Candidate]) -> Facts:
        recordings = [candidate.recording for candidate in candidates]
        return replace(common, alike=await self._contributions.alike(common.shared.list_id, recordings))

    async def _facts(
        self, common: Facts, candidate: Candidate, taken: tuple[Recording, ...], counted: dict[str, int]
    ) -> Facts:
        """counted: by artist, kept from track to track."""
        shared = common.shared
        if shared.rules.per_artist is not None and not bypasses(shared, common.actor):
            for artist_id in candidate.recording.artist_ids:
                if artist_id not in counted:
                    counted[artist_id] = await self._contributions.count(
                        shared.list_id, OCCUPYING, artist_id=artist_id
                    )
        return replace(common, earlier=taken, by_artist=counted)


def _holding(shared: SharedPlaylist, actor: Actor) -> tuple[Rule, ...]:
    """The rules that are set, and apply to this member."""
    only_always = bypasses(shared, actor)
    return tuple(rule for rule in RULES if rule.is_set(shared) and (rule.always or not only_always))
