"""How members vote, as rules of a shared playlist. They keep no track out: they say what comes after proposing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.stores.lists import VOTED

if TYPE_CHECKING:
    from bot.services.shared.rules.facts import Candidate, Facts
    from bot.stores.lists import SharedPlaylist
    from bot.stores.refusals import Refusal


class OnlyUp:
    name, always = "only_up", True

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.settings.thumbs_up_only and shared.mode in VOTED

    def refuses(self, _: Candidate, __: Facts) -> Refusal | None:
        return None


class HiddenCount:
    name, always = "hidden_count", True

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.settings.hide_count

    def refuses(self, _: Candidate, __: Facts) -> Refusal | None:
        return None


class Voters:
    """Who can vote is checked at each vote, in `ballots/decide.py`."""

    name, always = "voters", True

    def is_set(self, shared: SharedPlaylist) -> bool:
        return shared.settings.voter_days > 0

    def refuses(self, _: Candidate, __: Facts) -> Refusal | None:
        return None
