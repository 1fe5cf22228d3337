"""Every error has its sentence, in plain words and seen only by the member it concerns."""

from __future__ import annotations

import inspect
import logging
import re
from datetime import timedelta
from pathlib import Path

import aiohttp
import discord
import pytest
from discord import app_commands

import cogs.errors
from bot import errors as ours
from bot import shared_errors
from bot.spotify import errors as spotify
from cogs.errors import explain
from cogs.ui.reply import hold, think
from cogs.words.error_sentences import Answer, Place
from cogs.words.errors import TABLE, UnexpectedError, put_into_words
from tests.cogs.fake_interaction import AlreadyAcknowledgedError, FakeInteraction
from tests.cogs.list_error_samples import LISTS_WITH_FACTS
from tests.cogs.samples import NOW, playlist

COGS = Path(cogs.errors.__file__).parent
PLACE = Place(link="</link:1>", operator="<@1>")

# One error of each class with facts; the others need none.
WITH_FACTS: list[Exception] = [
    ours.LinkInDoubtError(NOW),
    ours.ScopeMissingError({"playlist-modify-public", "playlist-modify-private"}),
    ours.LinkDeniedError("access_denied"),
    ours.LinkDeniedError("server_error"),
    ours.WrongCodeError(4),
    ours.WrongCodeError(1),
    ours.WrongCodeError(0),
    ours.NothingFoundError("a song"),
    ours.NoAudiobookError("a book"),
    ours.PlaylistNotFoundError("a list"),
    ours.PlaylistLockedError(playlist()),
    ours.AdditionUnknownError(playlist()),
    ours.NoSuchPlaylistError("a list"),
    ours.PlaylistUnclearError("a list", ("A list", "Another list")),
    ours.NotYourPlaylistError(playlist()),
    ours.UnreadablePlaylistError(playlist()),
    ours.PlaylistDetailsError("name", 100),
    ours.PlaylistDetailsError("description", 300),
    ours.PlaylistBusyError(),
    ours.PlaylistSharedError(),
    ours.JobGoneError(),
    ours.JobGoneError(changed=True),
    ours.RangeError(12),
    ours.PlaylistsHiddenError(1),
    ours.PictureError(),
    ours.PictureError(too_large=True),
    spotify.SpotifyRateLimitedError(NOW),
    spotify.SpotifyRateLimitedError(NOW, quota=True),
    spotify.SpotifyBudgetError(NOW),
    spotify.SpotifyBudgetError(NOW, for_others=True),
    spotify.SpotifyPartlyDoneError(spotify.SpotifyUnavailableError(), done=100),
    spotify.SpotifyPartlyDoneError(spotify.SpotifyOutcomeUnknownError(), done=1),
    spotify.RefError("host", expected=["track"]),
    spotify.RefError("kind", expected=["track"], found="album"),
    spotify.RefError("kind", expected=["playlist"], found="gadget"),
    spotify.RefError("id", expected=["track"]),
    spotify.RefError("short", expected=["playlist"]),
    app_commands.MissingPermissions(["manage_guild"]),
    app_commands.BotMissingPermissions(["send_messages", "embed_links"]),
    app_commands.CommandOnCooldown(app_commands.Cooldown(1, 60), 30),
    app_commands.NoPrivateMessage(),
    app_commands.CheckFailure(),
    app_commands.CommandNotFound("old", []),
    aiohttp.ClientError(),
    aiohttp.ServerDisconnectedError(),
    ConnectionResetError(),
    TimeoutError(),
    *LISTS_WITH_FACTS,
]
SURPRISES = (
    ours.BotError,
    ours.DatabaseInUseError,
    ours.DatabaseTooNewError,
    ours.DatabaseTooOldError,
    ours.RestoreUnfinishedError,
    ours.BotRunningError,
    ours.IdentifiesUsedUpError,
    spotify.SpotifyError,
    spotify.SpotifySetupError,
    spotify.SpotifyRequestError,
    spotify.SpotifyImplicitGrantError,
)
JARGON = re.compile(
    r"\b(?:token|scope|api|http|https|oauth|uri|json|callback|redirect|exception|error|null|"
    r"cookie|state|ephemeral|interaction|guild|invalid|endpoint|request|response|timeout|unauthori[sz]ed|"
    r"forbidden|[45]\d\d|parameter|failed|retry|snowflake|id)\b",
    re.IGNORECASE,
)


