"""Acting as a member: type a command, watch suggestions, press, choose, fill in a form, write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord.choosing import chosen_ids, chosen_options
from sandbox.fake_discord.components import LINK_STYLE, Kind, buttons_beside
from sandbox.fake_discord.interactions import Asked, Interaction
from sandbox.fake_discord.messages import Snapshot
from sandbox.fake_discord.people import Permission
from sandbox.fake_discord.places import DriverError
from sandbox.fake_discord.run import Run
from sandbox.fake_discord.slash import (
    Resolved,
    commands_at,
    fill,
    find_command,
    find_slash,
    partial,
)
from sandbox.fake_discord.uploads import Body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.fake_discord.components import Button, Menu
    from sandbox.fake_discord.gateway import Gateway
    from sandbox.fake_discord.guilds import Channel
    from sandbox.fake_discord.interactions import Interactions
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.modals import Modal
    from sandbox.fake_discord.people import Member
    from sandbox.fake_discord.places import Place
    from sandbox.fake_discord.wire import Payload


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggestion while typing."""

    name: str
    value: str | float


class Actor:
    """A member at a place. What Discord's client would not let them do raises DriverError."""

    def __init__(self, place: Place, gateway: Gateway, interactions: Interactions) -> None:
        self._place = place
        self._gateway = gateway
        self._interactions = interactions

    def __repr__(self) -> str:
        return f"<Actor {self._place}>"

    @property
    def member(self) -> Member:
        return self._place.member

    @property
    def channel(self) -> Channel:
        return self._place.channel

    # Commands

    def commands(self) -> list[Payload]:
        """The commands the client offers here."""
        return list(commands_at(self._place.state, self._place))

    async def command(self, name: str, /, **options: object) -> Run:
        """Type a slash command: `name` or "group sub". Options by name; people by short name or as Member."""
        found = find_slash(self._place.state, self._place, name)
        resolved = Resolved(self._place)
        data = found.wrap(fill(found, options, resolved), resolved)
        return self._open(Asked.COMMAND, f"/{name}", data, self._place.owners_of(found.command))

    async def suggest(self, name: str, option: str, text: str, /, **others: object) -> list[Choice]:
        """What is suggested when `text` stands in one option and `others` are filled in already."""
        found = find_slash(self._place.state, self._place, name)
        resolved = Resolved(self._place)
        data = found.wrap(partial(found, option, text, others, resolved), resolved)
        run = self._open(Asked.AUTOCOMPLETE, f"/{name}", data, self._place.owners_of(found.command))
        return [Choice(each["name"], each["value"]) for each in await run.choices()]

    async def message_menu(self, name: str, message: Message) -> Run:
        """Use an app's entry in the menu of a message."""
        self._must_see(message)
        resolved = Resolved(self._place)
        resolved.messages[str(message.id)] = self._place.message_payload(message)
        return self._menu(name, 3, message.id, resolved)

    async def user_menu(self, name: str, member: Member) -> Run:
        """Use an app's entry in the menu of a person."""
        resolved = Resolved(self._place)
        resolved.add(member)
        return self._menu(name, 2, member.id, resolved)

    def _menu(self, name: str, kind: int, target_id: int, resolved: Resolved) -> Run:
        command = find_command(self._place.state, self._place, name, kind=kind)
        data: Payload = {
            "id": command["id"],
            "name": name,
            "type": kind,
            "target_id": str(target_id),
            "resolved": resolved.payload(),
        }
        return self._open(Asked.COMMAND, name, data, self._place.owners_of(command))

    # Buttons, menus, forms

    async def press(self, message: Message, label_or_custom_id: str, *, beside: str | None = None) -> Run:
        """Press a button. beside: words of the section it stands in, where several bear the same label."""
        self._must_see(message)
        button = _button(message, label_or_custom_id, beside)
        data: Payload = {"custom_id": button.custom_id, "component_type": int(Kind.BUTTON)}
        return self._open(Asked.COMPONENT, f"[{button.label}]", data, self._owners(message), source=message)

    async def choose(self, message: Message, *wanted: object, menu: str | None = None) -> Run:
        """Choose options by value or label, or members, roles, channels.

        menu: custom_id or placeholder, needed when several menus of the message offer that.
        """
        self._must_see(message)
        found = _menu_of(message, menu, wanted)
        resolved = Resolved(self._place)
        what = found.placeholder or found.custom_id
        if found.kind == Kind.STRING_SELECT:
            values = chosen_options(what, found.options, wanted)
        else:
            values = chosen_ids(what, found.kind, wanted, resolved)
        if not found.min_values <= len(values) <= found.max_values:
            raise DriverError(
                f"{what!r} takes {found.min_values} to {found.max_values} choices, not {len(values)}"
            )
        data: Payload = {"custom_id": found.custom_id, "component_type": found.kind, "values": values}
        objects = resolved.payload()
        data |= {"resolved": objects} if objects else {}
        return self._open(Asked.COMPONENT, f"menu {what!r}", data, self._owners(message), source=message)

    async def submit(
        self, modal: Modal, fields: Mapping[str, object] | None = None, /, **more: object
    ) -> Run:
        """Fill in a form, by label or custom_id, and send it."""
        opened_by = modal.interaction
        if opened_by.member is not self.member:
            raise DriverError(f"{modal.title!r} was opened for {opened_by.member.username}")
        data = modal.submission({**(fields or {}), **more}, Resolved(self._place))
        return self._open(
            Asked.MODAL,
            f"form {modal.title!r}",
            data,
            opened_by.owners,
            source=opened_by.source,
            opened_by=opened_by,
        )

    # Reading and writing

    async def say(self, text: str, *, embeds: Sequence[Payload] = ()) -> Message:
        """Write an ordinary message. The bot hears of it only with the intents for it."""
        self._must_write()
        body = Body({"content": text, "embeds": list(embeds)})
        return self._place.chat.post(self.channel, self.member, body)

    async def forward(self, message: Message) -> Message:
        """Forward a message from wherever this member sees it to here. It carries what the message is now."""
        member = self.member
        if not message.seen_by(member):
            raise DriverError(f"{member.username} cannot see the message {message.text!r}")
        if message.ephemeral or message.thinking or message.poll is not None:
            raise DriverError(f"Discord does not forward the message {message.text!r}")
        self._must_write()
        return self._place.chat.post(self.channel, member, Body({}), forwarded=Snapshot.of(message))

    def messages(self) -> list[Message]:
        """What this member sees in the channel now, oldest first, their own ephemeral messages included."""
        return self._place.state.messages_in(self.channel, self.member)

    # Behind all of these

    def _must_write(self) -> None:
        if Permission.SEND_MESSAGES not in self.channel.permissions_of(self.member):
            raise DriverError(f"{self._place} may not write")

    def _must_see(self, message: Message) -> None:
        if message.deleted:
            raise DriverError(f"the message {message.text!r} was deleted")
        if message.channel is not self.channel:
            raise DriverError(f"the message {message.text!r} is not in #{self.channel.name}")
        if not message.seen_by(self.member):
            raise DriverError(f"{self.member.username} cannot see the message {message.text!r}")

    def _owners(self, message: Message) -> dict[str, str]:
        if message.author is not self._place.state.bot:
            raise DriverError(f"the message {message.text!r} is not from the bot")
        if message.origin is not None:
            return dict(message.origin["authorizing_integration_owners"])
        guild = message.channel.guild
        return {"0": str(guild.id) if guild else "0"}

    def _open(
        self,
        kind: Asked,
        name: str,
        data: Payload,
        owners: dict[str, str],
        *,
        source: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Run:
        state = self._place.state
        if not self._gateway.sessions:
            raise DriverError("no bot is connected")
        interaction = Interaction(
            state.ids.next(),
            kind,
            name,
            self.member,
            self.channel,
            state.clock.now(),
            owners,
            source=source,
            forced_private=self._place.answers_are_private(owners),
        )
        interaction.origin = _origin(interaction, data, opened_by)
        envelope = self._place.envelope(owners) | {
            "id": str(interaction.id),
            "token": interaction.token,
            "type": int(kind),
            "data": data,
        }
        if source is not None:
            envelope["message"] = self._place.message_payload(source)
        self._interactions.open(interaction)
        run = Run(interaction, state)
        interaction.asked_of = self._gateway.ask(
            envelope, self.channel.guild, opened_by.asked_of if opened_by else ""
        )
        return run


def _origin(interaction: Interaction, data: Payload, opened_by: Interaction | None) -> Payload:
    """`interaction_metadata` of the messages that answer."""
    origin: Payload = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": interaction.member.user_payload(),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.kind is Asked.COMPONENT and interaction.source is not None:
        origin["interacted_message_id"] = str(interaction.source.id)
    if interaction.kind is Asked.MODAL and opened_by is not None:
        origin["triggering_interaction_metadata"] = opened_by.origin
    if data.get("type") == 3 and "target_id" in data:
        origin["target_message_id"] = data["target_id"]
    return origin


def _button(message: Message, name: str, beside: str | None) -> Button:
    buttons = message.buttons() if beside is None else buttons_beside(message.components, beside)
    fitting = [each for each in buttons if each.custom_id == name] or [
        each for each in buttons if name in {each.label, each.emoji, f"{each.emoji} {each.label}"}
    ]
    if len(fitting) != 1:
        labels = [each.label or each.emoji for each in buttons]
        raise DriverError(
            f"{len(fitting)} buttons are called {name!r}{f' beside {beside!r}' if beside else ''}; "
            f"there are {labels} on {message.text!r}"
        )
    button = fitting[0]
    if button.style == LINK_STYLE:
        raise DriverError(f"{name!r} is a link to {button.url}: the bot does not hear of it")
    if button.disabled:
        raise DriverError(f"the button {name!r} is disabled")
    return button


def _menu_of(message: Message, name: str | None, wanted: Sequence[object] = ()) -> Menu:
    menus = [each for each in message.menus() if name is None or name in {each.custom_id, each.placeholder}]
    offering = [each for each in menus if wanted and _offers(each, wanted)]
    menus = offering if len(offering) == 1 else menus
    if len(menus) != 1:
        known = [each.placeholder or each.custom_id for each in message.menus()]
        raise DriverError(f"{len(menus)} menus fit {name!r}; there are {known} on {message.text!r}")
    if menus[0].disabled:
        raise DriverError(f"the menu {_known_as(menus[0])!r} is disabled")
    return menus[0]


def _offers(menu: Menu, wanted: Sequence[object]) -> bool:
    known = {text for option in menu.options for text in (option.value, option.label)}
    return known.issuperset(wanted)


def _known_as(menu: Menu) -> str:
    return menu.placeholder or menu.custom_id
