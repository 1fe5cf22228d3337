"""What Discord says about this bot: token, intents, commands, what it may do where, and the gateway."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.doctor.channels import CHANNELS, look_at_channels, uses_of
from bot.doctor.findings import not_checked, ok, problem, warning
from bot.doctor.permissions import NEEDED, missing
from bot.doctor.sharding import SHARDS, look_at_shards
from bot.doctor.web_access import UnreachableError
from bot.errors import StoreUnavailableError
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.doctor.findings import Finding
    from bot.doctor.web_access import Page, WebAccess
    from bot.settings import Settings
    from bot.stores import Stores

REACHED: Final = "Discord"
GATEWAY: Final = "Discord's gateway"
TOKEN: Final = "Discord token"
INTENTS: Final = "Intents"
COMMANDS: Final = "Commands"
SERVERS: Final = "Servers"
SESSIONS: Final = "Sessions left"
AFTER: Final = (TOKEN, INTENTS, COMMANDS, SERVERS, CHANNELS, SESSIONS, SHARDS)  # need an answer to the token

PORTAL: Final = "https://discord.com/developers/applications"
BETWEEN: Final = "Let this machine reach it in your firewall, or set HTTPS_PROXY."
MESSAGE_CONTENT: Final = 1 << 18 | 1 << 19  # granted, or granted to a bot in fewer than 100 servers
HELLO: Final = 10
PAGE: Final = 200
FEW_SESSIONS: Final = 50


@dataclass(frozen=True, slots=True)
class DiscordSide:
    """stores: None if the database can't be used."""

    web: WebAccess
    settings: Settings
    stores: Stores | None

    async def _get(self, path: str) -> Page:
        headers = {"Authorization": f"Bot {self.settings.discord_token}"}
        return await self.web.get(f"{self.settings.discord_api_url}{path}", headers)

    async def first(self) -> tuple[Page | None, Finding]:
        """The answer everything else depends on; None if it isn't Discord's."""
        try:
            page = await self._get("/gateway/bot")
        except UnreachableError as lost:
            return None, problem(REACHED, f"can't be reached: {lost}", BETWEEN)
        if not isinstance(page.document, dict):
            said = f"something else answers in its place (status {page.status}, no JSON)"
            return None, problem(REACHED, said, BETWEEN)
        if page.status == 429:
            return None, warning(
                REACHED, "limits this machine's requests", "Wait a few minutes, then run this again."
            )
        if page.status >= 500:
            return None, warning(
                REACHED, f"has trouble (status {page.status})", "See https://discordstatus.com."
            )
        return page, ok(REACHED, "answers")

    async def gateway(self) -> Finding:
        """Connects as the bot does, but starts no session."""
        try:
            frame = await self.web.first_frame(f"{self.settings.discord_gateway_url}?v=10&encoding=json")
        except UnreachableError as lost:
            return problem(GATEWAY, f"can't be reached: {lost}", BETWEEN)
        if not isinstance(frame, dict) or frame.get("op") != HELLO:
            return problem(GATEWAY, "something else answers in its place", BETWEEN)
        return ok(GATEWAY, "says hello")

    async def rest(self, first: Page | None) -> AsyncIterator[Finding]:
        if first is None:
            for check in AFTER:
                yield not_checked(check, "Discord's answer comes first")
            return
        if first.status == 401:
            yield problem(
                TOKEN, "Discord rejects it", f"Copy the bot's token again, or reset it: {PORTAL}, Bot."
            )
            for check in AFTER[1:]:
                yield not_checked(check, "the token comes first")
            return
        try:
            me = await self._json("/users/@me")
            yield ok(TOKEN, f"Discord knows it as {one_line(str(me['username']))}")
            application = await self._json("/applications/@me")
            yield self._intents(int(application["flags"]))
            yield await self._commands(int(application["id"]))
            guilds: dict[int, int] = {}
            async for finding in self._servers(int(application["id"]), guilds):
                yield finding
            async for finding in self._channels(guilds, int(me["id"])):
                yield finding
            yield _sessions(first.document)
            yield look_at_shards(self.settings.shards, int(first.document["shards"]), len(guilds))
        except (UnreachableError, LookupError, TypeError, ValueError) as odd:
            said = (
                str(odd) if isinstance(odd, UnreachableError) else "an answer wasn't what Discord documents"
            )
            yield problem(REACHED, f"stopped answering: {said}", "Run this again.")

    async def _json(self, path: str) -> Any:  # noqa: ANN401 - looked at where it's used
        page = await self._get(path)
        if page.status != 200:
            raise UnreachableError(f"status {page.status} for {path}")
        return page.document

    def _intents(self, flags: int) -> Finding:
        if not self.settings.drop_channels:
            return ok(INTENTS, "none is needed, as DROP_CHANNELS is off")
        if flags & MESSAGE_CONTENT:
            return ok(INTENTS, "Message Content is granted, which DROP_CHANNELS needs")
        return problem(
            INTENTS,
            "DROP_CHANNELS is on, but Discord doesn't let this bot read messages",
            f"Turn on Message Content Intent ({PORTAL}, Bot), then restart the bot.",
        )

    async def _commands(self, application_id: int) -> Finding:
        listed = await self._json(f"/applications/{application_id}/commands")
        there = {str(command["name"]): int(command["id"]) for command in listed}
        try:
            held = await self.stores.values.get(f"commands:{application_id}") if self.stores else None
        except StoreUnavailableError:
            held = None
        if held is None:
            if there:
                return ok(COMMANDS, f"Discord lists {len(there)}")
            return warning(COMMANDS, "Discord lists none", "Start the bot: it registers them.")
        ours: dict[str, int] = json.loads(held)["ids"]
        if ours == there:
            return ok(COMMANDS, f"Discord lists all {len(there)}")
        gone = sorted(ours.keys() - there.keys())
        said = (
            f"Discord doesn't list {', '.join(gone)}"
            if gone
            else "Discord lists others than the bot registered"
        )
        return problem(COMMANDS, said, "Restart the bot: it registers them again.")

    async def _servers(self, application_id: int, guilds: dict[int, int]) -> AsyncIterator[Finding]:
        """guilds: is given what the bot may do in each, before a channel's own rules."""
        invitation = (
            f"https://discord.com/oauth2/authorize?client_id={application_id}"
            f"&scope=bot+applications.commands&permissions={sum(NEEDED.values())}"
        )
        number, lacking, last = 0, 0, 0
        while True:
            several = await self._json(f"/users/@me/guilds?limit={PAGE}&after={last}")
            for guild in several:
                guilds[int(guild["id"])] = int(guild["permissions"])
                lacks = missing(int(guild["permissions"]))
                if lacks:
                    lacking += 1
                    yield warning(
                        SERVERS,
                        f"in {one_line(str(guild['name']))} the bot may not: {', '.join(lacks)}",
                        f"Give its role these permissions there, or invite it again: {invitation}",
                    )
            number += len(several)
            if len(several) < PAGE:
                break
            last = max(int(guild["id"]) for guild in several)
        if not number:
            yield warning(SERVERS, "the bot is in none", f"Invite it: {invitation}")
        elif not lacking:
            yield ok(SERVERS, f"the bot has its permissions in {number}")

    async def _channels(self, guilds: Mapping[int, int], bot_id: int) -> AsyncIterator[Finding]:
        try:  # all of them: any of their channels may be out of reach, and only the operator asks
            lists = await self.stores.lists.open() if self.stores else None
        except StoreUnavailableError:
            lists = None
        if lists is None:
            yield not_checked(CHANNELS, "the database comes first")
            return
        uses = uses_of(lists, drops=self.settings.drop_channels)
        async for finding in look_at_channels(uses, guilds, bot_id, self._get):
            yield finding


def _sessions(about: Any) -> Finding:  # noqa: ANN401 - as Discord sends it
    limit = about["session_start_limit"]
    left, total = int(limit["remaining"]), int(limit["total"])
    if left < FEW_SESSIONS:
        return problem(
            SESSIONS,
            f"{left} of {total} for today: something starts far too many, and at 0 Discord resets the token",
            "Stop the bot and look in its log for why it restarts or who else uses its token.",
        )
    return ok(SESSIONS, f"{left} of {total} for today")
