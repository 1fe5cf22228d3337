"""What happened in a shared playlist, as sentences: who, what, when, why, and what was decided."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.stores.contributions import Leave, State
from bot.stores.history import Happening
from bot.stores.lists import Trouble
from cogs.words.decisions import SAYING, against_words
from cogs.words.names import BY_ARTIST, by_artist, mention, unnamed
from cogs.words.text import masked_link, safe_text
from cogs.words.tidying import order_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bot.services.shared.history.timeline import TimelinePage
    from bot.services.shared.reconciliation.projection import ExternalEdit
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event

CAME: Final = "➕"  # noqa: RUF001 - on purpose
WENT: Final = "➖"  # noqa: RUF001 - on purpose
NAME_SHOWN: Final = 50
LISTED: Final = 10  # items, one a line
ARTIST_SHOWN: Final = 30
NOTE_SHOWN: Final = 100
LOCAL_PARTS: Final = 6  # spotify, local, artist, album, title, seconds

TITLE: Final = Text("History of {name}")
NOTHING: Final = Text("Nothing has happened here yet.")
NOTHING_OF: Final = Text("{member} hasn't done anything here yet.")
NOTHING_OLDER: Final = Text("Nothing older than this.")
LOCAL: Final = Text("the local file “{name}”")
AND_MORE: Final = Plural("and {n:,} more", "and {n:,} more")
SOMEONE: Final = Text("Someone")  # before a verb
SOMEBODY_IN_SPOTIFY: Final = Text("somebody in Spotify")  # after “by”
NOTED: Final = Text("{sentence} “{note}”")

COUNTS: Final = Text("{counts}, {count}")  # “2 added, 1 removed”, and so on
ADDED: Final = Plural("{n:,} added", "{n:,} added")
BROUGHT_BACK: Final = Plural("{n:,} brought back", "{n:,} brought back")
REMOVED: Final = Plural("{n:,} removed", "{n:,} removed")
MOVED: Final = Plural("{n:,} moved", "{n:,} moved")
ITS_ORDER: Final = Text("its order")
EDITED: Final = Text("✏️ Someone edited this playlist in Spotify {when}: {what}.")

LENT: Final = Text("{actor} lent the playlist to this server")
PAUSED: Final = Text("⏸️ {actor} paused the playlist")
RESUMED: Final = Text("▶️ {actor} resumed the playlist")
WORKS_AGAIN: Final = Text("✅ Adding works again")
HANDED_OVER: Final = Text("{actor} handed the playlist over")
HANDED_OVER_TO: Final = Text("{actor} handed the playlist over to {owner}")
CLOSED: Final = Text("{actor} gave the playlist back to its owner")
STOPPED: Final = {
    Trouble.OWNER_UNLINKED: Text("⚠️ Adding stopped because its owner unlinked Spotify"),
    Trouble.OWNER_LEFT: Text("⚠️ Adding stopped because its owner left the server"),
    Trouble.CONSENT_ENDED: Text("⚠️ Adding stopped because its owner's Spotify link expired"),
    Trouble.FORBIDDEN: Text("⚠️ Adding stopped because Spotify doesn't let its owner change it"),
    Trouble.PLAYLIST_GONE: Text("⚠️ Adding stopped because Spotify can't find it any more"),
    Trouble.BOT_REMOVED: Text("⚠️ Adding stopped because I was removed from the server"),
}
STOPPED_SOMEHOW: Final = Text("⚠️ Adding stopped because of trouble with Spotify")
CHANGED: Final = {  # by what the records call it, which is English
    "mode": Text("{actor} changed mode"),
    "votes and approvals": Text("{actor} changed votes and approvals"),
    "how votes go": Text("{actor} changed how votes go"),
    "voting tracks out": Text("{actor} changed voting tracks out"),
    "roles": Text("{actor} changed roles"),
    "where new tracks go": Text("{actor} changed where new tracks go"),
    "curators": Text("{actor} changed what curators can do"),
    "rounds": Text("{actor} changed rounds"),
    "channels": Text("{actor} changed channels"),
    "digest": Text("{actor} changed the digest"),
    "name and time zone": Text("{actor} changed name and time zone"),
    "duplicates": Text("{actor} changed duplicates"),
    "tracks per member": Text("{actor} changed tracks per member"),
    "open proposals per member": Text("{actor} changed open proposals per member"),
    "tracks per artist": Text("{actor} changed tracks per artist"),
    "track length": Text("{actor} changed track length"),
    "podcast episodes": Text("{actor} changed podcast episodes"),
    "explicit tracks": Text("{actor} changed explicit tracks"),
    "release years": Text("{actor} changed release years"),
    "playlist size": Text("{actor} changed playlist size"),
    "coming back": Text("{actor} changed when tracks can come back"),
    "time between tracks": Text("{actor} changed the time between tracks"),
    "proposals during votes": Text("{actor} changed proposals during votes"),
    "words": Text("{actor} changed the refused or required words"),
    "longest stay": Text("{actor} changed the longest stay"),
    "blocked_artists": Text("{actor} changed blocked artists"),
    "blocked_tracks": Text("{actor} changed blocked tracks"),
    "blocked_members": Text("{actor} changed blocked members"),
}
CHANGED_OTHER: Final = Text("{actor} changed {what}")
CHANGED_SOMETHING: Final = Text("{actor} changed the settings")

PROPOSED: Final = Text("{member} proposed {item}")
WAS_PROPOSED: Final = Text("{item} was proposed")
TOOK_BACK: Final = Text("↩️ {member} took back {item}")
WAS_TAKEN_BACK: Final = Text("↩️ {item} was taken back")
DECLINED: Final = Text("{actor} declined {item}, proposed by {member}")
VOTED_DOWN: Final = Text("{item}, proposed by {member}, was voted down")
ACCEPTED_AGAINST: Final = Text("{item}, proposed by {member}, was accepted, but didn't go in: {why}")
ACCEPTED_BY_AGAINST: Final = Text(
    "{item}, proposed by {member}, was accepted by {actor}, but didn't go in: {why}"
)
VOTE_OFF_OPENED: Final = Text("{actor} started a vote to remove {item}")
STAYS: Final = Text("{item} stays after a vote")

# Of what a member added, and of what was added in Spotify.
ACCEPTED_BY: Final = (
    Text("{actor} accepted {item}, proposed by {member}"),
    Text("{actor} accepted {item}, added in Spotify"),
)
VOTED_IN: Final = (
    Text("{item}, added by {member}, was voted in"),
    Text("{item}, added in Spotify, was voted in"),
)
SENT_AGAIN: Final = (
    Text("{actor} checked for {item}, added by {member}. It wasn't there, so I'm sending it again"),
    Text("{actor} checked for {item}, added in Spotify. It wasn't there, so I'm sending it again"),
)
ACCEPTED: Final = (
    Text("{item}, added by {member}, was accepted"),
    Text("{item}, added in Spotify, was accepted"),
)
EXPIRED: Final = (
    Text("⌛ {item}, proposed by {member}, expired: no decision in time"),
    Text("⌛ {item}, added in Spotify, expired: no decision in time"),
)
PUT_BACK: Final = (
    Text("{actor} brought back {item}, added by {member}"),
    Text("{actor} brought back {item}"),
)
LANDED: Final = (Text("{member} added {item}"), Text("{item} was added"))
GIVEN_UP: Final = (
    Text("{actor} dropped {item}, added by {member}, which hadn't gone in"),
    Text("{actor} dropped {item}, added in Spotify, which hadn't gone in"),
)
REFUSED: Final = (
    Text("⚠️ Spotify refused {item}, added by {member}"),
    Text("⚠️ Spotify refused {item}, added in Spotify"),
)
PARKED: Final = (
    Text("⚠️ Spotify didn't say whether {item}, added by {member}, went in"),
    Text("⚠️ Spotify didn't say whether {item}, added in Spotify, went in"),
)

# By a member, and without one.
LEAVING: Final = (Text("{item} is being removed by {actor}"), Text("{item} is being removed"))
WAS_LEAVING: Final = (
    Text("{item} was due to be removed by {actor}"),
    Text("{item} was due to be removed"),
)
LEFT: Final = {
    Leave.UNDONE: (Text("{item} was taken back by {actor}"), Text("{item} was taken back")),
    Leave.RESTORED: (
        Text("{item} was removed when an earlier version was restored by {actor}"),
        Text("{item} was removed when an earlier version was restored"),
    ),
    Leave.TIDIED: (Text("{item} was removed by {actor}"), Text("{item} was removed")),
}
LEFT_ALONE: Final = {
    Leave.VOTED_OFF: Text("{item} was removed by vote"),
    Leave.DROPPED: Text("{item} was removed to make room, as the playlist was full"),
    Leave.STAYED: Text("{item} moved to the archive after its longest stay"),
    Leave.ROUND: Text("{item} was removed at the end of its round"),
    Leave.SPOTIFY: Text("{item} was removed in Spotify"),
}
LEFT_SOMEHOW: Final = Text("{item} was removed")

FOUND: Final = Text("{item} was added in Spotify")
REORDERED: Final = Plural(
    "↕️ The order was changed in Spotify: {n:,} moved",
    "↕️ The order was changed in Spotify: {n:,} moved",
)
KEPT_VERSION: Final = Text("📌 {actor} kept version {number}")
RESTORED: Final = Text("⏪ {actor} restored version {number}.")
RESTORED_WHAT: Final = Text("⏪ {actor} restored version {number}: {what}.")
TO_UNDO: Final = Text("To undo that, restore version {before}.")
TIDIED: Final = {
    "remove": Text("🧹 {actor} removed tracks: {what}."),
    "sort": Text("🧹 {actor} sorted the playlist by {by}: {what}."),
    "dedupe": Text("🧹 {actor} removed duplicates: {what}."),
    "unavailable": Text("🧹 {actor} moved out what can't be played any more: {what}."),
    "replace": Text("🧹 {actor} used other releases of tracks that can't be played: {what}."),
}
PUT_RIGHT: Final = Text("🧹 {actor} put the playlist back as it was: {what}.")
EDITED_NAME: Final = Text("✏️ {actor} changed the name on Spotify to “{name}”")
EDITED_ABOUT: Final = Text("✏️ {actor} changed the description on Spotify")
NEW_COVER: Final = Text("🖼️ {actor} changed the cover")
CONFIRMED: Final = Text("{member} confirmed it.")
NOTHING_MOVED: Final = Text("nothing changed")
ROUND: Final = Text("🔄 Round {number} started.")
ENDED_BY: Final = Text("{actor} ended the one before.")
ENDED: Final = Text("The one before ended on schedule.")
KEPT_AS: Final = Text("Its tracks are kept as version {before}.")


def sentence(event: Event, page: TimelinePage) -> str:
    told = TOLD[event.happening](_Told(event, page))
    return f"{format_dt(event.at, 'd')} {format_dt(event.at, 't')} · {told}"


def edited(foreign: ExternalEdit) -> str:
    return EDITED(when=format_dt(foreign.at, "R"), what=edits(foreign))


def edits(foreign: ExternalEdit) -> str:
    """“2 added, 1 removed”."""
    counts = ((foreign.found, ADDED), (foreign.missed, REMOVED), (foreign.moved, MOVED))
    return counted(counts) or ITS_ORDER()


def counted(counts: Iterable[tuple[int, Plural]]) -> str:
    """Those there are any of, one after the other."""
    told = [words(count) for count, words in counts if count > 0]
    return reduce(lambda before, count: COUNTS(counts=before, count=count), told) if told else ""


def item_name(uri: str | None, track: Track | None) -> str:
    """The title, leading to Spotify, and the artist; of a local file what its name says."""
    if track is not None:
        return by_artist(f"**{masked_link(track.name, track.url, NAME_SHOWN)}**", track, ARTIST_SHOWN)
    if uri and uri.startswith("spotify:local:"):
        return LOCAL(name=safe_text(local_title(uri), NAME_SHOWN))
    return f"**{unnamed(uri or '', NAME_SHOWN)}**"


def item_lines(uris: Sequence[str], tracks: Mapping[str, Track]) -> str:
    """One line for each of the first, and how many more there are."""
    lines = [f"- {item_name(uri, tracks.get(uri))}" for uri in uris[:LISTED]]
    if len(uris) > LISTED:
        lines.append(f"- {AND_MORE(len(uris) - LISTED)}")
    return "\n".join(lines)


def local_title(uri: str) -> str:
    """Title and artist of a local file, which stand in its URI."""
    parts = [unquote_plus(part) for part in uri.split(":")]
    if len(parts) < LOCAL_PARTS:
        return parts[-1]
    artist, title = parts[2], parts[4]
    return BY_ARTIST(title=title, artist=artist) if artist else title


class _Told:
    """What the sentences are made of."""

    def __init__(self, event: Event, page: TimelinePage) -> None:
        self.event = event
        self.contribution: Contribution | None = page.contributions.get(event.contribution_id or "")
        self._track = page.tracks.get(event.uri or "")

    def say(self, words: Text, **more: object) -> str:
        """Who did it, whose contribution it is about, and the item are known to each sentence."""
        event = self.event
        known = {
            "actor": mention(event.actor_id) if event.actor_id else SOMEONE(),
            "member": mention(event.member_id) if event.member_id else SOMEBODY_IN_SPOTIFY(),
            "item": item_name(event.uri, self._track),
        }
        return words(**(known | more))

    def whose(self, words: tuple[Text, Text]) -> str:
        """words: of what a member added, and of what was added in Spotify."""
        return self.say(words[0 if self.event.member_id else 1])

    def by(self, words: tuple[Text, Text], actor_id: int | None) -> str:
        """words: by a member, and without one."""
        return self.say(words[0], actor=mention(actor_id)) if actor_id else self.say(words[1])

    def noted(self, told: str) -> str:
        note = self.contribution.note if self.contribution else ""
        return NOTED(sentence=told, note=safe_text(note, NOTE_SHOWN)) if note else told

    def with_votes(self, told: str) -> str:
        if "yes" not in self.event.detail and "no" not in self.event.detail:
            return told
        return f"{told} · 👍 {self.number('yes')} 👎 {self.number('no')}"

    def text(self, key: str) -> str:
        return str(self.event.detail.get(key, ""))

    def number(self, key: str) -> int:
        value = self.event.detail.get(key, 0)
        return value if isinstance(value, int) else 0


def _proposed(told: _Told) -> str:
    return told.noted(told.say(PROPOSED if told.event.member_id else WAS_PROPOSED))


def _accepted(told: _Told) -> str:
    match told.text("how"):
        case "curator":
            return told.whose(ACCEPTED_BY)
        case "votes":
            return told.with_votes(told.whose(VOTED_IN))
        case "again":
            return told.whose(SENT_AGAIN)
        case _:
            return told.whose(ACCEPTED)


def _declined(told: _Told) -> str:
    if against := told.text("against"):
        words = ACCEPTED_BY_AGAINST if told.event.actor_id else ACCEPTED_AGAINST
        return told.with_votes(told.say(words, why=against_words(against)))
    said = told.say(DECLINED if told.event.actor_id else VOTED_DOWN)
    if reason := told.text("reason"):
        said = SAYING(decision=said, reason=safe_text(reason, NOTE_SHOWN))
    return told.with_votes(said)


def _withdrawn(told: _Told) -> str:
    return told.say(TOOK_BACK if told.event.member_id else WAS_TAKEN_BACK)


def _landed(told: _Told) -> str:
    if told.event.actor_id:
        return told.whose(PUT_BACK)
    landed = told.whose(LANDED)
    return f"{CAME} {told.noted(landed) if told.event.member_id else landed}"


def _rejected(told: _Told) -> str:
    return told.whose(GIVEN_UP if told.text("why") == "given_up" else REFUSED)


def _removed(told: _Told) -> str:
    why = told.text("why")
    leave = Leave(why) if why in set(Leave) else None
    left_by = told.event.actor_id or (told.contribution.left_by if told.contribution else None)
    if leave in LEFT:
        return f"{WENT} {told.by(LEFT[leave], left_by)}"
    return f"{WENT} {told.say(LEFT_ALONE[leave] if leave else LEFT_SOMEHOW)}"


def _leaving(told: _Told) -> str:
    leaving = told.contribution is not None and told.contribution.state is State.LEAVING
    return told.with_votes(told.by(LEAVING if leaving else WAS_LEAVING, told.event.actor_id))


def _stopped(told: _Told) -> str:
    why = told.text("why")
    return told.say(STOPPED[Trouble(why)] if why in set(Trouble) else STOPPED_SOMEHOW)


def _changed(told: _Told) -> str:
    what = told.text("what")
    if not what:
        return told.say(CHANGED_SOMETHING)
    return told.say(CHANGED.get(what, CHANGED_OTHER), what=safe_text(what.replace("_", " "), NOTE_SHOWN))


def _transferred(told: _Told) -> str:
    to = told.number("to")
    return told.say(HANDED_OVER_TO, owner=mention(to)) if to else told.say(HANDED_OVER)


def _restored(told: _Told) -> str:
    number, before = told.number("number"), told.number("before")
    what = counted(
        (
            (told.number("back"), BROUGHT_BACK),
            (told.number("gone"), REMOVED),
            (told.number("moved"), MOVED),
        )
    )
    said = told.say(RESTORED_WHAT if what else RESTORED, number=number, what=what)
    return f"{said} {TO_UNDO(before=before)}" if before else said


def _edited(told: _Told) -> str:
    if told.text("what") == "cover":
        return told.say(NEW_COVER)
    if told.text("name") != told.text("old_name"):
        return told.say(EDITED_NAME, name=safe_text(told.text("name"), NOTE_SHOWN))
    return told.say(EDITED_ABOUT)


def _tidied(told: _Told) -> str:
    what = counted(
        (
            (told.number("back"), BROUGHT_BACK),
            (told.number("gone"), REMOVED),
            (told.number("moved"), MOVED),
        )
    )
    words = TIDIED.get(told.text("work"), PUT_RIGHT)
    said = told.say(words, by=order_words(told.text("by")), what=what or NOTHING_MOVED())
    return f"{said} {told.say(CONFIRMED)}" if told.event.member_id else said


def _round(told: _Told) -> str:
    before = told.number("before")
    said = [told.say(ROUND, number=told.number("number"))]
    said.append(told.say(ENDED_BY if told.event.actor_id else ENDED))
    said += [KEPT_AS(before=before)] if before else []
    return " ".join(said)


TOLD: Final[dict[Happening, Callable[[_Told], str]]] = {
    Happening.LENT: lambda told: told.say(LENT),
    Happening.CHANGED: _changed,
    Happening.PAUSED: lambda told: told.say(PAUSED),
    Happening.RESUMED: lambda told: told.say(RESUMED if told.event.actor_id else WORKS_AGAIN),
    Happening.TRANSFERRED: _transferred,
    Happening.CLOSED: lambda told: told.say(CLOSED),
    Happening.STOPPED: _stopped,
    Happening.PROPOSED: _proposed,
    Happening.ACCEPTED: _accepted,
    Happening.DECLINED: _declined,
    Happening.LAPSED: lambda told: told.with_votes(told.whose(EXPIRED)),
    Happening.WITHDRAWN: _withdrawn,
    Happening.LANDED: _landed,
    Happening.REJECTED: _rejected,
    Happening.PARKED: lambda told: told.whose(PARKED),
    Happening.VOTE_OFF_OPENED: lambda told: told.say(VOTE_OFF_OPENED),
    Happening.KEPT: lambda told: told.with_votes(told.say(STAYS)),
    Happening.LEAVING: _leaving,
    Happening.REMOVED: _removed,
    Happening.FOUND: lambda told: f"{CAME} {told.say(FOUND)}",
    Happening.MISSED: lambda told: f"{WENT} {told.say(LEFT_ALONE[Leave.SPOTIFY])}",
    Happening.MOVED: lambda told: REORDERED(told.number("count")),
    Happening.SNAPSHOT: lambda told: told.say(KEPT_VERSION, number=told.number("number")),
    Happening.RESTORED: _restored,
    Happening.EDITED: _edited,
    Happening.TIDIED: _tidied,
    Happening.ROUND: _round,
}