def _classes() -> list[type[Exception]]:
    return [
        found
        for module in (ours, spotify, shared_errors)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Exception) and found.__module__ == module.__name__
    ]


def _said() -> list[tuple[Exception, Answer]]:
    known = {type(error) for error in WITH_FACTS}
    plain = [found() for found in _classes() if found not in known and found not in SURPRISES]
    return [(error, put_into_words(error, PLACE)) for error in [*WITH_FACTS, *plain]]


def test_every_class() -> None:
    """Each class of ours and of Spotify's is listed by itself, not only through a class above it."""
    assert set(_classes()) <= set(TABLE)
    assert {type(error) for error, _ in _said()} >= set(_classes()) - set(SURPRISES)


def test_discords_checks() -> None:
    """Every way discord.py can refuse a command has a sentence."""
    pending = list(app_commands.CheckFailure.__subclasses__())
    while pending:
        found = pending.pop()
        pending += found.__subclasses__()
        assert any(parent in TABLE for parent in found.__mro__)


@pytest.mark.parametrize(("error", "answer"), _said(), ids=lambda value: type(value).__name__)
def test_words(error: Exception, answer: Answer) -> None:
    """An error is told in one to three plain sentences without jargon, blame or gaps."""
    assert error is not None
    assert not JARGON.search(re.sub(r"<[^>]+>", "", answer.text)), answer.text
    assert not re.search(r"\b(?:you (?:must|should have|failed)|wrong|mistake)\b", answer.text)
    assert "{" not in answer.text
    assert "None" not in answer.text.replace("None of", "")
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", answer.text)) <= 3
    assert len(answer.text) < 500


