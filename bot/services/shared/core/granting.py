"""What an owner lets curators do with their playlist: asked once, when a curator first needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.shared.core.access import must_curate
from bot.shared_errors import ListClosedError, ListNotFoundError, NotAllowedError, NotGrantedError
from bot.stores.history import Happening
from bot.stores.lists import Grant, Grants, ListStatus

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.stores.lists import SharedPlaylist, SharedPlaylists


class Granting:
    def __init__(self, lists: SharedPlaylists, changes: SharedPlaylistChanges) -> None:
        self._lists = lists
        self._changes = changes

    async def need(self, shared: SharedPlaylist, actor: Actor, grant: Grant) -> None:
        """The actor is about to do this. The owner always can, and is asked if they never were.

        Raises NotAllowedError for whoever can't curate, NotGrantedError.
        """
        must_curate(shared, actor)
        if shared.grants.has(grant) or actor.member_id == shared.owner_id:
            return
        asked = grant not in shared.grants.asked
        if asked:
            await self._changes.change(
                shared.guild_id, shared.list_id, lambda old: replace(old, grants=_with_asked(old, grant))
            )
        raise NotGrantedError(shared.name, shared.owner_id, grant, asked=asked)

    async def answer(
        self, member_id: int, guild_id: int | None, list_id: str, grants: Collection[Grant], *, yes: bool
    ) -> SharedPlaylist:
        """The owner's answer to what they were asked. guild_id: where they gave it; None: in a direct message.

        Raises ListNotFoundError, ListClosedError, NotAllowedError.
        """
        shared = await self._lists.by_id(list_id)
        if shared is None or guild_id not in {None, shared.guild_id}:
            raise ListNotFoundError(list_id)
        if guild_id is None and shared.owner_id != member_id:
            raise ListNotFoundError(list_id)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)

        def answered(old: SharedPlaylist) -> SharedPlaylist:
            if old.owner_id != member_id:
                raise NotAllowedError("own")
            given = {grant for grant in Grant if (yes if grant in grants else old.grants.has(grant))}
            return replace(old, grants=Grants.of(given, old.grants.asked))

        wanted = answered(shared).grants
        return await self._changes.change(
            shared.guild_id,
            list_id,
            answered,
            Happening.CHANGED,
            actor_id=member_id,
            detail={"what": "curators", "can": " ".join(wanted.given)},
        )


def _with_asked(shared: SharedPlaylist, grant: Grant) -> Grants:
    asked = shared.grants.asked
    return shared.grants if grant in asked else replace(shared.grants, asked=(*asked, grant))
