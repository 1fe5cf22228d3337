"""Going back to an earlier version of a shared playlist: which one, what it would change, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from cogs.ui.layout import ACCENT
from cogs.words import counts
from cogs.words.counts import TRACKS
from cogs.words.history import item_lines, item_name, local_title
from cogs.words.names import FOOTER, list_name
from cogs.words.text import CHOICE, EMBED_TITLE, OPTIONS, plain_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.services.shared.reconciliation.restore import Preview
    from bot.services.shared.reconciliation.restore_saga import Outcome
    from bot.spotify.models import Track
    from bot.stores.history import SnapshotInfo
    from bot.stores.lists import SharedPlaylist

VERSIONS: Final = {
    "lent": "when it was lent",
    "by hand": "kept by hand",
    "foreign": "before an edit in Spotify",
    "seen": "as found in Spotify",
    "restore": "before a restore",
    "restored": "after a restore",
    "round": "before a new round",
    "full": "before making room",
    "before transfer": "before it was handed over",
    "transfer": "when it was handed over",
}
NAMED: Final = 5  # tracks of each kind that are named
LOCAL_SHOWN: Final = 60
WHICH: Final = (
    "Which earlier version of {name} do you want back? Nothing changes before you have seen what it does."
)
NONE_KEPT: Final = "No earlier version of {name} is kept yet."
STOPPED: Final = "⚠️ A restore of version {number} stopped midway. Choose that version to go on with it."
GOES_ON: Final = "⚠️ A restore of version {number} stopped midway; it goes on by itself {when}."
TITLE: Final = "Version {number} of {name}"
SAME: Final = "The playlist is just like this version, so there is nothing to restore."
STAYS: Final = (
    "Everything else stays as it is, local files included. What is there now is kept as a version as well."
)
LOST: Final = (
    "**Cannot be brought back**, since only the owner's own Spotify app can add local files: {names}"
)
REQUESTS: Final = "{count} to Spotify"
DONE: Final = "{name} is back at version {number}: {what}. Version {before} takes that back."
NOTHING_DONE: Final = "{name} is at version {number} already. Nothing was changed."
REFUSED: Final = "Spotify doesn't have {tracks} any more:"
MIDWAY: Final = (
    "Spotify stopped answering properly midway, so {name} is not at version {number} yet. What is done stays done, "
    "nothing is lost, and I go on by myself {when}. Version {before} takes it back."
)
CHANGED: Final = (
    "{name} changed while you were looking, so nothing was done. This is what going back would change now."
)
WORKING: Final = "Restoring {name}…"
COMPARING: Final = "Comparing {name} with what is in Spotify…"
KEPT: Final = "📌 Kept what {name} holds now as version {number}: {count}."
LEFT: Final = "{name} stays as it is. Nothing was changed."
ACCEPTED: Final = "{name} stays as it was edited in Spotify. The version before is kept."


def version_label(info: SnapshotInfo) -> str:
    """For suggestions and menus; when it was is told in UTC, since they know no time zone of the reader."""
    when = f"{info.taken_at:%Y-%m-%d %H:%M}"
    return plain_text(f"{info.number} · {when} · {VERSIONS.get(info.reason, info.reason)}", CHOICE)


def version_options(infos: Sequence[SnapshotInfo]) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=version_label(info), value=str(info.number), description=TRACKS(info.count)
        )
        for info in infos[:OPTIONS]
    ]


def preview_embed(shared: SharedPlaylist, preview: Preview, tracks: Mapping[str, Track]) -> discord.Embed:
    info = preview.info
    embed = discord.Embed(
        title=safe_text(TITLE.format(number=info.number, name=shared.name), EMBED_TITLE),
        description="\n".join(_changes(preview, tracks)),
        colour=ACCENT,
    )
    footer = f"{FOOTER} · {TRACKS(info.count)} · {VERSIONS.get(info.reason, info.reason)}"
    if preview.requests:
        footer += " · " + REQUESTS.format(count=counts.REQUESTS(preview.requests))
    embed.set_footer(text=plain_text(footer, 200))
    embed.timestamp = info.taken_at
    return embed


def named(preview: Preview) -> tuple[str, ...]:
    """The URIs whose titles a preview shows."""
    return (*preview.difference.back[:NAMED], *preview.difference.gone[:NAMED])


def outcome_words(shared: SharedPlaylist, outcome: Outcome, tracks: Mapping[str, Track]) -> str:
    """tracks: as many as are known of what Spotify does not take back."""
    name, version, difference = list_name(shared), outcome.info.number, outcome.difference
    if outcome.goes_on_at is not None:
        when = format_dt(outcome.goes_on_at, "R")
        return MIDWAY.format(name=name, number=version, when=when, before=outcome.before)
    if difference.empty:
        return NOTHING_DONE.format(name=name, number=version)
    counts = (
        (outcome.back, "came back"),
        (len(difference.gone), "left"),
        (difference.moved, "changed place"),
    )
    what = ", ".join(f"{number:,} {word}" for number, word in counts if number > 0) or "nothing changed"
    text = DONE.format(name=name, number=version, what=what, before=outcome.before)
    if outcome.refused:
        text += "\n" + REFUSED.format(tracks=TRACKS(len(outcome.refused)))
        text += "\n" + item_lines(outcome.refused, tracks)
    return text


def _changes(preview: Preview, tracks: Mapping[str, Track]) -> Iterator[str]:
    difference = preview.difference
    if difference.empty:
        yield SAME
    if difference.back:
        yield _list("come back", "comes back", difference.back, tracks)
    if difference.gone:
        yield _list("leave", "leaves", difference.gone, tracks)
    if difference.moved:
        verb = "changes" if difference.moved == 1 else "change"
        yield f"**{TRACKS(difference.moved)} {verb} place**"
    lost = [uri for uri in difference.lost if uri]
    if lost:
        names = ", ".join(f"“{safe_text(local_title(uri), LOCAL_SHOWN)}”" for uri in lost[:NAMED])
        yield LOST.format(names=names + (f" and {len(lost) - NAMED} more" if len(lost) > NAMED else ""))
    if not difference.empty:
        yield f"-# {STAYS}"


def _list(verb: str, verb_of_one: str, uris: Sequence[str], tracks: Mapping[str, Track]) -> str:
    names = [f"- {item_name(uri, tracks.get(uri))}" for uri in uris[:NAMED]]
    if len(uris) > NAMED:
        names.append(f"- and {len(uris) - NAMED:,} more")
    return "\n".join([f"**{TRACKS(len(uris))} {verb_of_one if len(uris) == 1 else verb}**", *names])
