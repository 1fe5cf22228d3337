"""Going back to an earlier version of a shared playlist: which one, what it would change, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.languages import Plural, Text, all_of
from bot.services.shared.core.calendar import home_of
from cogs.ui.layout import text
from cogs.words.counts import TRACKS
from cogs.words.history import (
    AND_MORE,
    BROUGHT_BACK,
    MOVED,
    REMOVED,
    counted,
    item_lines,
    item_name,
    local_title,
)
from cogs.words.names import FOOTER, NAME_SHOWN, SEPARATOR, list_name, list_url
from cogs.words.text import CHOICE, OPTIONS, masked_link, plain_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.services.shared.reconciliation.restore import Preview
    from bot.services.shared.reconciliation.restore_saga import Outcome
    from bot.spotify.models import Track
    from bot.stores.history import SnapshotInfo
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Part

VERSIONS: Final = {
    "lent": Text("when it was lent"),
    "by hand": Text("saved by hand"),
    "foreign": Text("before an edit in Spotify"),
    "seen": Text("as found in Spotify"),
    "restore": Text("before a restore"),
    "restored": Text("after a restore"),
    "tidy": Text("before tidying up"),
    "tidied": Text("after tidying up"),
    "round": Text("before a new round"),
    "full": Text("before making room"),
    "stay": Text("before tracks left after their longest stay"),
    "before transfer": Text("before the transfer"),
    "transfer": Text("after the transfer"),
}
NAMED: Final = 5  # tracks of each kind that are named
LOCAL_SHOWN: Final = 60
WHICH: Final = Text(
    "Which version of {name} do you want to restore? You'll see a preview first. Times are in {zone}."
)
NONE_KEPT: Final = Text("{name} has no earlier versions yet.")
STOPPED: Final = Text("⚠️ Restoring version {number} stopped halfway. Choose that version to continue.")
TIDYING_STOPPED: Final = Text(
    "⚠️ What a curator started stopped halfway. To undo what's done, restore version {before}."
)
TITLE: Final = Text("Version {number} of {name}")
SAME: Final = Text("The playlist already matches this version.")
STAYS: Final = Text(
    "Everything else stays, including local files. The current state is kept as a version, too."
)
LOST: Final = Text("**Can't be restored**, as only the owner's Spotify app can add local files: {names}")
COSTS: Final = Plural("needs {n:,} request to Spotify", "needs {n:,} requests to Spotify")
TAKEN: Final = Text("kept {when}")
COMING_BACK: Final = Plural("{n:,} track coming back", "{n:,} tracks coming back")
TO_BE_REMOVED: Final = Plural("{n:,} track to be removed", "{n:,} tracks to be removed")
TO_BE_MOVED: Final = Plural("{n:,} track to be moved", "{n:,} tracks to be moved")
LOCAL: Final = Text("“{name}”")
MORE: Final = Plural("{n:,} more", "{n:,} more")
DONE: Final = Text("✅ {name} is back at version {number}: {what}. To undo that, restore version {before}.")
DONE_NOTHING: Final = Text(
    "✅ {name} is back at version {number}: nothing changed. To undo that, restore version {before}."
)
NOTHING_DONE: Final = Text("{name} is at version {number} already.")
REFUSED: Final = Plural("Spotify no longer has {n:,} track:", "Spotify no longer has {n:,} tracks:")
MIDWAY: Final = Text(
    "⚠️ Spotify stopped answering halfway, so {name} isn't at version {number} yet. Nothing is lost, and I'll continue "
    "{when}. To undo what's done, restore version {before}."
)
CHANGED: Final = Text("{name} changed in the meantime, so nothing was restored yet. Here is the new preview.")
WORKING: Final = Text("Restoring {name}…")
COMPARING: Final = Text("Comparing {name} with Spotify…")
KEPT: Final = Text("📌 Saved {name} as version {number}: {count}.")
LEFT: Final = Text("{name} stays as it is.")
ACCEPTED: Final = Text("The edit to {name} stays. The version before it is saved, too.")


def version_label(info: SnapshotInfo, shared: SharedPlaylist) -> str:
    """For suggestions and menus, where Discord shows no timestamps: on the clocks of the playlist's time zone."""
    zone = shared.settings.time_zone
    when = f"{info.taken_at.astimezone(home_of(zone)):%Y-%m-%d %H:%M} {zone}"
    return plain_text(f"{info.number} · {when} · {_why(info)}", CHOICE)


