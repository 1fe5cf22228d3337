"""A page of the history of a shared playlist, and undoing what the bot did to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.lists import goes_on_top
from cogs.ui.controls import Ack, ListItem
from cogs.ui.layout import MOST_TEXT, Control, text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.history import NOTHING, NOTHING_OF, NOTHING_OLDER, TITLE, edited, item_name, sentence
from cogs.words.names import FOOTER, NAME_SHOWN, list_name, list_url, mention, track_label
from cogs.words.text import CHOICE, OPTIONS, fitting, masked_link, plain_text, size
from cogs.words.tidying import UNDO_EDIT, UNDO_WORK
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
    from cogs.ui.layout import Part

SUGGESTED: Final = 8  # of what can be taken back: each may cost a question to Spotify
# Where a restore or a round is meant: what was there before.
VERSION: Final = re.compile(r"v(\d{1,9})", re.ASCII)
# Where something curators did is meant: what was there before, and after.
EDIT: Final = re.compile(r"e(\d{1,12})", re.ASCII)  # of name or description: when
VERSIONS: Final = re.compile(r"t(\d{1,9})-(\d{1,9})", re.ASCII)
PICK: Final = Text("Undo something…")
TAKE_OUT: Final = Text("Remove: {name}")
PUT_BACK: Final = Text("Put back: {name}")
BIG: Final = {
    Happening.RESTORED: Text("Undo the restore of version {number}"),
    Happening.ROUND: Text("Undo the end of round {ended}"),
}
TAKEN_OUT: Final = Text("✅ Removed {item} from {name}.")
LEAVING: Final = Text("Removing {item} from {name}. {waiting}")
WITHDRAWN: Final = Text("✅ Took back {item}. It won't be added to {name}.")
STAYED: Final = Text(
    "⚠️ Spotify didn't let me remove {item} from {name}, so it's still there. Try again in a minute."
)
BACK: Final = Text("✅ {item} is back in {name}, at the end.")
BACK_ON_TOP: Final = Text("✅ {item} is back in {name}, on top.")
COMING_BACK_ON_TOP: Final = Text("Adding {item} back to {name}, on top. {waiting}")
COMING_BACK: Final = Text("Adding {item} back to {name}, at the end. {waiting}")

UNDO: Final = ListItem("sp:undo", Ack.THINK)


def history_parts(
    page: TimelinePage, member_id: int | None, foreign: ExternalEdit | None, *, first: bool
) -> tuple[Part, ...]:
    """first: it is the newest page."""
    lines = [edited(foreign) + "\n"] if foreign else []
    told = [sentence(event, page) for event in page.events]
    if not told:
        nothing = NOTHING_OF(member=mention(member_id)) if member_id else NOTHING()
        told = [nothing if first else NOTHING_OLDER()]
    name = masked_link(page.shared.name, list_url(page.shared), NAME_SHOWN)
    head = f"### {TITLE(name=name)}\n-# {FOOTER}"
    return (text(head), text(fitting([*lines, *told], MOST_TEXT - size(head))))


def track_choice(one: Contribution, tracks: Mapping[str, Track]) -> tuple[str, str]:
    """What can be taken back: its label, and what stands for it."""
    label = PUT_BACK if one.state is State.REMOVED else TAKE_OUT
    name = track_label(tracks[one.uri]) if one.uri in tracks else one.uri
    return plain_text(label(name=name), CHOICE), one.contribution_id


def big_choice(change: BigChange) -> tuple[str, str]:
    if change.happening is Happening.EDITED:
        return UNDO_EDIT(), f"e{int(change.at.timestamp())}"
    if change.happening is Happening.TIDIED:
        work = UNDO_WORK.get(change.work, UNDO_WORK["undo"])
        return work(), f"t{change.before}-{change.number}"
    label = BIG[change.happening](number=change.number, ended=change.number - 1)
    return label, f"v{change.before}"


def undo_menus(shared: SharedPlaylist, choices: Sequence[tuple[str, str]]) -> list[Control]:
    """Who may take something back, and whether it is still possible, is looked at when one is chosen."""
    options = [discord.SelectOption(label=label, value=value) for label, value in choices[:OPTIONS]]
    return [UNDO.menu(PICK(), options, list=shared.list_id)] if options else []


def is_under_way(undone: Undone) -> bool:
    return undone.contribution.state not in {State.REMOVED, State.WITHDRAWN, State.LANDED}


def undone_reply(
    shared: SharedPlaylist, undone: Undone, track: Track | None, waiting: WaitingFor | None
) -> Reply:
    """waiting: what is in the way of what has not happened yet."""
    match undone.contribution.state:
        case State.REMOVED:
            said = TAKEN_OUT
        case State.WITHDRAWN:
            said = WITHDRAWN
        case State.LANDED:
            back = BACK_ON_TOP if goes_on_top(shared) else BACK
            said = back if undone.put_back else STAYED
        case _:
            coming = COMING_BACK_ON_TOP if goes_on_top(shared) else COMING_BACK
            said = coming if undone.put_back else LEAVING
    words = said(
        item=item_name(undone.contribution.uri, track),
        name=list_name(shared),
        waiting=waiting_words(waiting, 1, leaving=said is LEAVING),
    )
    return Reply(words, view=controls(list_button(shared)))
