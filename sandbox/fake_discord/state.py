"""Everything the invented Discord remembers, in one place and in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.fake_discord.cast import invent
from sandbox.fake_discord.changes import Changes
from sandbox.fake_discord.guilds import Channel, Guild
from sandbox.fake_discord.ids import Snowflakes
from sandbox.fake_discord.people import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sandbox.clock import Clock
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.uploads import Attachment
    from sandbox.fake_discord.wire import Payload


@dataclass(frozen=True, slots=True)
class Call:
    """One REST call of the bot and how it was answered. `status` 0: the connection was cut instead."""

    method: str
    path: str
    status: int
    at: datetime
    body: object = None
    took_ms: float = 0.0

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status or 'cut'}"


@dataclass(eq=False)
class State:
    """The world (people, places, messages) and the notes taken about the bot (calls, problems)."""

    clock: Clock
    token: str
    ids: Snowflakes = field(init=False)
    application_id: int = field(init=False)
    changes: Changes = field(default_factory=Changes)
    listeners: list[Callable[[str, Message], None]] = field(default_factory=list)
    """Told of every message that is written, edited or deleted, private ones included."""
    bot: Member = field(init=False)
    members: dict[str, Member] = field(init=False)
    guilds: list[Guild] = field(init=False)
    elsewhere: Guild = field(init=False)
    apps: list[Member] = field(default_factory=list)
    """Others' bots, once they have written something."""
    private: list[Channel] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    files: dict[int, Attachment] = field(default_factory=dict)
    emojis: list[Payload] = field(default_factory=list)
    commands: dict[int | None, list[Payload]] = field(default_factory=dict)
    """Synced commands: global ones under None, the others under their guild's id."""
    calls: list[Call] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What the bot did wrong: bodies that break a rule, routes that do not exist."""
    flaws: list[str] = field(default_factory=list)
    """What the fake itself did wrong: answers that do not match the official description."""
    base_url: str = ""
    answer_within_s: float = 3.0
    """Later first answers are refused. Longer where one process plays a crowd, and how quick it is does not count."""

    def __post_init__(self) -> None:
        self.ids = Snowflakes(self.clock.now)
        cast = invent(self.ids)
        self.bot = cast.bot
        self.application_id = cast.bot.id  # the two are the same for applications made since 2017
        self.members = cast.members
        self.guilds = list(cast.guilds)
        self.elsewhere = cast.elsewhere

    def every_guild(self) -> Iterator[Guild]:
        yield from self.guilds
        yield self.elsewhere

    def guild(self, name: str) -> Guild:
        for guild in self.every_guild():
            if guild.name == name:
                return guild
        names = [each.name for each in self.every_guild()]
        raise LookupError(f"no guild is called {name!r}; there are {names}")

    def every_channel(self) -> Iterator[Channel]:
        for guild in self.every_guild():
            yield from guild.channels
        yield from self.private

    def channel(self, channel_id: int) -> Channel | None:
        return next((each for each in self.every_channel() if each.id == channel_id), None)

    def person(self, user_id: int) -> Member | None:
        return next(
            (each for each in (self.bot, *self.members.values(), *self.apps) if each.id == user_id), None
        )

    def other_app(self) -> Member:
        """A bot of somebody else's, which writes what only bots can write."""
        if not self.apps:
            self.apps.append(Member(self.ids.next(), "jukebox", "Jukebox", bot=True))
        return self.apps[0]

    def private_channel(self, *members: Member) -> Channel:
        """The direct conversation of two, or the group of more; begun when it does not exist yet."""
        for channel in self.private:
            if set(channel.recipients) == set(members):
                return channel
        name = ", ".join(member.display_name for member in members if not member.bot)
        channel = Channel(self.ids.next(), name, recipients=list(members))
        self.private.append(channel)
        return channel

    def messages_in(self, channel: Channel, seen_by: Member) -> list[Message]:
        """What a member sees in a channel, oldest first."""
        return [*self.backwards(channel, seen_by)][::-1]

    def backwards(self, channel: Channel, seen_by: Member) -> Iterator[Message]:
        """The same, newest first; who wants only a few of them stops early."""
        for message in reversed(self.messages.values()):
            if message.channel is channel and message.seen_by(seen_by):
                yield message
