"""The rules of a shared playlist that go by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.services.shared.core.calendar import next_day
from bot.services.shared.core.repeats import is_taken_back
from bot.services.shared.rules.matching import same_recording
from bot.stores.contributions import GOING, Leave, State
from bot.stores.lists import VOTED
from bot.stores.refusals import Refusal

if TYPE_CHECKING:
    from bot.services.shared.rules.facts import Candidate, Facts
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist


class NotAgain:
    """Not for some days after it left or was declined. What its member took back themselves can come at once."""

    name, always = "not_again", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.again_days is not None

    def refuses(self, candidate: Candidate, facts: Facts) -> Refusal | None:
        days, wanted = facts.shared.rules.again_days, candidate.recording
        ended = [
            one
            for one in facts.alike
            if self._counts(one, facts.shared)
            and (one.uri == wanted.uri or same_recording(one.recording, wanted))
        ]
        if days is None or not ended:
            return None
        last = max(ended, key=lambda one: one.changed_at)
        until = last.changed_at + timedelta(days=days)
        if until <= facts.now:
            return None
        return Refusal(self.name, limit=days, found=int(last.state is State.DECLINED), until=until)

    def _counts(self, one: Contribution, shared: SharedPlaylist) -> bool:
        if one.state is State.DECLINED:
            return True
        by_vote = one.leave is Leave.VOTED_OFF and shared.rules.never_again  # which has its own reason
        taken_back = one.member_id is not None and is_taken_back(one, one.member_id)
        return one.state in GOING and not by_vote and not taken_back


class Pause:
    """Some minutes between two contributions of one member, whatever becomes of them."""

    name, always = "pause", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.minutes_between is not None

    def refuses(self, _: Candidate, facts: Facts) -> Refusal | None:
        minutes = facts.shared.rules.minutes_between
        last = facts.now if facts.earlier else facts.last_added
        if minutes is None or last is None:
            return None
        until = last + timedelta(minutes=minutes)
        if until <= facts.now:
            return None
        return Refusal(self.name, limit=minutes, until=until, earlier=bool(facts.earlier))


class ClosedWhileVoting:
    """What is proposed together has one vote, so the first of it doesn't keep out the rest."""

    name, always = "closed_while_voting", False

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.closed_while_voting and shared.mode in VOTED

    def refuses(self, _: Candidate, facts: Facts) -> Refusal | None:
        return Refusal(self.name, until=facts.votes_until) if facts.votes_until else None


class LongestStay:
    """Refuses nothing: it says how long what goes in will stay."""

    name, always = "longest_stay", True

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.rules.stay_days is not None

    def refuses(self, _: Candidate, __: Facts) -> Refusal | None:
        return None


def stays_until(since: datetime, shared: SharedPlaylist) -> datetime | None:
    """When what has been in since then leaves: the first midnight there after its days. None: it may stay."""
    days = shared.rules.stay_days
    if days is None:
        return None
    return next_day(since + timedelta(days=days, microseconds=-1), shared.settings.time_zone)
