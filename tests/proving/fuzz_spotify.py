"""What Spotify might answer: its own answers bent and broken, refusals that say anything, tokens that are none."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from bot.spotify import responses
from bot.spotify.client import SpotifyClient
from bot.spotify.errors import SpotifyError
from bot.spotify.oauth import AppToken, OAuth, UserToken
from bot.spotify.scopes import Scope
from bot.spotify.transport import Request, Response
from tests.bot.spotify.described import API_URL, Described
from tests.bot.spotify.every_call import CALLS, Chance
from tests.proving.fuzz_mutations import ODD, REDIRECT, WronglyAcceptedError, bent, broken
from tests.spotify_description.description import Description, file_of_description

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDED: Final = Path(__file__).resolve().parents[1] / "data" / "spotify"
NOW: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)

REFUSALS: Final = st.tuples(
    st.integers(100, 599),
    st.binary(max_size=60)
    | st.sampled_from(ODD).map(lambda value: json.dumps({"error": value}).encode())
    | st.sampled_from(ODD).map(
        lambda value: json.dumps({"error": {"message": value, "reason": value}}).encode()
    )
    | st.sampled_from(ODD).map(
        lambda value: json.dumps({"error": "invalid_grant", "error_description": value}).encode()
    ),
)


def refusal(refused: tuple[int, bytes]) -> None:
    status, body = refused
    for reads in (responses.error_of, responses.token_error_of):
        error = reads(status, body)
        if not isinstance(error, SpotifyError):
            raise WronglyAcceptedError(f"{refused!r} as {error!r}")
        str(error)
    responses.quota_used_up(body)


class Spoiled:
    """A Spotify that answers what its description or a recording says, spoiled."""

    def __init__(self, random: Random) -> None:
        self._random = random
        file = file_of_description()
        self._described = Described(Description(file, extended=False, strict=False)) if file else None
        self._recorded = [json.loads(path.read_bytes()) for path in sorted(RECORDED.glob("*.json"))]

    def begin(self, seed: int) -> None:
        self._random.seed(seed)
        if self._described is not None:
            self._described.random = self._random

    async def send(self, request: Request, /) -> Response:
        random = self._random
        document: Any = random.choice(self._recorded)
        if self._described is not None and random.random() < 0.9:
            try:
                answer = await self._described.send(request)
                document = json.loads(answer.body or b"null")
            except (LookupError, AssertionError):  # a call that only apps with extended quota have
                pass
        body = json.dumps(bent(document, random)).encode()
        if random.random() < 0.3:
            body = broken(body, random)
        status = random.choices((200, 201, 204, 304, 400, 401, 403, 404, 418), (60, 5, 2, 1, 2, 2, 2, 2, 1))[
            0
        ]
        return Response(status, body)


def answers(runner: asyncio.Runner) -> Callable[[int], None]:
    random = Random(0)
    spoiled = Spoiled(random)
    client = SpotifyClient(spoiled, api_url=API_URL, market="SE")
    chance = Chance(random, AppToken("a", NOW), UserToken("u", frozenset(Scope)))

    async def one(seed: int) -> None:
        spoiled.begin(seed)
        _, call = random.choice(CALLS)
        try:
            async with asyncio.timeout(10):
                await call(client, chance)
        except SpotifyError:
            return

    return lambda seed: runner.run(one(seed))


async def token(seed: int) -> None:
    random = Random(seed)
    documents = [json.loads(path.read_bytes()) for path in sorted(RECORDED.glob("token-*.json"))]

    class Spoiling:
        async def send(self, _: Request, /) -> Response:
            body = json.dumps(bent(random.choice(documents), random)).encode()
            return Response(
                random.choice((200, 200, 400, 401)), broken(body, random) if random.random() < 0.3 else body
            )

    oauth = OAuth(Spoiling(), client_id="c", client_secret="s", redirect_uri=REDIRECT, now=lambda: NOW)
    try:
        grant = await oauth.refresh("r")
    except SpotifyError:
        return
    life_s = (grant.expires_at - NOW).total_seconds()
    if not grant.access or not 0 <= life_s <= 24 * 3600:
        raise WronglyAcceptedError(f"a token for {life_s} s")
