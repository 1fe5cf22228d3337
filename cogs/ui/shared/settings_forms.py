"""The forms in which managers change the settings of a shared playlist, with what holds now filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from bot.languages import Text
from bot.services.shared.core.settings_input import NUMBERS
from bot.shared_errors import ChannelError
from bot.stores.lists import Digests, Mode, Roles, RoundKind, Rounds, Weekday
from cogs.ui.forms import Checkbox, Choice, Form, Radios, TextField, choice, radios
from cogs.ui.shared.granting import TITLE as CURATORS_TITLE
from cogs.ui.shared.granting import GrantFields
from cogs.words.lists import HINTS, MAJORITIES, NAMES, weekday_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.manage import ListAdmin
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press

Changed = Callable[["Press", "SharedPlaylist"], Awaitable[None]]
RoleChoice = discord.ui.RoleSelect[discord.ui.Modal]
ChannelChoice = discord.ui.ChannelSelect[discord.ui.Modal]
Fields = dict[str, Radios | Choice | TextField]  # by the setting

MODE_TITLE, MODE = Text("How tracks get in"), Text("When a member adds a track")
VOTES_TITLE = Text("Votes and approvals")
RANGE = Text("{least} to {most}. {more}")
VOTES = {
    "votes_needed": (Text("Votes needed"), Text("How far 👍 must lead 👎 before a track goes in.")),
    "vote_hours": (Text("Voting time in hours"), Text("After that, the vote expires.")),
    "approval_days": (Text("Approval time in days"), Text("After that, the request expires.")),
}
VOTING_TITLE = Text("How votes go")
ONLY_UP, ONLY_UP_HINT = Text("Only 👍"), Text("No 👎 on proposals: enough 👍, or the proposal expires.")
COUNT, COUNT_HINT = Text("Show the count at the end"), Text("Until a vote ends, nobody sees how it stands.")
VOTERS = Text("Days in the server")
VOTERS_HINT = Text("How long a member must have been here to vote.")
NEXT_VOTES = Text("Open votes go on as they began.")
REMOVAL_TITLE = Text("Voting tracks out")
REMOVAL = {
    "voters_to_remove": (Text("Votes needed"), Text("Never fewer than 2: nobody can remove a track alone.")),
    "age_to_remove_hours": (
        Text("Hours in the playlist"),
        Text("How long a track must be in before a vote can start."),
    ),
}
MAJORITY = Text("Votes in favour")
ROLES_TITLE = Text("Permissions")
ROLES = {
    "add": (Text("Add tracks"), Text("Leave it empty for everyone.")),
    "curate": (Text("Curate"), Text("Approve, decline, undo, restore. Server managers always can.")),
    "manage": (
        Text("Manage"),
        Text("Change settings and rules, pause, close. The owner and server managers always can."),
    ),
    "bypass": (Text("Skip approval, votes and rules"), Text("What they add goes straight in.")),
}
ROUNDS_TITLE = Text("Rounds")
ROUND_ENDS = Text("A round ends")
WHENS = {
    Rounds.BY_HAND: (Text("Manually"), Text("When a manager uses /shared rotate")),
    Rounds.WEEKLY: (Text("Every week, or every few weeks"), Text("On the weekday and at the hour below")),
    Rounds.MONTHLY: (Text("Every month"), Text("On the 1st, at the hour below")),
}
ROUND_GOES = Text("What happens then")
WHERES = {
    RoundKind.ARCHIVE: (Text("Move its tracks to an archive"), Text("The same playlist goes on, empty.")),
    RoundKind.NEW_PLAYLIST: (Text("Start a new playlist"), Text("Each round keeps its own playlist.")),
}
WEEKDAY, HOUR = Text("Weekday"), Text("Hour")
HOURS_HINT = Text("{least} to {most}. In the time zone of the playlist.")
WEEKS, WEEKS_HINT = Text("Weeks in a round"), Text("{least} to {most}. Not for monthly rounds.")
DIGEST_TITLE, DIGEST_COMES = Text("Digest"), Text("A digest comes")
DIGEST_WHENS = {Digests.DAILY: Text("Every day"), Digests.WEEKLY: Text("Every week")}
DIGEST_DAY_HINT = Text("Only for a weekly digest.")
CHANNELS_TITLE = Text("Channels")
CHANNELS = {
    "cards": (Text("Proposals"), Text("Leave it empty to post them where they're proposed.")),
    "drop": (Text("Dropped links"), Text("Every Spotify link posted there is added.")),
    "digest": (Text("Digest"), Text("What was added, once a day or a week.")),
}
PLACE_TITLE, PLACE = Text("Where new tracks go"), Text("A new track goes in")
END, TOP = "end", "top"
PLACES = {
    END: (Text("At the end"), Text("In the order they were accepted")),
    TOP: (Text("On top"), Text("The newest first, if the owner lets curators change the order")),
}
NAME_TITLE, NAME, ZONE = Text("Name and time zone"), Text("Name in this server"), Text("Time zone")
NAME_HINT = Text("Up to 80 characters. The name on Spotify stays the same.")
ZONE_HINT = Text("Region and city, like Europe/Stockholm")
MOST_ROLES = 10
TO_WRITE = ("view_channel", "send_messages", "embed_links")
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
        super().__init__(shared, admin, changed, title=MODE_TITLE())
        self._now = shared.mode
        self._mode = self.ask(
            MODE(), radios([(mode, NAMES[mode](), HINTS[mode]()) for mode in Mode], shared.mode)
        )

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.set_mode(
            press.actor, press.guild_id, self.list_id, Mode(self._mode.value or self._now)
        )


class NumbersForm(SettingsForm):
    """Numbers of the settings, by field."""

    def __init__(
        self,
        shared: SharedPlaylist,
        admin: ListAdmin,
        changed: Changed,
        *,
        title: Text,
        fields: Mapping[str, tuple[Text, Text]],
    ) -> None:
        super().__init__(shared, admin, changed, title=title())
        self._what = title.english.lower()  # as the history keeps it
        self._fields = {
            field: TextField(default=str(getattr(shared.settings, field)), max_length=5) for field in fields
        }
        for field, (label, hint) in fields.items():
            least, most = NUMBERS[field]
            self.ask(label(), self._fields[field], RANGE(least=least, most=most, more=hint()))

    def typed(self) -> dict[str, str]:
        return {field: text.value for field, text in self._fields.items()}

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.set_numbers(
            press.actor, press.guild_id, self.list_id, self._what, self.typed()
        )


class VotesForm(NumbersForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=VOTES_TITLE, fields=VOTES)


class VotingForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=VOTING_TITLE())
        now = shared.settings
        least, most = NUMBERS["voter_days"]
        hint = RANGE(least=least, most=most, more=VOTERS_HINT())
        self._ticks = {
            "thumbs_up_only": self.ask(ONLY_UP(), Checkbox(default=now.thumbs_up_only), ONLY_UP_HINT()),
            "hide_count": self.ask(COUNT(), Checkbox(default=now.hide_count), COUNT_HINT()),
        }
        self._days = self.ask(VOTERS(), TextField(default=str(now.voter_days), max_length=5), hint)
        self.add_item(discord.ui.TextDisplay(NEXT_VOTES()))

    async def change(self, press: Press) -> SharedPlaylist:
        ticks = {field: "yes" if tick.value else "no" for field, tick in self._ticks.items()}
        typed = {**ticks, "voter_days": self._days.value}
        name = VOTING_TITLE.english.lower()
        return await self.admin.set_numbers(press.actor, press.guild_id, self.list_id, name, typed)


class RemovalForm(NumbersForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=REMOVAL_TITLE, fields=REMOVAL)
        shares = [(majority, words()) for majority, words in MAJORITIES.items()]
        options = [(majority, share[0].upper() + share[1:], "") for majority, share in shares]
        self._majority = self.ask(MAJORITY(), radios(options, shared.settings.majority_to_remove))

    def typed(self) -> dict[str, str]:
        return {**super().typed(), "majority_to_remove": self._majority.value or ""}


class RolesForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=ROLES_TITLE())
        self._roles: dict[str, RoleChoice] = {}
        for field, (label, hint) in ROLES.items():
            now: Sequence[int] = getattr(shared.roles, field)
            self._roles[field] = RoleChoice(
                min_values=0,
                max_values=MOST_ROLES,
                required=False,
                default_values=_presets(now, discord.SelectDefaultValueType.role),
            )
            self.ask(label(), self._roles[field], hint())

    async def change(self, press: Press) -> SharedPlaylist:
        chosen = {
            field: tuple(sorted(role.id for role in select.values)) for field, select in self._roles.items()
        }
        return await self.admin.set_roles(press.actor, press.guild_id, self.list_id, Roles(**chosen))


class CuratorsForm(SettingsForm):
    """For the owner."""

    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=CURATORS_TITLE())
        self._fields = GrantFields(self, shared.grants)

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.set_grants(press.actor, press.guild_id, self.list_id, self._fields.chosen)


class PlaceForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=PLACE_TITLE())
        now = TOP if shared.settings.new_on_top else END
        self._place = self.ask(
            PLACE(), radios([(key, name(), hint()) for key, (name, hint) in PLACES.items()], now)
        )

    async def change(self, press: Press) -> SharedPlaylist:
        on_top = self._place.value == TOP
        return await self.admin.set_place(press.actor, press.guild_id, self.list_id, on_top=on_top)


class RoundsForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=ROUNDS_TITLE())
        now = shared.settings
        whens = radios([(when, name(), hint()) for when, (name, hint) in WHENS.items()], now.rounds)
        wheres = radios([(where, name(), hint()) for where, (name, hint) in WHERES.items()], now.round_kind)
        least, most = NUMBERS["round_weeks"]
        self._fields: Fields = {
            "rounds": self.ask(ROUND_ENDS(), whens),
            "round_weekday": self.ask(WEEKDAY(), _weekday_choice(now.round_weekday)),
            "round_hour": self.ask(HOUR(), _hour_field(now.round_hour), _hour_hint("round_hour")),
            "round_weeks": self.ask(
                WEEKS(),
                TextField(default=str(now.round_weeks), max_length=5),
                WEEKS_HINT(least=least, most=most),
            ),
            "round_kind": self.ask(ROUND_GOES(), wheres),
        }

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.set_numbers(
            press.actor, press.guild_id, self.list_id, ROUNDS_TITLE.english.lower(), _typed(self._fields)
        )


class DigestForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=DIGEST_TITLE())
        now = shared.settings
        whens = radios([(when, name(), "") for when, name in DIGEST_WHENS.items()], now.digests)
        self._fields: Fields = {
            "digests": self.ask(DIGEST_COMES(), whens),
            "digest_weekday": self.ask(WEEKDAY(), _weekday_choice(now.digest_weekday), DIGEST_DAY_HINT()),
            "digest_hour": self.ask(HOUR(), _hour_field(now.digest_hour), _hour_hint("digest_hour")),
        }

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.set_numbers(
            press.actor, press.guild_id, self.list_id, DIGEST_TITLE.english.lower(), _typed(self._fields)
        )


class ChannelsForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=CHANNELS_TITLE())
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
            self.ask(label(), self._channels[field], hint())

    async def change(self, press: Press) -> SharedPlaylist:
        chosen = {
            field: select.values[0].id if select.values else None for field, select in self._channels.items()
        }
        for channel_id in chosen.values():
            must_be_writable(press.interaction, channel_id)
        return await self.admin.set_channels(press.actor, press.guild_id, self.list_id, **chosen)


class NameForm(SettingsForm):
    def __init__(self, shared: SharedPlaylist, admin: ListAdmin, changed: Changed) -> None:
        super().__init__(shared, admin, changed, title=NAME_TITLE())
        self._name = TextField(default=shared.name, max_length=80)
        self._zone = TextField(default=shared.settings.time_zone, max_length=60)
        self.ask(NAME(), self._name, NAME_HINT())
        self.ask(ZONE(), self._zone, ZONE_HINT())

    async def change(self, press: Press) -> SharedPlaylist:
        return await self.admin.rename(
            press.actor, press.guild_id, self.list_id, self._name.value, self._zone.value
        )


FORMS: dict[str, Callable[[SharedPlaylist, ListAdmin, Changed], SettingsForm]] = {
    "mode": ModeForm,
    "votes": VotesForm,
    "voting": VotingForm,
    "removal": RemovalForm,
    "roles": RolesForm,
    "place": PlaceForm,
    "curators": CuratorsForm,
    "rounds": RoundsForm,
    "channels": ChannelsForm,
    "digest": DigestForm,
    "name": NameForm,
}


def must_be_writable(interaction: discord.Interaction[DiscordBot], channel_id: int | None) -> None:
    """Raises ChannelError for a channel the bot cannot write in."""
    guild = interaction.guild
    if channel_id is None or guild is None:
        return
    channel = guild.get_channel(channel_id)
    rights = channel.permissions_for(guild.me) if channel else discord.Permissions.none()
    missing = [name for name in TO_WRITE if not getattr(rights, name)]
    if missing:
        raise ChannelError(channel_id, missing=missing)


def _typed(fields: Fields) -> dict[str, str]:
    """What was chosen or typed, by field."""
    return {
        field: asked.values[0] if isinstance(asked, discord.ui.Select) else asked.value or ""
        for field, asked in fields.items()
    }


def _weekday_choice(now: Weekday) -> Choice:
    return choice([(day, weekday_name(day)) for day in Weekday], now)


def _hour_field(now: int) -> TextField:
    return TextField(default=str(now), max_length=5)


def _hour_hint(field: str) -> str:
    least, most = NUMBERS[field]
    return HOURS_HINT(least=least, most=most)


def _presets(ids: Iterable[int], kind: discord.SelectDefaultValueType) -> list[discord.SelectDefaultValue]:
    return [discord.SelectDefaultValue(id=one, type=kind) for one in ids]
