"""Error sentences that depend on facts of the error. `errors`, next to this, lists which is for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from discord.utils import format_dt, utcnow

from cogs.words.scopes import allowed_sentence
from cogs.words.text import safe_text, spotify_page

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from discord import app_commands

    from bot import errors as ours
    from bot.spotify import errors as spotify

    Wording = Callable[..., "Answer"]  # takes an error of the class it is listed for, and a Place

SHOWN = 80  # characters of a name or query that are repeated in a sentence


@dataclass(frozen=True, slots=True)
class Place:
    """What a sentence may mention: the command to link, and who runs the bot (neither pings)."""

    link: str
    operator: str
    create: str = "`/shared create`"


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    page: str | None = None  # on open.spotify.com, offered as a button


def says(text: str) -> Wording:
    """The same sentence for every error of a class; {link} and {operator} are filled in."""

    def wording(_error: Exception, place: Place) -> Answer:
        return Answer(text.format(link=place.link, operator=place.operator))

    return wording


def scope_missing(error: ours.ScopeMissingError, place: Place) -> Answer:
    return Answer(
        f"Your link doesn't let me {allowed_sentence(error.missing)} yet. "
        f"Use {place.link} and agree once more. The rest of your link stays as it is."
    )


def link_denied(error: ours.LinkDeniedError, place: Place) -> Answer:
    if error.reason == "access_denied":
        return Answer(
            f"You declined on Spotify's page, so nothing was linked. Changed your mind? Use {place.link}."
        )
    return Answer(
        f"Spotify refused (“{safe_text(error.reason, SHOWN)}”), so nothing was linked. "
        f"Use {place.link} to try again."
    )


def wrong_code(error: ours.WrongCodeError, place: Place) -> Answer:
    if error.tries_left <= 0:
        return Answer(
            "That wasn't the code in your browser, and it was your last try, so nothing was linked. "
            f"Use {place.link} to start again."
        )
    tries = "1 try" if error.tries_left == 1 else f"{error.tries_left} tries"
    return Answer(
        f"Those aren't the six digits in your browser. Press **Enter the code** again: you have {tries} left."
    )


def nothing_found(error: ours.NothingFoundError, _place: Place) -> Answer:
    return Answer(
        f"Spotify found nothing for “{safe_text(error.query, SHOWN)}”. "
        "Try fewer words, or paste a link from Spotify's Share menu."
    )


def playlist_not_found(error: ours.PlaylistNotFoundError, _place: Place) -> Answer:
    return Answer(
        f"You can't add to any playlist called “{safe_text(error.query, SHOWN)}”. "
        "Type part of a name and pick one of the suggestions."
    )


def playlist_locked(error: ours.PlaylistLockedError, _place: Place) -> Answer:
    name = safe_text(error.playlist.name, SHOWN)
    owner = safe_text(error.playlist.owner.display_name or "someone else", SHOWN)
    return Answer(
        f"“{name}” belongs to {owner}, and on Spotify only its owner can change it. Nothing was added. "
        "Pick one of your own playlists.",
        page=spotify_page(error.playlist.url),
    )


def addition_unknown(error: ours.AdditionUnknownError, _place: Place) -> Answer:
    return Answer(
        f"Spotify didn't say whether the track was added to “{safe_text(error.playlist.name, SHOWN)}”, "
        "and I didn't send it twice. Check in a minute, and add it again only if it's missing.",
        page=spotify_page(error.playlist.url),
    )


def budget_used_up(error: spotify.SpotifyBudgetError, place: Place) -> Answer:
    if not error.for_others:
        return rate_limited(error, place)
    return Answer(
        "You've used up your share of today's Spotify requests; the rest is for others. "
        f"Nothing was changed. Try again {format_dt(error.until, 'R')}."
    )


def rate_limited(error: spotify.SpotifyRateLimitedError, _place: Place) -> Answer:
    when = format_dt(error.until, "R")
    if error.quota:
        return Answer(f"I've used up today's Spotify requests. Nothing was changed. Try again {when}.")
    return Answer(f"Spotify is limiting my requests. Nothing was changed. Try again {when}.")


THINGS = {
    "track": "a track",
    "album": "an album",
    "artist": "an artist",
    "playlist": "a playlist",
    "episode": "an episode",
    "show": "a podcast",
    "audiobook": "an audiobook",
    "chapter": "a chapter of an audiobook",
    "user": "a person",
    "local": "a file on somebody's device",
}
OTHER_THING = "something else"
UNKNOWN_SHORT = (
    "I couldn't find out where that short link leads. "
    "Open the link once and paste what the address bar shows."
)


def either(things: Sequence[str]) -> str:
    """“a track, an album or a playlist”."""
    *most, last = things or [""]
    return f"{', '.join(most)} or {last}" if most else last


def unusable_ref(error: spotify.RefError, _place: Place) -> Answer:
    wanted = either([THINGS.get(kind, OTHER_THING) for kind in error.expected]) or OTHER_THING
    match error.problem:
        case "host":
            return Answer(
                "That link doesn't lead to music on Spotify. "
                f"Paste a link to {wanted} that starts with open.spotify.com, or type a name."
            )
        case "kind":
            found = THINGS.get(error.found, OTHER_THING)
            return Answer(f"That's a link to {found}. Paste a link to {wanted} instead, or type a name.")
        case "short":
            return Answer(UNKNOWN_SHORT)
        case _:
            return Answer(
                f"That link looks cut off or mistyped. Copy the link to {wanted} again, or type a name."
            )


def permissions_missing(error: app_commands.MissingPermissions, _place: Place) -> Answer:
    return Answer(f"You need the permission {permissions(error.missing_permissions)} for that.")


def bot_permissions_missing(error: app_commands.BotMissingPermissions, _place: Place) -> Answer:
    return Answer(
        f"I need the permission {permissions(error.missing_permissions)} for that. "
        "Ask someone who manages this server to give it to me."
    )


def cooling_down(error: app_commands.CommandOnCooldown, _place: Place) -> Answer:
    ready = utcnow() + timedelta(seconds=error.retry_after)
    return Answer(f"This command is on cooldown. Try again {format_dt(ready, 'R')}.")


def permissions(names: Collection[str]) -> str:
    return " and ".join(f"**{name.replace('_', ' ').replace('guild', 'server').title()}**" for name in names)


def partly_done(error: spotify.SpotifyPartlyDoneError, _place: Place) -> Answer:
    first = "the first one is" if error.done == 1 else f"the first {error.done} are"
    return Answer(
        f"Spotify stopped responding halfway. Only {first} certain. Check in Spotify before you go on."
    )
