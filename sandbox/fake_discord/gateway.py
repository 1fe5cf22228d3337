"""The gateway: where the bot hears what members do. Hello, identify, resume, heartbeats, and faults on demand."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from sandbox.fake_discord.gateway_sessions import Connection, Intent, Session

if TYPE_CHECKING:
    from sandbox.fake_discord.guilds import Guild
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_discord.state import State
    from sandbox.fake_discord.wire import Payload

_HEARTBEAT_MS = 41_250
_LONGEST_FRAME = 4096
_KNOWN_OPS = frozenset({1, 2, 3, 4, 6, 8, 31})
_GOODBYE = frozenset({1000, 1001})  # these close codes end the session, all others leave it resumable
_MOST_GUILDS = 2500  # of one shard; docs.discord.com/developers/events/gateway (sharding)
_IDENTIFY_EVERY_S = 5.0  # the same page (max_concurrency)


class _ProtocolError(Exception):
    """The client broke the protocol. Codes: docs.discord.com/developers/topics/opcodes-and-status-codes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(eq=False)
class Gateway:
    """All connections and sessions.

    privileged: intents the developer portal grants beyond the ordinary ones; asking for others ends in 4014.
    deaf: heartbeats are no longer acknowledged. forgetful: every resume is answered with "invalid session".
    refusing: every IDENTIFY is answered with "invalid session".
    identifies: how many sessions were asked for today. most_identifies: with one more, the token is lost.
    shards: how many GET /gateway/bot recommends. most_guilds: of one shard; a session with more of them ends in 4011.
    max_concurrency: how many shards may identify within `identify_every_s` seconds; 0 seconds: no matter how many.
    expects: how many sessions the bot is expected to have, one per shard.
    in_turn: interactions go to each session in turn, as without shards all of them would hear of all guilds.
    closings: the close codes of the connections the client ended (None where a connection just broke).
    """

    state: State
    url: str = ""
    privileged: Intent = field(default_factory=lambda: Intent(0))
    deaf: bool = False
    forgetful: bool = False
    refusing: bool = False
    shards: int = 1
    most_guilds: int = _MOST_GUILDS
    max_concurrency: int = 1
    identify_every_s: float = _IDENTIFY_EVERY_S
    most_identifies: int = 1000
    expects: int = 1
    in_turn: bool = False
    identifies: int = 0
    heartbeat_ms: int = _HEARTBEAT_MS
    sessions: dict[str, Session] = field(default_factory=dict)
    closings: list[int | None] = field(default_factory=list)
    _asked: int = 0
    _identified_at: dict[int, datetime] = field(default_factory=dict)

    def connections(self, shard: int | None = None) -> list[Connection]:
        """Those of this shard; None: all of them."""
        chosen = [each for each in self.sessions.values() if shard is None or each.number == shard]
        return [each.connection for each in chosen if each.connection is not None]

    @property
    def online(self) -> int:
        """How many sessions are connected and know their guilds."""
        return sum(each.ready and each.connection is not None for each in self.sessions.values())

    @property
    def ready(self) -> bool:
        """The bot is online, with all its shards."""
        return self.online >= self.expects

    def limits(self) -> Payload:
        """How many sessions may still be begun today. Source: docs.discord.com/developers/events/gateway."""
        return {
            "total": self.most_identifies,
            "remaining": max(0, self.most_identifies - self.identifies),
            "reset_after": 14_400_000,
            "max_concurrency": self.max_concurrency,
        }

    # Telling the bot

    def tell(self, event: str, data: Payload, guild: Guild | None = None) -> None:
        """Send an event to the responsible shard; a session that lost its connection gets it when it resumes."""
        for session in self.sessions.values():
            if session.hears(guild):
                session.tell(event, data)

    def ask(self, interaction: Payload, guild: Guild | None, opened_in: str = "") -> str:
        """Tell of an interaction whoever is responsible for it, or whose turn it is; answers the session's id.

        opened_in: the session that opened the form, which nobody else would know.
        """
        if not self.in_turn:
            self.tell("INTERACTION_CREATE", interaction, guild)
            return ""
        online = [each for each in self.sessions.values() if each.connection is not None]
        if not online:
            return ""
        self._asked += not opened_in
        session = self.sessions.get(opened_in, online[self._asked % len(online)])
        session.tell("INTERACTION_CREATE", interaction)
        return session.id

    def repeat(self, event: str) -> None:
        """Tell the latest event of this name once more, as can happen when a connection breaks."""
        for session in self.sessions.values():
            session.repeat(event)

    def announce(self, event: str, message: Message) -> None:
        """Pass on what happens to a message, to bots whose intents cover it, without what those hide."""
        if not message.channel.admits(self.state.bot):
            return
        guild = message.channel.guild
        wanted = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
        for session in self.sessions.values():
            if wanted in session.intents and session.hears(guild):
                session.tell(event, self._message_event(event, message, session))

    def _message_event(self, event: str, message: Message, session: Session) -> Payload:
        guild = message.channel.guild
        place: Payload = {"guild_id": str(guild.id)} if guild else {}
        if event == "MESSAGE_DELETE":
            return {"id": str(message.id), "channel_id": str(message.channel.id), **place}
        data = message.payload() | place
        if guild is not None:
            data["member"] = guild.member_payload(message.author, with_user=False)
        hidden = (
            Intent.MESSAGE_CONTENT not in session.intents
            and guild is not None
            and message.author is not self.state.bot
            and self.state.bot not in message.pings.members
        )
        if hidden:
            nothing: Payload = {"content": "", "embeds": [], "attachments": [], "components": []}
            data |= nothing
            if message.forwarded is not None:
                data["message_snapshots"] = [{"message": message.forwarded.message | nothing}]
        return data

    # Faults

    async def close(self, code: int, shard: int | None = None) -> None:
        """Close the connections with a code, as Discord does when it restarts or is displeased. shard: only its own."""
        for connection in self.connections(shard):
            connection.ended_here = True
            with suppress(ConnectionError):
                await connection.socket.close(code=code)

    def send(self, frame: Payload, shard: int | None = None) -> None:
        """Send a frame that is no event to the connections: op 7, op 9, op 1."""
        for connection in self.connections(shard):
            connection.send(frame)

    def forget(self, shard: int | None = None) -> None:
        """Sessions that can't be resumed any more."""
        gone = [each.id for each in self.sessions.values() if shard is None or each.number == shard]
        for session_id in gone:
            del self.sessions[session_id]

    def drop(self, shard: int | None = None) -> None:
        """Cut the TCP connections without a word."""
        for connection in self.connections(shard):
            connection.ended_here = True
            if connection.transport is not None:
                connection.transport.abort()

    # Serving one connection

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=64 * 1024)
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        connection.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat_ms}})
        pump = asyncio.create_task(connection.pump())
        session: Session | None = None
        try:
            async for frame in socket:
                session = self._receive(_decoded(frame.data, frame.type), connection, session)
        except _ProtocolError as error:
            connection.ended_here = True
            await socket.close(code=error.code, message=error.reason.encode())
        finally:
            pump.cancel()
            self._ended(session, connection)
        return socket

    def _ended(self, session: Session | None, connection: Connection) -> None:
        code = None if connection.ended_here else connection.socket.close_code
        if not connection.ended_here:
            self.closings.append(None if code == 1006 else code)
        if session is not None and session.connection is connection:
            session.connection = None
            if code in _GOODBYE:
                self.sessions.pop(session.id, None)
        self.state.changes.ring()

    def _receive(self, frame: Payload, connection: Connection, session: Session | None) -> Session | None:
        if connection.floods():
            raise _ProtocolError(4008, "You are being rate limited.")
        op = frame.get("op")
        if op == 1:
            if not self.deaf:
                connection.send({"op": 11})
        elif op == 2:
            if session is not None:
                raise _ProtocolError(4005, "Already authenticated.")
            session = self._identified(frame["d"])
            if self.refusing or self._is_too_soon(session.number):
                connection.send({"op": 9, "d": False})
                return None
            self.sessions[session.id] = session
            session.connection = connection
            self._welcome(session)
        elif op == 6:
            session = self._resumed(frame["d"], connection)
        elif op not in _KNOWN_OPS:
            raise _ProtocolError(4001, "Unknown opcode.")
        elif session is None:
            raise _ProtocolError(4003, "Not authenticated.")
        return session

    def _identified(self, data: Payload) -> Session:
        self._authenticate(data)
        self.identifies += 1
        if self.identifies > self.most_identifies:
            self.state.problems.append("too many sessions were started: Discord would reset the token")
            raise _ProtocolError(4004, "Authentication failed.")
        number = data.get("intents")
        if not isinstance(number, int) or not 0 <= number < 1 << 26:
            raise _ProtocolError(4013, "Invalid intent(s).")
        intents = Intent(number)
        if intents & Intent.PRIVILEGED & ~self.privileged:
            raise _ProtocolError(4014, "Disallowed intent(s).")
        session = Session(secrets.token_hex(16), intents, self._shard(data.get("shard")))
        if sum(each.has_bot and session.hears(each) for each in self.state.guilds) >= self.most_guilds:
            raise _ProtocolError(4011, "Sharding required.")
        return session

    def _shard(self, asked: object) -> tuple[int, int] | None:
        if asked is None:
            return None
        match asked:
            case [int(number), int(count)] if 0 <= number < count:
                return number, count
        raise _ProtocolError(4010, "Invalid shard.")

    def _is_too_soon(self, shard: int) -> bool:
        """Note that this shard identifies. Shards of one bucket must leave some seconds between them."""
        bucket, now = shard % self.max_concurrency, self.state.clock.now()
        before = self._identified_at.get(bucket)
        self._identified_at[bucket] = now
        return before is not None and abs(now - before) < timedelta(seconds=self.identify_every_s)

    def _authenticate(self, data: Payload) -> None:
        if data.get("token") != self.state.token:
            raise _ProtocolError(4004, "Authentication failed.")

    def _welcome(self, session: Session) -> None:
        guilds = [each for each in self.state.guilds if each.has_bot and session.hears(each)]
        ready: Payload = {
            "v": 10,
            "user": self.state.bot.user_payload(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(self.state.application_id), "flags": 0},
        }
        if session.shard is not None:
            ready["shard"] = list(session.shard)
        session.tell("READY", ready)
        if Intent.GUILDS in session.intents:
            for guild in guilds:
                session.tell("GUILD_CREATE", guild.payload(seen_by=self.state.bot) | {"unavailable": False})
        session.ready = True
        self.state.changes.ring()

    def _resumed(self, data: Payload, connection: Connection) -> Session | None:
        self._authenticate(data)
        session = self.sessions.get(str(data.get("session_id")))
        if session is None or self.forgetful:
            connection.send({"op": 9, "d": False})
            return None
        session.resume(connection, int(data.get("seq") or 0))
        self.state.changes.ring()
        return session


def _decoded(data: str | bytes, kind: WSMsgType) -> Payload:
    if kind not in {WSMsgType.TEXT, WSMsgType.BINARY}:
        return {"op": None}
    if len(data) > _LONGEST_FRAME:
        raise _ProtocolError(4002, "Payload too long.")
    try:
        payload = json.loads(data)
    except ValueError:
        raise _ProtocolError(4002, "Error while decoding payload.") from None
    if not isinstance(payload, dict):
        raise _ProtocolError(4002, "Error while decoding payload.")
    return payload
