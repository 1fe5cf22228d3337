"""A member asks for their data: what shared playlists hold about them, as a file they can keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.services.export_files import JsonFiles, time_text
from bot.services.shared.privacy.lists_of import lists_of
from bot.stores.imports import ImportState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.services.export_files import ExportFile, Row
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.imports import ListImport
    from bot.stores.lists import SharedPlaylist
    from bot.stores.personal_data import LikeGiven, Vote

NAME: Final = "data.json"
EVENTS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """complete: False if not everything fits into a file Discord accepts; the oldest part is missing then."""

    files: tuple[ExportFile, ...]
    complete: bool


class OwnData:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def copy(
        self, member_id: int, about: Mapping[str, object], stem: str, *, most_bytes: int
    ) -> OwnCopy:
        """All of it, in every guild. about: what else is kept about them. most_bytes: for all files together."""
        imports = await self._stores.imports.of_member(member_id)
        about_them = await self._stores.personal_data.lists_about(member_id)
        lists = await lists_of(self._stores, about_them | {one.list_id for one in imports})
        lent = [_lent(shared) for shared in lists if shared.owner_id == member_id]
        blocked = [_place(shared) for shared in lists if member_id in shared.rules.blocked_members]
        made = JsonFiles(most_bytes, {**about, "lent_playlists": lent, "blocked_in": blocked}, name=NAME)
        complete = True
        with made.table("contributions"):
            for shared in lists:
                async for several in self._stores.personal_data.contributions(shared.list_id, member_id):
                    complete &= _written(made, [_contribution(shared, one) for one in several])
        names = {shared.list_id: shared for shared in lists}
        with made.table("imports"):
            for one in imports:
                content = await self._stores.imports.content(one.import_id)
                complete &= _written(made, [_import(names, one, content)])
        with made.table("votes"):
            async for votes in self._stores.personal_data.votes(member_id):
                complete &= _written(made, [_vote(names, vote) for vote in votes])
        with made.table("likes"):
            async for likes in self._stores.personal_data.likes(member_id):
                complete &= _written(made, [_like(names, like) for like in likes])
        with made.table("history"):
            for shared in lists:
                complete &= await self._write_events(made, shared, member_id)
        return OwnCopy(made.finish(stem), complete)

    async def is_kept(self, member_id: int) -> bool:
        """Whether there is anything about them in any shared playlist."""
        lists = await lists_of(self._stores, await self._stores.personal_data.lists_about(member_id))
        if await self._stores.imports.of_member(member_id) or any(
            member_id in {shared.owner_id, *shared.rules.blocked_members} for shared in lists
        ):
            return True
        async for several in self._stores.personal_data.votes(member_id):
            if several:
                return True
        async for likes in self._stores.personal_data.likes(member_id):
            if likes:
                return True
        for shared in lists:
            async for held in self._stores.personal_data.contributions(shared.list_id, member_id):
                if held:
                    return True
            if (await self._stores.history.page(shared.list_id, limit=1, member_id=member_id)).events:
                return True
        return False

    async def _write_events(self, made: JsonFiles, shared: SharedPlaylist, member_id: int) -> bool:
        before: str | None = None
        while True:
            page = await self._stores.history.page(
                shared.list_id, limit=EVENTS_AT_ONCE, before=before, member_id=member_id
            )
            if not _written(made, [_event(shared, event, member_id) for event in page.events]):
                return False
            if page.next is None:
                return True
            before = page.next


def _written(made: JsonFiles, rows: list[Row]) -> bool:
    if rows and made.has_room:
        made.write(rows)
        return True
    return not rows


def _place(shared: SharedPlaylist) -> Row:
    return {"list": shared.name, "guild_id": str(shared.guild_id)}


def _lent(shared: SharedPlaylist) -> Row:
    return {
        **_place(shared),
        "playlist": f"spotify:playlist:{shared.playlist_id}",
        "lent_at": time_text(shared.created_at),
        "status": shared.status.value,
        "curators_may": " ".join(shared.grants.given),
    }


def _contribution(shared: SharedPlaylist, one: Contribution) -> Row:
    ballot = one.ballot
    return {
        **_place(shared),
        "uri": one.uri,
        "at": time_text(one.created_at),
        "state": one.state.value,
        "since": time_text(one.changed_at),
        "via": one.via.value,
        "note": one.note,
        "round": one.round_no,
        "votes_for": ballot.yes if ballot and not ballot.open else None,
        "votes_against": ballot.no if ballot and not ballot.open else None,
        "reason": ballot.reason if ballot else None,
    }


def _import(lists: Mapping[str, SharedPlaylist], one: ListImport, content: bytes | None) -> Row:
    shared = lists.get(one.list_id)
    place: Row = _place(shared) if shared else {"list": None, "guild_id": str(one.guild_id)}
    kept = "at" if one.state is ImportState.RUNNING else "erased_at"
    return {
        **place,
        "format": one.kind,
        "state": one.state.value,
        "lines": one.total,
        kept: time_text(one.due_at),
        "content": content.decode(errors="replace") if content else None,
    }


def _vote(lists: Mapping[str, SharedPlaylist], vote: Vote) -> Row:
    about = vote.contribution
    shared = lists.get(about.list_id) if about else None
    place: Row = _place(shared) if shared else {"list": None, "guild_id": None}
    return {**place, "uri": about.uri if about else None, "yes": vote.yes, "at": time_text(vote.at)}


def _like(lists: Mapping[str, SharedPlaylist], given: LikeGiven) -> Row:
    about, shared = given.contribution, lists.get(given.like.list_id)
    place: Row = _place(shared) if shared else {"list": None, "guild_id": None}
    return {**place, "uri": about.uri if about else None, "at": time_text(given.like.at)}


def _event(shared: SharedPlaylist, event: Event, member_id: int) -> Row:
    return {
        **_place(shared),
        "at": time_text(event.at),
        "happening": event.happening.value,
        "by_you": event.actor_id == member_id,
        "your_contribution": event.member_id == member_id,
        "uri": event.uri,
        "detail": " ".join(f"{key}={value}" for key, value in sorted(event.detail.items())),
    }
