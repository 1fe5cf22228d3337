"""The form in which managers say when a round of a shared playlist ends, and where it goes then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.stores.lists import RoundKind, Rounds
from cogs.ui.shared.settings_form import Choice, SettingsForm

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.access import Actor
    from bot.services.shared.lifecycle.manage import ListAdmin
    from bot.stores.lists import Settings, SharedPlaylist
    from cogs.ui.shared.settings_form import Changed

TITLE: Final = "Rounds"
WHEN: Final = "A round ends"
WHENS: Final = {
    Rounds.BY_HAND: ("By hand", "When a manager says so, with /shared rotate"),
    Rounds.WEEKLY: ("Every week", "On Monday at 0:00, by the clocks of the playlist's time zone"),
    Rounds.MONTHLY: ("Every month", "On the first at 0:00, by the clocks of the playlist's time zone"),
}
WHERE: Final = "Then what is in it"
WHERES: Final = {
    RoundKind.ARCHIVE: ("Moves to an archive", "One playlist goes on, and a second one takes what was in it"),
    RoundKind.NEW_PLAYLIST: ("Stays, and a new playlist begins", "Each round is a playlist of its own"),
}
SAID_WHEN: Final = {
    Rounds.BY_HAND: "A round ends when a manager says so",
    Rounds.WEEKLY: "A round ends every Monday at 0:00",
    Rounds.MONTHLY: "A round ends on the first of every month at 0:00",
}
SAID_WHERE: Final = {
    RoundKind.ARCHIVE: "then what is in it moves to the archive.",
    RoundKind.NEW_PLAYLIST: "then it stays as it is, and the next round begins in a new playlist.",
}


def rounds_sentence(settings: Settings) -> str:
    return f"{SAID_WHEN[settings.rounds]}; {SAID_WHERE[settings.round_kind]}"


class RoundsForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, changed: Changed) -> None:
        super().__init__(shared, changed, title=TITLE)
        now = shared.settings
        self._fields = {
            "rounds": Choice(options=[_option(one, *words, now.rounds) for one, words in WHENS.items()]),
            "round_kind": Choice(
                options=[_option(one, *words, now.round_kind) for one, words in WHERES.items()]
            ),
        }
        self.ask(WHEN, "", self._fields["rounds"])
        self.ask(WHERE, "", self._fields["round_kind"])

    async def change(
        self,
        interaction: discord.Interaction[DiscordBot],  # noqa: ARG002 - other forms need it
        managing: ListAdmin,
        actor: Actor,
        guild_id: int,
    ) -> SharedPlaylist:
        typed = {field: select.values[0] for field, select in self._fields.items()}
        return await managing.set_numbers(actor, guild_id, self._list_id, TITLE.lower(), typed)


def _option(value: str, label: str, hint: str, now: str) -> discord.SelectOption:
    return discord.SelectOption(label=label, value=value, description=hint, default=value == now)
