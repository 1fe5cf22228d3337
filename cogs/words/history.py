"""What happened in a shared playlist, as sentences: who, what, when, why, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from discord.utils import format_dt

from bot.stores.contributions import Leave, State
from bot.stores.history import Happening
from bot.stores.lists import Trouble
from cogs.words.decisions import against_words
from cogs.words.names import by_artist, mention, unnamed
from cogs.words.text import masked_link, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.services.shared.history.timeline import TimelinePage
    from bot.services.shared.reconciliation.projection import ExternalEdit
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event

CAME: Final = "➕"  # noqa: RUF001 - on purpose
WENT: Final = "➖"  # noqa: RUF001 - on purpose
TITLE: Final = "What happened in {name}"
NOTHING: Final = "Nothing has happened here yet."
NOTHING_OF: Final = "<@{member}> has not done anything here yet."
NOTHING_OLDER: Final = "There is nothing older."
LOCAL: Final = "the local file {name}"
SOMEBODY: Final = "Somebody"
IN_SPOTIFY: Final = "in Spotify"
NAME_SHOWN: Final = 50
LISTED: Final = 10  # items, one a line
ARTIST_SHOWN: Final = 30
NOTE_SHOWN: Final = 100
LOCAL_PARTS: Final = 6  # spotify, local, artist, album, title, seconds

TROUBLES: Final = {
    Trouble.OWNER_UNLINKED: "its owner is not linked to Spotify any more",
    Trouble.OWNER_LEFT: "its owner left the server",
    Trouble.CONSENT_ENDED: "its owner's link to Spotify ended",
    Trouble.FORBIDDEN: "Spotify does not let its owner change it",
    Trouble.PLAYLIST_GONE: "Spotify does not know it any more",
    Trouble.BOT_REMOVED: "I was removed from the server",
}
REASONS: Final = {
    Leave.UNDONE: "was taken back{by}",
    Leave.VOTED_OFF: "was voted off",
    Leave.DROPPED: "made room, since the playlist was full",
    Leave.ROUND: "left with the end of its round",
    Leave.SPOTIFY: "was taken out in Spotify",
    Leave.RESTORED: "left when an earlier version was restored{by}",
}
EDITED: Final = "✏️ Somebody edited this playlist in Spotify {when}: {what}."


def sentence(event: Event, page: TimelinePage) -> str:
    told = TOLD[event.happening](_Told(event, page))
    return f"{format_dt(event.at, 'd')} {format_dt(event.at, 't')} · {told}"


def edited(foreign: ExternalEdit) -> str:
    return EDITED.format(when=format_dt(foreign.at, "R"), what=edits(foreign))


def edits(foreign: ExternalEdit) -> str:
    """“2 added, 1 taken out”."""
    counts = ((foreign.found, "added"), (foreign.missed, "taken out"), (foreign.moved, "moved"))
    return ", ".join(f"{count:,} {what}" for count, what in counts if count) or "its order"


def item_name(uri: str | None, track: Track | None) -> str:
    """The title, leading to Spotify, and the artist; of a local file what its name says."""
    if track is not None:
        return by_artist(f"**{masked_link(track.name, track.url, NAME_SHOWN)}**", track, ARTIST_SHOWN)
    if uri and uri.startswith("spotify:local:"):
        return LOCAL.format(name=f"“{safe_text(local_title(uri), NAME_SHOWN)}”")
    return f"**{unnamed(uri or '', NAME_SHOWN)}**"


def item_lines(uris: Sequence[str], tracks: Mapping[str, Track]) -> str:
    """One line for each of the first, and how many more there are."""
    lines = [f"- {item_name(uri, tracks.get(uri))}" for uri in uris[:LISTED]]
    if len(uris) > LISTED:
        lines.append(f"- and {len(uris) - LISTED:,} more")
    return "\n".join(lines)


def local_title(uri: str) -> str:
    """Title and artist of a local file, which stand in its URI."""
    parts = [unquote_plus(part) for part in uri.split(":")]
    if len(parts) < LOCAL_PARTS:
        return parts[-1]
    artist, title = parts[2], parts[4]
    return f"{title} by {artist}" if artist else title


class _Told:
    """What the sentences are made of."""

    def __init__(self, event: Event, page: TimelinePage) -> None:
        self.event = event
        self.contribution: Contribution | None = page.contributions.get(event.contribution_id or "")
        self._track = page.tracks.get(event.uri or "")

    @property
    def actor(self) -> str:
        return mention(self.event.actor_id) if self.event.actor_id else SOMEBODY

    @property
    def by_actor(self) -> str:
        return f" by {mention(self.event.actor_id)}" if self.event.actor_id else ""

    @property
    def member(self) -> str:
        return mention(self.event.member_id) if self.event.member_id else IN_SPOTIFY

    @property
    def item(self) -> str:
        return item_name(self.event.uri, self._track)

    @property
    def note(self) -> str:
        note = self.contribution.note if self.contribution else ""
        return f" “{safe_text(note, NOTE_SHOWN)}”" if note else ""

    @property
    def votes(self) -> str:
        if "yes" not in self.event.detail and "no" not in self.event.detail:
            return ""
        return f" · 👍 {self.number('yes')} 👎 {self.number('no')}"

    @property
    def reason(self) -> str:
        reason = self.text("reason")
        return f": “{safe_text(reason, NOTE_SHOWN)}”" if reason else ""

    def text(self, key: str) -> str:
        return str(self.event.detail.get(key, ""))

    def number(self, key: str) -> int:
        value = self.event.detail.get(key, 0)
        return value if isinstance(value, int) else 0


def _accepted(told: _Told) -> str:
    match told.text("how"):
        case "curator":
            return f"{told.actor} accepted {told.item}, proposed by {told.member}"
        case "votes":
            return f"{told.item} by {told.member} was voted in{told.votes}"
        case "again":
            return f"{told.actor} looked for {told.item} by {told.member} in vain, so it is sent again"
        case _:
            return f"{told.item} by {told.member} was accepted"


def _declined(told: _Told) -> str:
    if against := told.text("against"):
        accepted = f"{told.item}, proposed by {told.member}, was accepted{told.by_actor}"
        return f"{accepted}, but did not go in: {against_words(against)}{told.votes}"
    who = f"{told.actor} declined" if told.event.actor_id else "The votes declined"
    return f"{who} {told.item}, proposed by {told.member}{told.reason}{told.votes}"


def _landed(told: _Told) -> str:
    if told.event.actor_id:
        return f"{told.actor} brought back {told.item}" + (
            f", added by {told.member}" * bool(told.event.member_id)
        )
    if told.event.member_id is None:
        return f"{CAME} {told.item} was added"
    return f"{CAME} {told.member} added {told.item}{told.note}"


def _rejected(told: _Told) -> str:
    if told.text("why") == "given_up":
        return f"{told.actor} gave up on {told.item} by {told.member}, which did not go in"
    return f"⚠️ Spotify refused {told.item} by {told.member}"


def _removed(told: _Told) -> str:
    leave = told.text("why")
    left_by = told.event.actor_id or (told.contribution.left_by if told.contribution else None)
    by = f" by {mention(left_by)}" if left_by else ""
    why = REASONS[Leave(leave)].format(by=by) if leave in set(Leave) else "was taken out"
    return f"{WENT} {told.item} {why}"


def _leaving(told: _Told) -> str:
    now = (
        "is being taken out"
        if told.contribution and told.contribution.state is State.LEAVING
        else "was to leave"
    )
    return f"{told.item} {now}{told.by_actor}{told.votes}"


def _stopped(told: _Told) -> str:
    why = told.text("why")
    reason = TROUBLES[Trouble(why)] if why in set(Trouble) else "of trouble with Spotify"
    return f"⚠️ Nothing could be added any more, because {reason}"


def _resumed(told: _Told) -> str:
    if told.event.actor_id:
        return f"▶️ {told.actor} resumed the playlist"
    return "✅ Tracks could be added again"


def _changed(told: _Told) -> str:
    what = told.text("what")
    return f"{told.actor} changed " + (
        safe_text(what.replace("_", " "), NOTE_SHOWN) if what else "the settings"
    )


def _transferred(told: _Told) -> str:
    to = told.number("to")
    return f"{told.actor} handed the playlist over" + (f" to {mention(to)}" if to else "")


def _restored(told: _Told) -> str:
    counts = (
        (told.number("back"), "came back"),
        (told.number("gone"), "left"),
        (told.number("moved"), "moved"),
    )
    what = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    before = told.number("before")
    undo = f" Version {before} takes that back." if before else ""
    return (
        f"⏪ {told.actor} restored version {told.number('number')}" + (f": {what}." if what else ".") + undo
    )


def _round(told: _Told) -> str:
    before = told.number("before")
    ended = (
        f"{told.actor} ended the round before it." if told.event.actor_id else "The one before it was over."
    )
    held = f" Version {before} is what it held." if before else ""
    return f"🔄 Round {told.number('number')} began. {ended}{held}"


TOLD: Final[dict[Happening, Callable[[_Told], str]]] = {
    Happening.LENT: lambda told: f"{told.actor} lent the playlist to this server",
    Happening.CHANGED: _changed,
    Happening.PAUSED: lambda told: f"⏸️ {told.actor} paused the playlist",
    Happening.RESUMED: _resumed,
    Happening.TRANSFERRED: _transferred,
    Happening.CLOSED: lambda told: f"The playlist was given back to its owner{told.by_actor}",
    Happening.STOPPED: _stopped,
    Happening.PROPOSED: lambda told: f"{told.member} proposed {told.item}{told.note}",
    Happening.ACCEPTED: _accepted,
    Happening.DECLINED: _declined,
    Happening.LAPSED: lambda told: (
        f"⌛ {told.item} by {told.member} lapsed: nobody decided in time{told.votes}"
    ),
    Happening.WITHDRAWN: lambda told: f"↩️ {told.member} took back {told.item}",
    Happening.LANDED: _landed,
    Happening.REJECTED: _rejected,
    Happening.PARKED: lambda told: f"⚠️ Spotify did not say whether {told.item} by {told.member} went in",
    Happening.VOTE_OFF_OPENED: lambda told: f"{told.actor} began a vote to take out {told.item}",
    Happening.KEPT: lambda told: f"{told.item} stays{told.votes}",
    Happening.LEAVING: _leaving,
    Happening.REMOVED: _removed,
    Happening.FOUND: lambda told: f"{CAME} {told.item} was added in Spotify",
    Happening.MISSED: lambda told: f"{WENT} {told.item} was taken out in Spotify",
    Happening.MOVED: lambda told: f"↕️ The order was changed in Spotify: {told.number('count'):,} moved",
    Happening.SNAPSHOT: lambda told: f"📌 {told.actor} kept version {told.number('number')}",
    Happening.RESTORED: _restored,
    Happening.ROUND: _round,
}
