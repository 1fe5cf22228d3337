"""An import as the member sees it: what was understood and what it costs, how far it is, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.imports.settle import LIMITS
from bot.services.shared.imports.work import CLOSED, FAILED, LEFT, NOT_ALLOWED, OWNERLESS, PAUSED
from bot.services.shared.proposals.propose import MOST_TO_DECIDE
from bot.stores.imports import Fate, ImportState
from cogs.ui.controls import Item
from cogs.ui.layout import Attached, text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.counts import DAYS, LINES, TRACKS
from cogs.words.names import list_name
from cogs.words.rules import rule_title
from cogs.words.text import CELLS, bar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.services.shared.imports.work import ImportOffer, ImportView
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Control

LOOKUPS: Final = Plural("{n:,} lookup", "{n:,} lookups")
TITLE: Final = Text("### Import {lines} into {playlist}?")
NOTHING: Final = Text(
    "I don't understand any of it ({lines}), so there's nothing to import. "
    "Paste links, or lines with an artist, a dash and a title."
)
LINKS: Final = Plural("- {n:,} link", "- {n:,} links")
NAMES: Final = Plural("- {n:,} name to search for", "- {n:,} names to search for")
KNOWN: Final = Plural("- {n:,} of the links is in it already", "- {n:,} of the links are in it already")
UNREAD: Final = Plural(
    "- {n:,} line I can't read. You get it back in a file.",
    "- {n:,} lines I can't read. You get them back in a file.",
)
FREE: Final = Text("That takes no lookups on Spotify.")
TAKES: Final = Text("That takes up to {lookups} on Spotify.")
TAKES_DAYS: Final = Text(
    "That takes up to {lookups} on Spotify, about {days} at today's budget. Others go first; "
    "it continues on its own, also after a restart."
)
RULES: Final = Text("Every track has to pass the rules of the playlist.")
PROPOSED: Final = Text(
    "They're proposed, up to {card:,} on a card. You can have {most:,} open proposals here; "
    "if there are more, you get the rest back in a file."
)
SURE: Final = Text(
    "-# A name only counts if I'm sure which track it is. What I can't match, you get back in a file."
)
BEGINNING: Final = Text("Importing into {playlist}: looking up the first lines…")
PROGRESS: Final = Text("Importing into {playlist}: {done:,} of {total:,} lines\n{bar} {percent}%")
RESTS: Final = Text("It's waiting for its share of Spotify lookups and continues {when}.")
ALREADY: Final = Text("You can run one import at a time for a playlist. This one is still running:")
DONE: Final = Text("✅ Import into {playlist} finished: {lines}.")
CANCELLED: Final = Text(
    "Import into {playlist} cancelled after {done:,} of {total:,} lines. What went in stays."
)
STOPPED: Final = {
    CLOSED: Text(
        "Import stopped after {done:,} of {total:,} lines: the playlist was closed. What went in stays."
    ),
    PAUSED: Text(
        "Import stopped after {done:,} of {total:,} lines: the playlist was paused. What went in stays. "
        "Import the file below once it's resumed."
    ),
    OWNERLESS: Text(
        "Import stopped after {done:,} of {total:,} lines: the playlist has no owner. What went in stays. "
        "Import the file below once someone has taken it over with `/shared transfer`."
    ),
    LEFT: Text(
        "Import stopped after {done:,} of {total:,} lines: you or I are no longer in the server. What went in stays."
    ),
    NOT_ALLOWED: Text(
        "Import stopped after {done:,} of {total:,} lines: you can't add to {playlist} any more. What went in stays."
    ),
    FAILED: Text(
        "Import stopped after {done:,} of {total:,} lines: too much went wrong. What went in stays. "
        "Try again later with the file below."
    ),
}
FATES: Final = {
    Fate.IN: Text("- Added, or on the way in: {tracks}"),
    Fate.PENDING: Text("- Proposed: {tracks}"),
    Fate.KNOWN: Text("- Already there: {tracks}"),
    Fate.REFUSED: Text("- Refused by a rule: {tracks}"),
    Fate.BEYOND: Text("- More than a limit allows right now: {tracks}"),
    Fate.UNMATCHED: Text("- Not found on Spotify, or not surely the right one: {lines}"),
    Fate.UNREAD: Text("- Not readable: {lines}"),
}
RULE: Final = Text("  - {rule}: {tracks}")
UNSEEN: Final = Text("- Not looked at: {lines}")
IN_FILE: Final = Text(
    "The file has what didn't go through. Correct it and import it again. I keep it until {when}."
)
DROPPED: Final = Text("Nothing was imported.")
A_PLAYLIST: Final = Text("a shared playlist")
BEGIN_LABEL: Final = Text("Import")
NO: Final = Text("Cancel")
REFRESH: Final = Text("Refresh")

IMPORT: Final = "[0-9a-f]{16}"
BEGIN: Final = Item("im:begin", one=IMPORT)
DROP: Final = Item("im:drop", one=IMPORT)
STOP: Final = Item("im:stop", one=IMPORT)
LOOK: Final = Item("im:look", one=IMPORT)


def offer_reply(offer: ImportOffer, shared: SharedPlaylist) -> Reply:
    """What was understood, what it costs, and the question."""
    one = offer.one
    if offer.unread == one.total:
        return Reply(card=(text(NOTHING(lines=LINES(one.total))),), view=controls(list_button(shared)))
    lines = [TITLE(lines=LINES(one.total), playlist=list_name(shared))]
    for words, count in (
        (LINKS, offer.links),
        (NAMES, offer.names),
        (KNOWN, offer.known),
        (UNREAD, offer.unread),
    ):
        if count:
            lines.append(words(count))
    if not one.cost:
        lines.append(FREE())
    elif offer.days:
        lines.append(TAKES_DAYS(lookups=LOOKUPS(one.cost), days=DAYS(offer.days)))
    else:
        lines.append(TAKES(lookups=LOOKUPS(one.cost)))
    lines.append(RULES())
    if offer.most is not None:
        lines.append(PROPOSED(card=min(MOST_TO_DECIDE, offer.most), most=offer.most))
    if offer.names:
        lines.append(SURE())
    buttons: list[Control] = [
        BEGIN.button(BEGIN_LABEL(), style=discord.ButtonStyle.primary, one=one.import_id),
        DROP.button(NO(), one=one.import_id),
        list_button(shared),
    ]
    return Reply(card=(text(*lines),), view=controls(*buttons))


def view_reply(view: ImportView, *, above: str = "") -> Reply:
    """How far it is, or what came of it, with the lines to hand back."""
    one, shared = view.one, view.shared
    lines = [*([above] if above else []), *_lines(view)]
    buttons: list[Control] = []
    if one.state is ImportState.RUNNING:
        buttons = [STOP.button(NO(), one=one.import_id), LOOK.button(REFRESH(), one=one.import_id)]
    if shared is not None:
        buttons.append(list_button(shared))
    files = (Attached(view.file.name, view.file.data),) if view.file else ()
    return Reply(card=(text(*lines),), view=controls(*buttons) if buttons else None, files=files)


def _lines(view: ImportView) -> Iterator[str]:
    one = view.one
    name = list_name(view.shared) if view.shared else A_PLAYLIST()
    counts = {"done": one.done, "total": one.total, "playlist": name}
    match one.state:
        case ImportState.OFFERED:
            yield DROPPED()
            return
        case ImportState.RUNNING if not one.done:
            yield BEGINNING(playlist=name)
        case ImportState.RUNNING:
            percent = 100 * one.done // one.total
            yield PROGRESS(**counts, bar=bar(CELLS * one.done // one.total, CELLS), percent=percent)
        case ImportState.DONE:
            yield DONE(playlist=name, lines=LINES(one.total))
        case ImportState.CANCELLED:
            yield CANCELLED(**counts)
        case ImportState.STOPPED:
            yield STOPPED[one.why](**counts)
    if view.waits_until is not None:
        yield RESTS(when=format_dt(view.waits_until, "R"))
    yield from _fates(view)
    if view.file is not None:
        yield IN_FILE(when=format_dt(one.due_at, "D"))


def _fates(view: ImportView) -> Iterator[str]:
    one = view.one
    for fate, words in FATES.items():
        if count := one.fates.get(fate, 0):
            yield words(tracks=TRACKS(count), lines=LINES(count))
        if fate in {Fate.REFUSED, Fate.BEYOND}:
            rules = [(rule, n) for rule, n in one.rules.items() if (rule in LIMITS) is (fate is Fate.BEYOND)]
            for rule, count in sorted(rules, key=lambda item: -item[1]):
                yield RULE(rule=rule_title(view.shared, rule), tracks=TRACKS(count))
    if one.state is not ImportState.RUNNING and one.done < one.total:
        yield UNSEEN(lines=LINES(one.total - one.done))