def _why(info: SnapshotInfo) -> str:
    known = VERSIONS.get(info.reason)
    return known() if known else safe_text(info.reason, CHOICE)


def version_options(infos: Sequence[SnapshotInfo], shared: SharedPlaylist) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=version_label(info, shared), value=str(info.number), description=TRACKS(info.count)
        )
        for info in infos[:OPTIONS]
    ]


def preview_parts(shared: SharedPlaylist, preview: Preview, tracks: Mapping[str, Track]) -> tuple[Part, ...]:
    info = preview.info
    name = masked_link(shared.name, list_url(shared), NAME_SHOWN)
    about = [FOOTER, TRACKS(info.count), _why(info)]
    about.append(TAKEN(when=format_dt(info.taken_at, "f")))
    if preview.requests:
        about.append(COSTS(preview.requests))
    head = f"### {TITLE(number=info.number, name=name)}\n-# {SEPARATOR.join(about)}"
    return (text(head), text(*_changes(preview, tracks)))


def named(preview: Preview) -> tuple[str, ...]:
    """The URIs whose titles a preview shows."""
    return (*preview.difference.back[:NAMED], *preview.difference.gone[:NAMED])


def outcome_words(shared: SharedPlaylist, outcome: Outcome, tracks: Mapping[str, Track]) -> str:
    """tracks: as many as are known of what Spotify does not take back."""
    name, version, difference = list_name(shared), outcome.info.number, outcome.difference
    if outcome.goes_on_at is not None:
        when = format_dt(outcome.goes_on_at, "R")
        return MIDWAY(name=name, number=version, when=when, before=outcome.before)
    if difference.empty:
        return NOTHING_DONE(name=name, number=version)
    what = counted(
        (
            (outcome.back, BROUGHT_BACK),
            (len(difference.gone), REMOVED),
            (difference.moved, MOVED),
        )
    )
    said = (DONE if what else DONE_NOTHING)(name=name, number=version, what=what, before=outcome.before)
    if outcome.refused:
        said += "\n" + REFUSED(len(outcome.refused))
        said += "\n" + item_lines(outcome.refused, tracks)
    return said


def _changes(preview: Preview, tracks: Mapping[str, Track]) -> Iterator[str]:
    difference = preview.difference
    if difference.empty:
        yield SAME()
    if difference.back:
        yield _list(COMING_BACK, difference.back, tracks)
    if difference.gone:
        yield _list(TO_BE_REMOVED, difference.gone, tracks)
    if difference.moved:
        yield f"**{TO_BE_MOVED(difference.moved)}**"
    lost = [uri for uri in difference.lost if uri]
    if lost:
        names = [LOCAL(name=safe_text(local_title(uri), LOCAL_SHOWN)) for uri in lost[:NAMED]]
        names += [MORE(len(lost) - NAMED)] if len(lost) > NAMED else []
        yield LOST(names=all_of(names))
    if not difference.empty:
        yield f"-# {STAYS()}"


def _list(what: Plural, uris: Sequence[str], tracks: Mapping[str, Track]) -> str:
    names = [f"- {item_name(uri, tracks.get(uri))}" for uri in uris[:NAMED]]
    if len(uris) > NAMED:
        names.append(f"- {AND_MORE(len(uris) - NAMED)}")
    return "\n".join([f"**{what(len(uris))}**", *names])
