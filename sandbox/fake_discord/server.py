"""The invented Discord: start it, point a bot at it, and act as its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from aiohttp import web

from sandbox.fake_discord.cast import another
from sandbox.fake_discord.changes import PATIENCE_S
from sandbox.fake_discord.chat import Chat
from sandbox.fake_discord.driver import Actor
from sandbox.fake_discord.faults import Faults
from sandbox.fake_discord.gateway import Gateway
from sandbox.fake_discord.interactions import Interactions
from sandbox.fake_discord.people import Member
from sandbox.fake_discord.places import DriverError, Place, channel_for
from sandbox.fake_discord.rest import PREFIX, Gatekeeper
from sandbox.fake_discord.routes_app import AppRoutes
from sandbox.fake_discord.routes_chat import ChatRoutes
from sandbox.fake_discord.rules import Inspector
from sandbox.fake_discord.state import State
from sandbox.fake_discord.uploads import Body
from sandbox.fake_discord.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path
    from typing import Any

    from aiohttp.typedefs import Handler

    from sandbox.clock import Clock
    from sandbox.fake_discord.changes import Changes
    from sandbox.fake_discord.guilds import Channel, Guild
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.oracle import Oracle
    from sandbox.fake_discord.state import Call
    from sandbox.fake_discord.wire import Payload

Found = TypeVar("Found")
_LARGEST_REQUEST = 25 * 1024 * 1024


class FakeDiscord:
    """A loopback Discord for one bot.

    openapi: Discord's official description; when given, every body of the bot and every answer is checked against it.
    """

    def __init__(
        self, *, clock: Clock, token: str = "sandbox-discord-token", openapi: Path | None = None
    ) -> None:
        self.clock = clock
        self.token = token
        self.state = State(clock, token)
        self.gateway = Gateway(self.state)
        self.faults = Faults(self.gateway)
        self.oracle = _oracle(openapi) if openapi is not None else None
        inspector = self._inspector = Inspector()
        self._chat = Chat(self.state, self.gateway.announce)
        self._interactions = Interactions(self.state, self._chat, inspector)
        self._app_routes = AppRoutes(self.state, self.gateway, inspector)
        self._chat_routes = ChatRoutes(self.state, self._chat, self._interactions, inspector)
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen. Port 0 lets the system choose."""
        gatekeeper = Gatekeeper(self.state, self.faults, self.oracle)

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await gatekeeper.guard(request, handler)

        app = web.Application(middlewares=[guard], client_max_size=_LARGEST_REQUEST)
        for path in ("/gateway", "/gateway/"):
            app.router.add_get(path, self.gateway.serve)
        self._app_routes.register(app.router, PREFIX)
        self._chat_routes.register(app.router, PREFIX)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        address = f"{host}:{self._runner.addresses[0][1]}"
        self.state.base_url = f"http://{address}"
        self.gateway.url = f"ws://{address}/gateway"

    async def close(self) -> None:
        await self.gateway.close(1001)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # Where a bot finds it

    @property
    def api_url(self) -> str:
        return f"{self.state.base_url}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        return self.gateway.url

    # Who and what is in it

    @property
    def application_id(self) -> int:
        return self.state.application_id

    @property
    def bot_user(self) -> Member:
        return self.state.bot

    @property
    def guilds(self) -> list[Guild]:
        return self.state.guilds

    @property
    def elsewhere(self) -> Guild:
        """A guild that never invited the bot: only members who installed the app for themselves can use it there."""
        return self.state.elsewhere

    @property
    def members(self) -> dict[str, Member]:
        return self.state.members

    @property
    def changes(self) -> Changes:
        """Rings whenever anything happens."""
        return self.state.changes

    @property
    def commands(self) -> list[Payload]:
        """All commands as synced, global ones first."""
        return [each for key in sorted(self.state.commands, key=bool) for each in self.state.commands[key]]

    def speak(self, locale: str) -> None:
        """What everybody's app, and every server, is set to; for servers before a bot is connected."""
        for member in self.members.values():
            member.locale = locale
        for guild in self.state.every_guild():
            guild.locale = locale

    @property
    def messages(self) -> list[Message]:
        """Every message ever, deleted ones included, oldest first."""
        return list(self.state.messages.values())

    @property
    def calls(self) -> list[Call]:
        return self.state.calls

    @property
    def problems(self) -> list[str]:
        """What the bot did that Discord refuses as malformed, and calls of routes the fake does not have."""
        return self.state.problems

    @property
    def flaws(self) -> list[str]:
        """Mistakes of the fake itself: its own answers that do not fit the official description."""
        return self.state.flaws

    # Acting and waiting

    def actor(
        self,
        name: str,
        *,
        channel: str | None = None,
        guild: str | Guild | None = None,
        dm: bool = False,
        group: bool = False,
    ) -> Actor:
        """A member at a place.

        Without more: #music of the first guild they share with the bot. guild: by name (also "Elsewhere").
        dm: the direct conversation with the bot. group: a conversation with friends, without the bot.
        """
        where = channel_for(self.state, self._member(name), channel, guild, dm=dm, group=group)
        return self.actor_in(name, where)

    def actor_in(self, name: str, channel: Channel) -> Actor:
        """A member in this very channel."""
        place = Place(self.state, self._chat, self._member(name), channel)
        if not channel.admits(place.member):
            raise DriverError(f"{place} would be an intruder: they cannot see this channel")
        return Actor(place, self.gateway, self._interactions)

    def _member(self, name: str) -> Member:
        if name not in self.members:
            raise DriverError(f"nobody is called {name!r}; there are {sorted(self.members)}")
        return self.members[name]

    def guild(self, name: str) -> Guild:
        return self.state.guild(name)

    def join(self, name: str, guild: str) -> Member:
        """Somebody new comes to a guild, and may do there what its regulars may."""
        member = Member(self.state.ids.next(), name, name.capitalize())
        self.members[name] = member
        place = self.guild(guild)
        place.members[member] = [place.role("Regular")]
        place.joined_at[member] = self.state.clock.now().isoformat()
        return member

    def other_app_says(self, channel: Channel, body: Payload) -> Message:
        """Somebody else's bot writes: text, embeds, components. Raises DriverError for what Discord would refuse."""
        try:
            self._inspector.message(Body(body), "channel")
        except Refusal as refused:
            raise DriverError(f"{refused}: {'; '.join(map(str, refused.findings))}") from refused
        return self._chat.post(channel, self.state.other_app(), Body(body))

    def sent_as(self, message: Message, body: Payload) -> None:
        """From now on the bot sent this message in another form: as a former version of it did."""
        try:
            self._inspector.message(Body(body), "channel")
        except Refusal as refused:
            raise DriverError(f"{refused}: {'; '.join(map(str, refused.findings))}") from refused
        self._chat.rewrite(message, Body(body))

    def leave(self, name: str, guild: str) -> None:
        """Somebody goes. The bot, which lacks the intent for it, is not told; owners cannot leave."""
        place, member = self.guild(guild), self._member(name)
        if member is place.owner or member not in place.members:
            raise DriverError(f"{name!r} cannot leave {guild!r}")
        del place.members[member]

    def wait_ready(self, timeout: float = PATIENCE_S, sessions: int = 1) -> Coroutine[Any, Any, bool]:
        """Until a bot is connected with so many shards, knows its guilds, and has registered commands."""
        return self.wait_for(
            lambda: (self.gateway.online >= sessions and any(self.state.commands.values())) or None,
            "connected bot with commands",
            timeout,
        )

    def next_edit(self, message: Message, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, Message]:
        """The message after its next edit, counted from this call (not from when it is awaited)."""
        before = message.version
        return self.wait_for(
            lambda: message if message.version > before and not message.deleted else None,
            f"edit of {message.text!r}",
            timeout,
        )

    def next_message(self, channel: Channel, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, Message]:
        """The next message of the bot in a channel, counted from this call."""
        before = set(self.state.messages)
        return self.wait_for(
            lambda: next(
                (
                    each
                    for each in self.messages
                    if each.id not in before and each.channel is channel and each.author is self.bot_user
                ),
                None,
            ),
            f"message of the bot in #{channel.name}",
            timeout,
        )

    def gone(self, message: Message, timeout: float = PATIENCE_S) -> Coroutine[Any, Any, bool]:
        """Until a message is deleted."""
        return self.wait_for(lambda: message.deleted or None, f"deletion of {message.text!r}", timeout)

    async def wait_for(
        self, look: Callable[[], Found | None], what: str, wait_s: float = PATIENCE_S
    ) -> Found:
        """Until `look` returns something other than None; it is asked after every change."""
        return await self.changes.until(
            look, wait_s=wait_s, explain=lambda: self._disappointment(what, wait_s)
        )

    def _disappointment(self, what: str, wait_s: float) -> str:
        state = self.state
        return "\n".join(
            [
                f"no {what} within {wait_s:g} s",
                f"bot connected: {self.gateway.ready}; commands: {[each['name'] for each in self.commands]}",
                *(f"call: {call}" for call in state.calls[-12:]),
                *(f"problem: {problem}" for problem in state.problems),
                *(f"flaw of the fake: {flaw}" for flaw in state.flaws),
            ]
        )

    # The bot comes and goes

    def forget_sessions(self) -> None:
        """As after a long outage: no session can be resumed, nothing asked before can be answered."""
        self.gateway.forget()
        self._interactions.forget()

    def invite(self, guild: Guild) -> None:
        """Add the bot to a guild that did not have it."""
        guild.has_bot = True
        guild.bot_joined_at = self.state.clock.now().isoformat()
        guild.members.setdefault(self.bot_user, [])
        if guild not in self.guilds:
            self.guilds.append(guild)
        self.gateway.tell("GUILD_CREATE", guild.payload(seen_by=self.bot_user), guild)

    def found(self, name: str, owner: str) -> Guild:
        """A new guild, whose owner invites the bot at once."""
        guild = another(self.state.ids, name, self._member(owner), (), self.bot_user)
        self.invite(guild)
        return guild

    def expel(self, guild: Guild) -> None:
        """Remove the bot from a guild."""
        guild.has_bot = False
        guild.members.pop(self.bot_user, None)
        self.gateway.tell("GUILD_DELETE", {"id": str(guild.id)}, guild)


def _oracle(openapi: Path) -> Oracle:
    from sandbox.fake_discord.oracle import load_oracle  # noqa: PLC0415 - needs packages that only tests install

    return load_oracle(openapi)
