"""What happens without a command: writing what was accepted, ending votes, comparing lists with Spotify."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from discord.ext import commands

from bot.services.clock import Chore, Clock
from bot.stores.due import DueKind
from cogs.notices import messenger_of
from cogs.ui.actor import actor_now
from cogs.ui.shared.announcements import keep_announcements
from cogs.ui.shared.cards import Cards
from cogs.ui.shared.drop_reactions import keep_reactions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime

    from bot.discord_bot import DiscordBot
    from bot.services import Services

    Run = Callable[[], Coroutine[Any, Any, datetime | None]]

NAME: Final = "clockwork"
FINISH_S: Final = 3.0  # for what is under way when the bot stops; the journal knows the rest
FOLLOW: Final = timedelta(seconds=1)  # while a reaction still has to change
NOT_READY: Final = timedelta(seconds=1)
NAMES: Final = {
    DueKind.LOOK: "edits in Spotify",
    DueKind.RESTORE: "restoring",
    DueKind.RECHECK: "restored backups",
    DueKind.PLAYABLE: "what can't be played any more",
    DueKind.ROUND: "rounds",
    DueKind.BALLOT: "votes",
    DueKind.OWNER: "owners",
    DueKind.ABSENCE: "lists of servers the bot was removed from",
    DueKind.DIGEST: "digests",
    DueKind.BEST: "best",
    DueKind.YEAR: "years",
}


class Clockwork(commands.Cog, name=NAME):
    """Runs the clock while the bot does."""

    def __init__(self, clock: Clock, *, finish_s: float = FINISH_S) -> None:
        self.clock = clock
        self._finish_s = finish_s
        self._running: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        self._running = asyncio.create_task(self.clock.run(), name=NAME)

    async def cog_unload(self) -> None:
        await self.clock.close(self._finish_s)
        if self._running is not None:
            await self._running


def wake(bot: commands.AutoShardedBot) -> None:
    """Look now whether something is due: somebody moved the clock."""
    clock = clock_of(bot)
    if clock is not None:
        clock.wake()


def clock_of(bot: commands.AutoShardedBot) -> Clock | None:
    """None: it doesn't run."""
    cog = bot.get_cog(NAME)  # its class is not the one here: loading an extension makes the module anew
    return None if cog is None else cast("Clockwork", cog).clock


def chores(bot: DiscordBot, services: Services) -> list[Chore]:
    """All of them. What is known of the servers and members is known once the bot is ready."""
    shared, own, now = services.shared, services.own_playlists, services.now
    absence = shared.lifecycle.absence
    cards = Cards(bot, shared.ballots.card_queue, services.lookups, shared.outbox.dispatcher)

    async def keep_cards() -> datetime:
        await cards.keep()
        return shared.ballots.card_queue.next_due()

    async def reactions() -> datetime | None:
        await keep_reactions(bot, shared.proposals.drop_channel, now())
        return now() + FOLLOW if shared.proposals.drop_channel.is_following else None

    async def announcements() -> datetime | None:
        await keep_announcements(bot, shared.core.announcements)
        return shared.core.announcements.next_due()

    async def servers() -> None:
        await absence.compare(bot.is_there)

    def when_ready(run: Run) -> Run:
        async def ready() -> datetime | None:
            return await run() if bot.is_ready() else now() + NOT_READY

        return ready

    async def imports() -> datetime:
        return await shared.imports.imports.run(partial(actor_now, bot))

    messenger = messenger_of(bot, services)
    notices = partial(services.notifying.run, messenger.tell)
    return [
        Chore("what is due in older lists", once(shared.core.schedule.complete)),
        Chore(
            "writing",
            shared.outbox.dispatcher.work,
            shared.outbox.dispatcher.woken,
            shared.outbox.dispatcher.close,
        ),
        Chore("votes in doubt", shared.ballots.decisions.recheck, shared.ballots.times.doubted),
        Chore("cards", keep_cards, shared.ballots.card_queue.woken),
        Chore("reactions in drop channels", reactions, shared.proposals.drop_channel.woken),
        Chore("announcements", announcements, shared.core.announcements.woken),
        Chore("servers", when_ready(servers), absence.woken),
        Chore("work on own playlists", own.runner.run, own.runner.woken, own.runner.stop),
        Chore("imports", when_ready(imports), shared.imports.imports.woken, shared.imports.imports.stop),
        Chore("requests of the day before", services.tidy_quota),
        Chore("people waiting for a seat", services.seats.tidy),
        Chore("consents", services.consent_watch.run, services.consent_watch.woken),
        Chore("notices", when_ready(notices), services.notifying.woken),
        *(Chore(NAMES[kind], when_ready(lists.run), lists.woken) for kind, lists in shared.due.items()),
    ]


def once(work: Callable[[], Awaitable[object]]) -> Run:
    """Until it went well, however often it is woken afterwards."""
    done = False

    async def run() -> None:
        nonlocal done
        if not done:
            await work()
            done = True

    return run


async def setup(bot: DiscordBot) -> None:
    services = bot.services
    longest = timedelta(seconds=services.longest_sleep_s)
    await bot.add_cog(Clockwork(Clock(chores(bot, services), now=services.now, longest_sleep=longest)))
