"""A page of what happened in a shared playlist, and taking back what the bot did to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import discord

from bot.stores.contributions import State
from bot.stores.history import Happening
from cogs.ui.controls import Ack, ListItem
from cogs.ui.layout import ACCENT, Control
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.history import NOTHING, NOTHING_OF, NOTHING_OLDER, TITLE, edited, item_name, sentence
from cogs.words.names import FOOTER, list_name, track_label
from cogs.words.text import CHOICE, EMBED_DESCRIPTION, EMBED_TITLE, OPTIONS, fitting, plain_text, safe_text
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.services.shared.history.timeline import TimelinePage
    from bot.services.shared.history.undo import BigChange, Undone
    from bot.services.shared.outbox.health import WaitingFor
    from bot.services.shared.reconciliation.projection import ExternalEdit
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

SUGGESTED: Final = 8  # of what can be taken back: each may cost a question to Spotify
# Where a restore or a round is meant: what was there before.
VERSION: Final = re.compile(r"v(\d{1,9})", re.ASCII)
PICK: Final = "Take something back…"
TAKE_OUT: Final = "Take out: {name}"
PUT_BACK: Final = "Put back: {name}"
BIG: Final = {
    Happening.RESTORED: "Undo the restore of version {number}",
    Happening.ROUND: "Undo the end of round {ended}",
}
TAKEN_OUT: Final = "{item} is out of {name} again."
LEAVING: Final = "{item} is on its way out of {name}. {waiting}"
WITHDRAWN: Final = "{item} wasn't in {name} yet and won't go in."
STAYED: Final = "Spotify did not let me take {item} out of {name}, so it is still there."
BACK: Final = "{item} is back in {name}, at its end."
COMING_BACK: Final = "{item} goes back into {name}, to its end. {waiting}"

UNDO: Final = ListItem("sp:undo", Ack.THINK)


def history_embed(
    page: TimelinePage, member_id: int | None, foreign: ExternalEdit | None, *, first: bool
) -> discord.Embed:
    """first: it is the newest page."""
    lines = [edited(foreign) + "\n"] if foreign else []
    told = [sentence(event, page) for event in page.events]
    if not told:
        nothing = NOTHING_OF.format(member=member_id) if member_id else NOTHING
        told = [nothing if first else NOTHING_OLDER]
    embed = discord.Embed(
        title=safe_text(TITLE.format(name=page.shared.name), EMBED_TITLE),
        description=fitting([*lines, *told], EMBED_DESCRIPTION),
        colour=ACCENT,
    )
    embed.set_footer(text=FOOTER)
    return embed


def track_choice(one: Contribution, tracks: Mapping[str, Track]) -> tuple[str, str]:
    """What can be taken back: its label, and what stands for it."""
    label = PUT_BACK if one.state is State.REMOVED else TAKE_OUT
    name = track_label(tracks[one.uri]) if one.uri in tracks else one.uri
    return plain_text(label.format(name=name), CHOICE), one.contribution_id


def big_choice(change: BigChange) -> tuple[str, str]:
    label = BIG[change.happening].format(number=change.number, ended=change.number - 1)
    return label, f"v{change.before}"


def undo_menus(shared: SharedPlaylist, choices: Sequence[tuple[str, str]]) -> list[Control]:
    """Who may take something back, and whether it is still possible, is looked at when one is chosen."""
    options = [discord.SelectOption(label=label, value=value) for label, value in choices[:OPTIONS]]
    return [UNDO.menu(PICK, options, list=shared.list_id)] if options else []


def is_under_way(undone: Undone) -> bool:
    return undone.contribution.state not in {State.REMOVED, State.WITHDRAWN, State.LANDED}


def undone_reply(
    shared: SharedPlaylist, undone: Undone, track: Track | None, waiting: WaitingFor | None
) -> Reply:
    """waiting: what is in the way of what has not happened yet."""
    match undone.contribution.state:
        case State.REMOVED:
            text = TAKEN_OUT
        case State.WITHDRAWN:
            text = WITHDRAWN
        case State.LANDED:
            text = BACK if undone.put_back else STAYED
        case _:
            text = COMING_BACK if undone.put_back else LEAVING
    words = text.format(
        item=item_name(undone.contribution.uri, track),
        name=list_name(shared),
        waiting=waiting_words(waiting, leaving=text is LEAVING),
    )
    return Reply(words, view=controls(list_button(shared)))
