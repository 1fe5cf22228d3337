"""Several links of one message: the card of one, and a menu for the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from cogs.ui.controls import Item
from cogs.ui.reply import Reply, controls
from cogs.words.error_sentences import THINGS
from cogs.words.text import OPTIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.models import Ref

LINK: Final = Item("links")
OTHERS: Final = Text("Other links of this message…")
PLACE: Final = Text("Link {place}: {what}")


def links_reply(card: Reply, refs: Sequence[Ref], shown: Ref | None = None) -> Reply:
    """The card with a menu of all links, if there are several. shown: None: what the card is of is none of them."""
    several = refs[:OPTIONS]
    if len(several) < 2:
        return card
    options = [
        discord.SelectOption(
            label=plain_text(PLACE(place=place, what=THINGS[ref.kind]())),
            value=f"{ref.kind}:{ref.id}",
            default=ref == shown,
        )
        for place, ref in enumerate(several, 1)
    ]
    items = card.view.children if card.view else []
    return replace(card, view=controls(*items, LINK.menu(OTHERS(), options)))
