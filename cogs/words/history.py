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
TITLE: Final = "History of {name}"
NOTHING: Final = "Nothing has happened here yet."
NOTHING_OF: Final = "{member} hasn't done anything here yet."
NOTHING_OLDER: Final = "Nothing older than this."
LOCAL: Final = "the local file {name}"
SOMEBODY: Final = "Someone"
IN_SPOTIFY: Final = "in Spotify"
NAME_SHOWN: Final = 50
LISTED: Final = 10  # items, one a line
ARTIST_SHOWN: Final = 30
NOTE_SHOWN: Final = 100
LOCAL_PARTS: Final = 6  # spotify, local, artist, album, title, seconds

TROUBLES: Final = {
    Trouble.OWNER_UNLINKED: "its owner unlinked Spotify",
    Trouble.OWNER_LEFT: "its owner left the server",
    Trouble.CONSENT_ENDED: "its owner's Spotify link expired",
    Trouble.FORBIDDEN: "Spotify doesn't let its owner change it",
    Trouble.PLAYLIST_GONE: "Spotify can't find it any more",
    Trouble.BOT_REMOVED: "I was removed from the server",
}
REASONS: Final = {
    Leave.UNDONE: "was taken back{by}",
    Leave.VOTED_OFF: "was removed by vote",
    Leave.DROPPED: "was removed to make room, as the playlist was full",
    Leave.ROUND: "was removed at the end of its round",
    Leave.SPOTIFY: "was removed in Spotify",
    Leave.RESTORED: "was removed when an earlier version was restored{by}",
}
EDITED: Final = "✏️ Someone edited this playlist in Spotify {when}: {what}."


def sentence(event: Event, page: TimelinePage) -> str:
    told = TOLD[event.happening](_Told(event, page))
    return f"{format_dt(event.at, 'd')} {format_dt(event.at, 't')} · {told}"


def edited(foreign: ExternalEdit) -> str:
    return EDITED.format(when=format_dt(foreign.at, "R"), what=edits(foreign))


def edits(foreign: ExternalEdit) -> str:
    """“2 added, 1 removed”."""
    counts = ((foreign.found, "added"), (foreign.missed, "removed"), (foreign.moved, "moved"))
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
    def added(self) -> str:
        """To follow the track, between commas: a track also has an artist, who did not add it."""
        return f"added by {mention(self.event.member_id)}" if self.event.member_id else "added in Spotify"

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
            return f"{told.item}, {told.added}, was voted in{told.votes}"
        case "again":
            return f"{told.actor} checked for {told.item}, {told.added}. It wasn't there, so I'm sending it again"
        case _:
            return f"{told.item}, {told.added}, was accepted"


def _declined(told: _Told) -> str:
    if against := told.text("against"):
        accepted = f"{told.item}, proposed by {told.member}, was accepted{told.by_actor}"
        return f"{accepted}, but didn't go in: {against_words(against)}{told.votes}"
    what = f"{told.item}, proposed by {told.member}"
    who = f"{told.actor} declined {what}" if told.event.actor_id else f"{what}, was voted down"
    return f"{who}{told.reason}{told.votes}"


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
        return f"{told.actor} dropped {told.item}, {told.added}, which hadn't gone in"
    return f"⚠️ Spotify refused {told.item}, {told.added}"


def _removed(told: _Told) -> str:
    leave = told.text("why")
    left_by = told.event.actor_id or (told.contribution.left_by if told.contribution else None)
    by = f" by {mention(left_by)}" if left_by else ""
    why = REASONS[Leave(leave)].format(by=by) if leave in set(Leave) else "was removed"
    return f"{WENT} {told.item} {why}"


def _leaving(told: _Told) -> str:
    now = (
        "is being removed"
        if told.contribution and told.contribution.state is State.LEAVING
        else "was due to be removed"
    )
    return f"{told.item} {now}{told.by_actor}{told.votes}"


def _stopped(told: _Told) -> str:
    why = told.text("why")
    reason = TROUBLES[Trouble(why)] if why in set(Trouble) else "of trouble with Spotify"
    return f"⚠️ Adding stopped because {reason}"


def _resumed(told: _Told) -> str:
    if told.event.actor_id:
        return f"▶️ {told.actor} resumed the playlist"
    return "✅ Adding works again"


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
        (told.number("back"), "brought back"),
        (told.number("gone"), "removed"),
        (told.number("moved"), "moved"),
    )
    what = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    before = told.number("before")
    undo = f" To undo that, restore version {before}." if before else ""
    return (
        f"⏪ {told.actor} restored version {told.number('number')}" + (f": {what}." if what else ".") + undo
    )


def _round(told: _Told) -> str:
    before = told.number("before")
    ended = (
        f"{told.actor} ended the one before." if told.event.actor_id else "The one before ended on schedule."
    )
    held = f" Its tracks are kept as version {before}." if before else ""
    return f"🔄 Round {told.number('number')} started. {ended}{held}"


TOLD: Final[dict[Happening, Callable[[_Told], str]]] = {
    Happening.LENT: lambda told: f"{told.actor} lent the playlist to this server",
    Happening.CHANGED: _changed,
    Happening.PAUSED: lambda told: f"⏸️ {told.actor} paused the playlist",
    Happening.RESUMED: _resumed,
    Happening.TRANSFERRED: _transferred,
    Happening.CLOSED: lambda told: f"{told.actor} gave the playlist back to its owner",
    Happening.STOPPED: _stopped,
    Happening.PROPOSED: lambda told: f"{told.member} proposed {told.item}{told.note}",
    Happening.ACCEPTED: _accepted,
    Happening.DECLINED: _declined,
    Happening.LAPSED: lambda told: (
        f"⌛ {told.item}, proposed by {told.member}, expired: no decision in time{told.votes}"
    ),
    Happening.WITHDRAWN: lambda told: f"↩️ {told.member} took back {told.item}",
    Happening.LANDED: _landed,
    Happening.REJECTED: _rejected,
    Happening.PARKED: lambda told: f"⚠️ Spotify didn't say whether {told.item}, {told.added}, went in",
    Happening.VOTE_OFF_OPENED: lambda told: f"{told.actor} started a vote to remove {told.item}",
    Happening.KEPT: lambda told: f"{told.item} stays after a vote{told.votes}",
    Happening.LEAVING: _leaving,
    Happening.REMOVED: _removed,
    Happening.FOUND: lambda told: f"{CAME} {told.item} was added in Spotify",
    Happening.MISSED: lambda told: f"{WENT} {told.item} was removed in Spotify",
    Happening.MOVED: lambda told: f"↕️ The order was changed in Spotify: {told.number('count'):,} moved",
    Happening.SNAPSHOT: lambda told: f"📌 {told.actor} kept version {told.number('number')}",
    Happening.RESTORED: _restored,
    Happening.ROUND: _round,
}