@pytest.mark.parametrize(
    ("error", "parts"),
    [
        (ours.NotLinkedError(), ["</link:1>"]),
        (ours.WrongCodeError(4), ["4 tries"]),
        (ours.ScopeMissingError({"playlist-modify-public"}), ["Press the button", "your public playlists"]),
        (spotify.SpotifyRateLimitedError(NOW), ["<t:1795176000:R>"]),
        (
            spotify.SpotifyNotRegisteredError(),
            ["user list", "<@1>", "Users Management", "email address", "dashboard"],
        ),
        (spotify.RefError("kind", expected=["track"], found="album"), ["an album", "a track"]),
        (spotify.RefError("host", expected=["playlist"]), ["a playlist", "open.spotify.com"]),
        (ours.AdditionUnknownError(playlist("Mix")), ["Mix", "didn't send it twice"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_facts(error: Exception, parts: list[str]) -> None:
    """The facts an error carries are in its sentence."""
    text = put_into_words(error, PLACE).text
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize(
    "surprise",
    [ours.BotError(), spotify.SpotifyError(), spotify.SpotifyRequestError(), KeyError("x"), RuntimeError()],
)
def test_surprises(surprise: Exception) -> None:
    """What nobody prepared for is not dressed up as something else."""
    with pytest.raises(UnexpectedError):
        put_into_words(surprise, PLACE)


@pytest.mark.parametrize("refusal", [None, AlreadyAcknowledgedError()], ids=["", "acknowledged twice"])
@pytest.mark.parametrize(
    ("private", "done"),
    [(True, ["edit, private"]), (False, ["delete", "follow-up, private"])],
    ids=["loading privately", "loading in public"],
)
async def test_after_loading(*, private: bool, done: list[str], refusal: Exception | None) -> None:
    """What was loading for everybody disappears; the error is told to the member alone, and once."""
    interaction = FakeInteraction(refusal=refusal)
    await think(interaction.real(), private=private)
    for _ in range(2):
        await explain(interaction.real(), ours.NotLinkedError())
    assert interaction.done == done


async def test_after_press() -> None:
    """An error after a press or a form comes as a message of its own, only for the member."""
    interaction = FakeInteraction(kind=discord.InteractionType.component)
    await hold(interaction.real())
    await explain(interaction.real(), ours.NotLinkedError())
    assert interaction.done == ["follow-up, private"]


async def test_before_any_answer() -> None:
    """An error before the first answer is the first answer."""
    interaction = FakeInteraction()
    await explain(interaction.real(), ours.NotLinkedError())
    assert interaction.done == ["first answer, private"]


async def test_nobody_left(caplog: pytest.LogCaptureFixture) -> None:
    """Where Discord no longer waits for an answer there is a line in the log and nothing else."""
    interaction = FakeInteraction()
    await explain(interaction.real(), AlreadyAcknowledgedError())
    assert interaction.done == []
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("path", sorted(COGS.rglob("*.py")), ids=lambda path: path.name)
def test_one_way_to_acknowledge(path: Path) -> None:
    """Only `think` and `hold` acknowledge, so that an error knows whether the answer is loading in public."""
    assert path.name == "reply.py" or ".defer(" not in path.read_text()


@pytest.mark.parametrize(
    "broken", [aiohttp.ClientOSError(), ConnectionResetError(), ValueError(), TimeoutError()]
)
async def test_broken_line(broken: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """An error that cannot be told is logged and goes no further."""
    await explain(FakeInteraction(broken=broken).real(), ours.NotLinkedError())
    assert [record.levelno for record in caplog.records if record.levelno > logging.INFO] == [logging.WARNING]


async def test_reference(caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected error is logged once, with its traceback and the number the member was given."""
    interaction = FakeInteraction()
    await explain(interaction.real(), ZeroDivisionError())
    reference = re.search(r"reference: \*\*([0-9A-F]{6})\*\*", interaction.text)
    (record,) = caplog.records
    assert reference is not None
    assert reference[1] in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert "<@1>" in interaction.text


@pytest.mark.parametrize(
    "failure",
    [
        spotify.SpotifyUnavailableError("HTTP 503", status=503),
        spotify.SpotifyOutcomeUnknownError("HTTP 502"),
        spotify.SpotifyForbiddenError("no reason"),
        spotify.SpotifyCredentialsError(),
        ours.StoreUnavailableError(),
        ours.AdditionUnknownError(playlist()),
        discord.RateLimited(1.0),
        aiohttp.ServerDisconnectedError(),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_reference_of_failures(failure: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """What fails at Spotify, Discord or the database ends with a reference, which the log has beside the reason."""
    interaction = FakeInteraction()
    await explain(interaction.real(), failure)
    told = re.search(r"\n-# Reference: ([0-9A-F]{6})$", interaction.text)
    (record,) = caplog.records
    assert told is not None
    assert f"reference {told[1]}: " in record.getMessage()
    assert type(failure).__name__ in record.getMessage()
    assert record.levelno >= logging.WARNING
    if isinstance(failure, spotify.SpotifyError):
        assert failure.message in record.getMessage()
    assert record.__dict__["reference"] == told[1]


@pytest.mark.parametrize(
    "refusal",
    [
        ours.NotLinkedError(),
        ours.NothingFoundError("a song"),
        spotify.SpotifyRateLimitedError(NOW),
        spotify.SpotifyBudgetError(NOW),
        spotify.SpotifyNotRegisteredError(),
        spotify.SpotifyNotFoundError(),
        app_commands.CheckFailure(),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_no_reference_of_refusals(refusal: Exception) -> None:
    """An ordinary refusal has none."""
    interaction = FakeInteraction()
    await explain(interaction.real(), refusal)
    assert interaction.text
    assert "eference" not in interaction.text


def test_quota_and_pause_differ() -> None:
    """A used-up day is told apart from a short pause."""
    pause, quota = (spotify.SpotifyRateLimitedError(NOW + timedelta(1), quota=used) for used in (False, True))
    assert put_into_words(pause, PLACE).text != put_into_words(quota, PLACE).text
