"""What twenty people who look tracks up cost at Spotify while they type: in bursts, with slips, sometimes giving up.

Everybody types at their own speed in real time, and every key is sent to the bot, as if Discord's app waited for none.
What they type is drawn from a seed, so that each run is about the same work; how calls fall together is not.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure
from sandbox.fake_discord import NothingCameError
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.catalogue import Track

GUILD: Final = "Tape Heads"
PEOPLE: Final = 20
COMMANDS: Final = 8  # that each of them begins
SEED: Final = 12
KEY_S: Final = 0.18  # between two keys, median
SPREAD: Final = 0.45  # of its logarithm
BETWEEN_S: Final = (1.0, 4.0)  # two commands
THINK: Final = 0.2  # of all words: so often somebody stops after one
THINK_S: Final = (0.6, 1.5)
SLIP: Final = 0.05  # of all keys
NOTICE_KEYS: Final = (0, 3)  # typed on before a slip is noticed
GIVE_UP: Final = 0.15  # of all commands
SEE: Final = 0.5  # of all keys: so often somebody looks at the suggestions while typing
WAIT_S: Final = 2.5  # for suggestions, when all is typed
SETTINGS: Final = {"SPOTIFY_DAILY_BUDGET": "100000"}  # so that no suggestion is held back


class Person:
    """Somebody who looks up one track after the other; `did` counts what came of it."""

    def __init__(self, actor: Actor, seed: int, catalogue: Sequence[Track], did: Counter[str]) -> None:
        """catalogue: the better known come first."""
        self._actor = actor
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._catalogue = catalogue
        self._weights = [1 / rank for rank in range(1, len(catalogue) + 1)]
        self._did = did
        self._asked: set[asyncio.Task[None]] = set()
        self._offered: set[str] = set()  # what the newest suggestions are

    async def work(self) -> None:
        for _ in range(COMMANDS):
            await asyncio.sleep(self._random.uniform(*BETWEEN_S))
            (wanted,) = self._random.choices(self._catalogue, self._weights)
            await self._look_up(wanted)
            await asyncio.gather(*self._asked)

    async def _look_up(self, wanted: Track) -> None:
        self._offered = set()
        texts = list(texts_of(wanted.name, self._random))
        if self._random.random() < GIVE_UP:
            texts = texts[: self._random.randint(1, len(texts))]
            wanted_uri = None
        else:
            wanted_uri = wanted.uri
        for before, text in zip(["", *texts], texts, strict=False):
            await asyncio.sleep(self._pause(before))
            if wanted_uri in self._offered and self._random.random() < SEE:
                break
            self._press(text)
        if wanted_uri is None:
            self._did["given up"] += 1
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                while wanted_uri not in self._offered and self._asked:
                    await asyncio.wait(self._asked, return_when=asyncio.FIRST_COMPLETED)
        chosen = wanted_uri in self._offered
        self._did["chosen"] += chosen
        self._did["completed"] += 1
        run = await self._actor.command("track", query=wanted_uri if chosen else wanted.name)
        await run.reply()

    def _pause(self, before: str) -> float:
        if before.endswith(" ") and self._random.random() < THINK:
            return self._random.uniform(*THINK_S)
        return self._random.lognormvariate(math.log(KEY_S), SPREAD)

    def _press(self, text: str) -> None:
        if not text:
            return
        self._did["keys"] += 1
        task = asyncio.create_task(self._suggested(text))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _suggested(self, text: str) -> None:
        try:
            choices = await self._actor.suggest("track", "query", text)
        except NothingCameError:  # the bot was too late, so Discord says that loading failed
            self._did["late"] += 1
            return
        if choices:
            self._offered = {str(choice.value) for choice in choices}


def texts_of(name: str, chance: random.Random) -> Iterator[str]:
    """What stands in the option after each key, until the name does. A slip is deleted again, key by key."""
    text = ""
    for number, letter in enumerate(name):
        if chance.random() < SLIP:
            slipped = text + chance.choice("abcdefghijklmnopqrstuvwxyz")
            yield slipped
            for more in name[number + 1 : number + 1 + chance.randint(*NOTICE_KEYS)]:
                slipped += more
                yield slipped
            for end in range(len(slipped) - 1, len(text) - 1, -1):
                yield slipped[:end]
        text += letter
        yield text


async def typing() -> AsyncIterator[Figure]:
    """Calls to Spotify per command that was sent, suggestions included."""
    did: Counter[str] = Counter()
    async with World(settings=SETTINGS) as world:
        catalogue = sorted(world.spotify.catalogue.tracks.values(), key=lambda one: (-one.popularity, one.id))
        known = [track for track in catalogue if track.name.isascii() and track.name.strip()]
        for number in range(PEOPLE):
            world.discord.join(f"typist{number}", GUILD)
        people = [
            Person(world.discord.actor(f"typist{number}", guild=GUILD), SEED + number, known, did)
            for number in range(PEOPLE)
        ]
        before = len(world.spotify.calls)
        await asyncio.gather(*(person.work() for person in people))
        calls = [call for call in world.spotify.calls[before:] if call.token_kind is not None]
    completed = did["completed"]
    yield Figure("people typing", PEOPLE, "people", 1)
    yield Figure("keys pressed", did["keys"], "keys", 1)
    yield Figure("keys the bot answered too late", did["late"], "keys", 1)
    yield Figure("commands given up", did["given up"], "commands", 1)
    yield Figure("commands completed", completed, "commands", 1)
    yield Figure("of these, chosen from suggestions", did["chosen"], "commands", 1)
    yield Figure("Spotify calls, all together", len(calls), "calls", 1)
    yield Figure("Spotify calls per completed command", round(len(calls) / completed, 2), "calls", completed)
