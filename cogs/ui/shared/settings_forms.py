"""The forms in which managers change the settings of a shared playlist, with what holds now filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from bot.shared_errors import SettingError
from bot.stores.lists import Mode, Roles, RoundKind, Rounds
from cogs.ui.controls import Form, Press
from cogs.words.lists import HINTS, MAJORITIES, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.manage import ListAdmin
    from bot.stores.lists import SharedPlaylist

Text = discord.ui.TextInput[discord.ui.Modal]
Changed = Callable[["Press", "SharedPlaylist"], Awaitable[None]]
Choice = discord.ui.Select[discord.ui.Modal]
RoleChoice = discord.ui.RoleSelect[discord.ui.Modal]
ChannelChoice = discord.ui.ChannelSelect[discord.ui.Modal]

MODE_TITLE, MODE = "How tracks get in", "When a member adds a track"
VOTES_TITLE = "Votes and decisions"
VOTES = {
    "votes_needed": ("Votes needed", "How many more for it than against it"),
    "vote_hours": ("Hours for a vote", "After that it lapses"),
    "approval_days": ("Days for an approval", "After that it lapses"),
}
REMOVAL_TITLE = "Voting tracks out"
REMOVAL = {
    "voters_to_remove": ("Members who have to take part", "Two at least: one person can never delete"),
    "age_to_remove_hours": ("Age in hours", "How long it has to have been in before it can be voted out"),
}
MAJORITY = "How many of them have to be for it"
ROLES_TITLE = "Who may what"
ROLES = {
    "add": ("Add tracks", "None chosen: everybody"),
    "curate": ("Curate", "Decide, take back, restore. Whoever may manage this server always can"),
    "manage": ("Manage", "Change settings and rules, pause, close. The owner always can"),
    "bypass": ("Skip the queue and the rules", "What they add goes straight in"),
}
ROUNDS_TITLE = "Rounds"
ROUND_ENDS = "A round ends"
WHENS = {
    Rounds.BY_HAND: ("By hand", "When a manager says so, with /shared rotate"),
    Rounds.WEEKLY: ("Every week", "On Monday at 0:00, by the clocks of the playlist's time zone"),
    Rounds.MONTHLY: ("Every month", "On the first at 0:00, by the clocks of the playlist's time zone"),
}
ROUND_GOES = "Then what is in it"
WHERES = {
    RoundKind.ARCHIVE: ("Moves to an archive", "One playlist goes on, and a second one takes what was in it"),
    RoundKind.NEW_PLAYLIST: ("Stays, and a new playlist begins", "Each round is a playlist of its own"),
}
CHANNELS_TITLE = "Channels"
CHANNELS = {
    "cards": ("Proposals", "None chosen: where somebody proposes"),
    "drop": ("Dropped links", "Every Spotify link written there goes in"),
    "digest": ("Digest", "What was added, once in a while"),
}
NAME_TITLE, NAME, ZONE = "Name and time zone", "Name here", "Time zone"
NAME_HINT = "In Spotify it keeps its name"
ZONE_HINT = "Region and city, such as Europe/Stockholm"
MOST_ROLES = 10
TEXT_KINDS = [discord.ChannelType.text, discord.ChannelType.news]


class SettingsForm(Form):
    """A subclass puts its fields in and implements `change`."""

    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed, *, title: str) -> None:
        """changed: shows what came of it."""
        super().__init__(title=title)
        self.list_id = shared.list_id
        self.admin = admin
        self._changed = changed

    async def filled_in(self, press: Press) -> None:
        await self._changed(press, await self.change(press))

    async def change(self, press: Press) -> SharedPlaylist:
        raise NotImplementedError


class ModeForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=MODE_TITLE)
        self._mode = Choice(
            options=[
                discord.SelectOption(
                    label=NAMES[mode], value=mode, description=HINTS[mode], default=mode is shared.mode
                )
                for mode in Mode
            ]
        )
        self.ask(MODE, self._mode)

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.set_mode(
            press.actor, press.guild_id, self.list_id, Mode(self._mode.values[0])
        )


class NumbersForm(SettingsForm):
    """Numbers of the settings, by field."""

    def __init__(
        self,
        shared: SharedPlaylist,
        admin: ListAdmin,
        changed: Changed,
        *,
        title: str,
        fields: dict[str, tuple[str, str]],
    ) -> None:
        super().__init__(shared, admin, changed, title=title)
        self._what = title.lower()
        self._fields = {
            field: Text(default=str(getattr(shared.settings, field)), max_length=5) for field in fields
        }
        for field, (label, hint) in fields.items():
            self.ask(label, self._fields[field], hint)

    def typed(self) -> dict[str, str]:
        return {field: text.value for field, text in self._fields.items()}

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.set_numbers(
            press.actor, press.guild_id, self.list_id, self._what, self.typed()
        )


class VotesForm(NumbersForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=VOTES_TITLE, fields=VOTES)


class RemovalForm(NumbersForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=REMOVAL_TITLE, fields=REMOVAL)
        now = shared.settings.majority_to_remove
        self._majority = Choice(
            options=[
                discord.SelectOption(label=label.capitalize(), value=majority, default=majority is now)
                for majority, label in MAJORITIES.items()
            ]
        )
        self.ask(MAJORITY, self._majority)

    def typed(self) -> dict[str, str]:
        return {**super().typed(), "majority_to_remove": self._majority.values[0]}


class RolesForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=ROLES_TITLE)
        self._roles: dict[str, RoleChoice] = {}
        for field, (label, hint) in ROLES.items():
            now: Sequence[int] = getattr(shared.roles, field)
            self._roles[field] = RoleChoice(
                min_values=0,
                max_values=MOST_ROLES,
                required=False,
                default_values=_presets(now, discord.SelectDefaultValueType.role),
            )
            self.ask(label, self._roles[field], hint)

    async def change(self, press: Press) -> SharedPlaylist:
        chosen = {
            field: tuple(sorted(role.id for role in select.values)) for field, select in self._roles.items()
        }
        return await self.admin.set_roles(press.actor, press.guild_id, self.list_id, Roles(**chosen))


class RoundsForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=ROUNDS_TITLE)
        now = shared.settings
        self._fields = {
            "rounds": Choice(options=[_option(one, *words, now.rounds) for one, words in WHENS.items()]),
            "round_kind": Choice(
                options=[_option(one, *words, now.round_kind) for one, words in WHERES.items()]
            ),
        }
        self.ask(ROUND_ENDS, self._fields["rounds"])
        self.ask(ROUND_GOES, self._fields["round_kind"])

    async def change(self, press: Press) -> SharedPlaylist:
        typed = {field: select.values[0] for field, select in self._fields.items()}
        return await self.admin.set_numbers(
            press.actor, press.guild_id, self.list_id, ROUNDS_TITLE.lower(), typed
        )


class ChannelsForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=CHANNELS_TITLE)
        settings = shared.settings
        now = {
            "cards": settings.cards_channel_id,
            "drop": settings.drop_channel_id,
            "digest": settings.digest_channel_id,
        }
        self._channels: dict[str, ChannelChoice] = {}
        for field, (label, hint) in CHANNELS.items():
            held = now[field]
            self._channels[field] = ChannelChoice(
                channel_types=TEXT_KINDS,
                min_values=0,
                required=False,
                default_values=_presets([held] if held else [], discord.SelectDefaultValueType.channel),
            )
            self.ask(label, self._channels[field], hint)

    async def change(self, press: Press) -> SharedPlaylist:
        chosen = {
            field: select.values[0].id if select.values else None for field, select in self._channels.items()
        }
        for channel_id in chosen.values():
            must_be_writable(press.interaction, channel_id)
        return await self.admin.set_channels(press.actor, press.guild_id, self.list_id, **chosen)


class NameForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=NAME_TITLE)
        self._name = Text(default=shared.name, max_length=80)
        self._zone = Text(default=shared.settings.time_zone, max_length=60)
        self.ask(NAME, self._name, NAME_HINT)
        self.ask(ZONE, self._zone, ZONE_HINT)

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.rename(
            press.actor, press.guild_id, self.list_id, self._name.value, self._zone.value
        )


FORMS: dict[str, Callable[[SharedPlaylist, ListAdmin, Changed], SettingsForm]] = {
    "mode": ModeForm,
    "votes": VotesForm,
    "removal": RemovalForm,
    "roles": RolesForm,
    "rounds": RoundsForm,
    "channels": ChannelsForm,
    "name": NameForm,
}


def must_be_writable(interaction: discord.Interaction[DiscordBot], channel_id: int | None) -> None:
    """Raises SettingError for a channel the bot cannot write in."""
    guild = interaction.guild
    if channel_id is None or guild is None:
        return
    channel = guild.get_channel(channel_id)
    rights = channel.permissions_for(guild.me) if channel else discord.Permissions.none()
    if not (rights.view_channel and rights.send_messages and rights.embed_links):
        raise SettingError("channel", "closed")


def _presets(ids: Iterable[int], kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=one, type=kind) for one in ids]


def _option(value: str, label: str, hint: str, now: str) -> discord.SelectOption:
    return discord.SelectOption(label=label, value=value, description=hint, default=value == now)
