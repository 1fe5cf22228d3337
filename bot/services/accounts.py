"""What members can see about their own link: who, what is allowed, until when; their data, and its deletion."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.errors import AccountUnreadableError, NotLinkedError
from bot.services.consents import consent_ends
from bot.services.tombstones import Wish
from bot.spotify.errors import SpotifyError
from bot.spotify.purpose import Priority, Purpose, Share

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection
    from datetime import datetime

    from bot.services.consents import Consents
    from bot.services.linking import Linking
    from bot.services.notices import PrivateMessages
    from bot.services.own_playlists.jobs import Jobs
    from bot.services.own_playlists.visibility import PlaylistVisibility
    from bot.services.seats import Seats
    from bot.services.shared.lifecycle.ownership import Orphaned
    from bot.services.shared.privacy.export_own import OwnCopy, OwnData
    from bot.services.shared.privacy.forget import Forgetting
    from bot.services.tokens import TokenKeeper
    from bot.services.tombstones import Tombstones
    from bot.spotify.client import SpotifyClient
    from bot.spotify.limiter import Limiter
    from bot.stores import SharedPlaylists, StatsOptOuts
    from bot.stores.backup import Record
    from bot.stores.lists import SharedPlaylist


@dataclass(frozen=True, slots=True)
class AccountView:
    """`display_name` and `url` come fresh from Spotify; None if Spotify didn't say. `days_left` is never negative.

    `seat_asked_back_at`: when whoever runs the bot asked for the member's seat; None: never.
    """

    account_id: str
    display_name: str | None
    url: str | None
    scopes: frozenset[str]
    authorized_at: datetime
    ends_at: datetime
    days_left: int
    seat_asked_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """`linked`: a Spotify account was linked. `lists`: shared playlists that lost their owner by this.

    `known`: something other than the link was kept about them, and is erased as well.
    """

    linked: bool
    lists: tuple[Orphaned, ...] = ()
    known: bool = False


@dataclass(frozen=True, slots=True)
class Stake:
    """What members should know before their data is deleted. `lent`: their playlists that servers share."""

    linked: bool
    lent: tuple[SharedPlaylist, ...]


class AccountService:
    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        linking: Linking,
        stats_opt_outs: StatsOptOuts,
        lists: SharedPlaylists,
        *,
        own_data: OwnData,
        private_messages: PrivateMessages,
        seats: Seats,
        consents: Consents,
        forgetting: Forgetting,
        jobs: Jobs,
        visibility: PlaylistVisibility,
        tombstones: Tombstones,
        limiter: Limiter,
        now: Callable[[], datetime],
        forget: Collection[Callable[[int], None]] = (),
        unlinked: Callable[[int], Awaitable[tuple[Orphaned, ...]]],
    ) -> None:
        """forget: each drops what it has in memory about a member. unlinked: takes care of what the member had lent."""
        self._keeper = keeper
        self._client = client
        self._linking = linking
        self._stats_opt_outs = stats_opt_outs
        self._lists = lists
        self._own_data = own_data
        self._private_messages = private_messages
        self._seats = seats
        self._consents = consents
        self._forgetting = forgetting
        self._jobs = jobs
        self._visibility = visibility
        self._tombstones = tombstones
        self._limiter = limiter
        self._forget = forget
        self._unlinked = unlinked
        self._now = now

    async def view(self, member_id: int, *, share: Share | None = None) -> AccountView:
        """Raises NotLinkedError, and LinkEndedError if Spotify has ended the consent.

        share: whose part of the Spotify quota it uses.
        """
        account = await self._keeper.account(member_id)
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        try:
            me = await self._keeper.as_member(member_id, client.me)
        except SpotifyError:
            me = None  # what we have is worth showing without the name
        ends_at = consent_ends(account.authorized_at)
        return AccountView(
            account_id=account.account_id,
            display_name=me.display_name if me else None,
            url=me.external_urls.spotify if me else None,
            scopes=account.scopes,
            authorized_at=account.authorized_at,
            ends_at=ends_at,
            days_left=max(0, (ends_at - self._now()).days),
            seat_asked_back_at=await self._seats.asked_back(member_id),
        )

    async def export(self, member_id: int, *, most_bytes: int) -> OwnCopy:
        """Everything kept about the member, linked or not; of the tokens, only that they exist."""
        held: dict[str, object] = {
            "discord_member_id": str(member_id),
            "private_messages": await self._private_messages.are_wanted(member_id),
            "left_out_of_figures": bool(await self._stats_opt_outs.among({member_id})),
            "spotify_requests_of_the_last_day": self._limiter.used_by(member_id),
            "public_playlists_shown_to_others": await self._visibility.is_allowed(member_id),
            "work_on_own_playlists": await self._jobs.kept(member_id),
            "waiting_for_a_seat_since": _written(await self._seats.waiting_since(member_id)),
            "seat_asked_back_at": _written(await self._seats.asked_back(member_id)),
            "gave_seat_back_when_asked_at": _written(await self._seats.gave_back(member_id)),
        }
        with suppress(NotLinkedError, AccountUnreadableError):
            account = await self._keeper.account(member_id)
            held |= {
                "spotify_account_id": account.account_id,
                "spotify_id": account.spotify_id,
                "allowed": sorted(account.scopes),
                "consent_given_at": account.authorized_at.isoformat(),
                "consent_ends_at": consent_ends(account.authorized_at).isoformat(),
                "consent_refused_at": _written(
                    doubt.since if (doubt := await self._consents.of(account)) else None
                ),
                "tokens": "an access token and up to two refresh tokens are stored, encrypted; not in this file",
            }
        return await self._own_data.copy(member_id, held, "mixtape", most_bytes=most_bytes)

    async def is_kept(self, member_id: int) -> bool:
        """Whether there is anything to export or delete, for a member who has linked nothing."""
        return (
            self._limiter.used_by(member_id) > 0
            or not await self._private_messages.are_wanted(member_id)
            or bool(await self._stats_opt_outs.among({member_id}))
            or await self._jobs.knows(member_id)
            or await self._seats.waiting_since(member_id) is not None
            or await self._seats.gave_back(member_id) is not None
            or await self._own_data.is_kept(member_id)
        )

    async def stake(self, member_id: int) -> Stake:
        """What deleting everything would take away from others."""
        try:
            await self._keeper.account(member_id)
        except NotLinkedError:
            linked = False
        except AccountUnreadableError:
            linked = True
        else:
            linked = True
        return Stake(linked, await self._lists.of_owner(member_id))

    async def unlink(self, member_id: int) -> Erased:
        """Erase the link and everything that came from Spotify with it, before returning.

        What they contributed to shared playlists stays, and so do playlists they lent, which then need an owner.
        """
        await self._tombstones.add(member_id, Wish.UNLINK)
        linked = await self._linking.unlink(member_id)
        await self._jobs.forget(member_id)
        await self._visibility.switch(member_id, on=False)
        await self._seats.unlinked(member_id)
        await self._consents.forget(member_id)
        for forget in self._forget:  # last: until the link was gone, it could be read again
            forget(member_id)
        # Even if nothing is linked any more: an earlier try may have stopped between the two.
        return Erased(linked, await self._unlinked(member_id))

    async def delete(self, member_id: int) -> Erased:
        """Erase everything kept about the member, in every server, before returning. See `Forgetting`.

        Playlists they lent to servers then need an owner, and no longer know who lent them.
        """
        waited = (
            await self._seats.waiting_since(member_id) is not None
            or await self._seats.gave_back(member_id) is not None
        )
        await self._tombstones.add(member_id, Wish.DELETE)
        erased = await self.unlink(member_id)
        await self._seats.forget(member_id)
        asked = self._limiter.used_by(member_id) > 0 or waited
        await self._limiter.forget(member_id)
        known = await self._forgetting.forget(member_id) or asked
        chose = await self._stats_opt_outs.drop(member_id)
        return replace(erased, known=known or chose)

    async def delete_again(self, records: Callable[[], AsyncIterator[Record]]) -> None:
        """What a restored backup brought back though members had deleted it. records: everything there is."""
        await self._tombstones.carry_out(records, {Wish.UNLINK: self.unlink, Wish.DELETE: self.delete})


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
