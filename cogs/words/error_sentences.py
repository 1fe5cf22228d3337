"""Error sentences that depend on facts of the error. `errors`, next to this, lists which is for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from discord.utils import format_dt, utcnow

from bot.languages import Plural, Text, all_of, any_of
from cogs.words.scopes import allowed_list
from cogs.words.text import safe_text, spotify_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from discord import app_commands

    from bot import errors as ours
    from bot.spotify import errors as spotify

    Wording = Callable[..., "Answer"]  # takes an error of the class it is listed for, and a Place

NAMES_SHOWN = 4  # of playlists that could be meant
SHOWN = 80  # characters of a name or query that are repeated in a sentence
NOT_LINKED = Text("You haven't linked Spotify yet. Use {link} first. It takes about a minute.")
SCOPE_MISSING = Text(
    "For that, your link also has to let me:\n{allowed}\n"
    "Press the button and agree on Spotify's page. The rest of your link stays as it is."
)
SCOPE_UNKNOWN = Text("Your link doesn't allow that yet. Use {link} and agree once more.")
LINK_IN_DOUBT = Text(
    "Spotify refused the link this needs, though it should still be valid, so nothing was changed. "
    "I'm keeping the link and will try it again {when}. If it's yours, you can also use {link} to renew it now."
)
LINK_DECLINED = Text("You declined on Spotify's page, so nothing was linked. Changed your mind? Use {link}.")
LINK_REFUSED = Text("Spotify refused (“{reason}”), so nothing was linked. Use {link} to try again.")
LAST_CODE_WRONG = Text(
    "That wasn't the code in your browser, and it was your last try, so nothing was linked. "
    "Use {link} to start again."
)
CODE_WRONG = Plural(
    "Those aren't the six digits in your browser. Press **Enter the code** again: you have {n:,} try left.",
    "Those aren't the six digits in your browser. Press **Enter the code** again: you have {n:,} tries left.",
)
NOTHING_FOUND = Text(
    "Spotify found nothing for “{query}”. Try fewer words, or paste a link from Spotify's Share menu."
)
PLAYLIST_NOT_FOUND = Text(
    "You can't add to any playlist called “{name}”. Type part of a name and pick one of the suggestions."
)
PLAYLIST_LOCKED = Text(
    "“{playlist}” belongs to {owner}, and on Spotify only its owner can change it. Nothing was added. "
    "Pick one of your own playlists."
)
PLAYLIST_LOCKED_BY_ANOTHER = Text(
    "“{playlist}” belongs to someone else, and on Spotify only its owner can change it. Nothing was added. "
    "Pick one of your own playlists."
)
NO_SUCH_PLAYLIST = Text(
    "I can't find a playlist “{name}” among yours. Type part of its name and pick a suggestion, or paste its link."
)
PLAYLIST_UNCLEAR = Text("“{name}” could be {playlists}. Pick one of the suggestions, or paste its link.")
NOT_YOUR_PLAYLIST = Text(
    "“{playlist}” belongs to {owner}, and only its owner can change it. Pick one of your own playlists."
)
NOT_YOUR_PLAYLIST_BY_ANOTHER = Text(
    "“{playlist}” belongs to someone else, and only its owner can change it. Pick one of your own playlists."
)
UNREADABLE_PLAYLIST = Text(
    "Spotify lists what's in “{playlist}” only for its owner and collaborators. Open it in Spotify to see it."
)
BAD_NAME = Text("A playlist's name must have 1 to {most:,} characters. Nothing was changed.")
BAD_DESCRIPTION = Text("A playlist's description can have up to {most:,} characters. Nothing was changed.")
JOB_GONE = Text("That preview has expired, so nothing was changed. Use the command again.")
JOB_CHANGED = Text(
    "The playlist was edited since this preview, so nothing was changed. "
    "Use the command again to see what it would do now."
)
NO_SUCH_RANGE = Text(
    "Choose positions from 1 to {most:,}: that's how long the playlist is. Nothing was changed."
)
PLAYLISTS_HIDDEN = Text("{member} doesn't show their playlists here. They can change that under `/account`.")
PICTURE_BROKEN = Text(
    "I can't read that as a picture. Use a JPEG, PNG, WebP, GIF, BMP or TIFF. Nothing was changed."
)
PICTURE_TOO_LARGE = Text(
    "That picture is too large: up to 20 MB and 40 megapixels work. Nothing was changed."
)
ADDITION_UNKNOWN = Text(
    "Spotify didn't say whether the track was added to “{playlist}”, and I didn't send it twice. "
    "Check in a minute, and add it again only if it's missing."
)
SHARE_USED_UP = Text(
    "You've used up your share of today's Spotify requests; the rest is for others. "
    "Nothing was changed. Try again {when}."
)
DAY_USED_UP = Text("I've used up today's Spotify requests. Nothing was changed. Try again {when}.")
QUOTA_USED_UP = Text(
    "Today's Spotify requests of this kind are used up. Nothing was changed. Try again {when}."
)
NO_AUDIOBOOK = Text(
    "Spotify found no audiobook for “{query}”. It only has audiobooks in the US, the UK, Canada, Ireland, "
    "New Zealand and Australia."
)
RATE_LIMITED = Text("Spotify is limiting my requests. Nothing was changed. Try again {when}.")
NOT_SPOTIFY = Text(
    "That link doesn't lead to music on Spotify. "
    "Paste a link to {wanted} that starts with open.spotify.com, or type a name."
)
OTHER_KIND = Text("That's a link to {found}. Paste a link to {wanted} instead, or type a name.")
CUT_OFF = Text("That link looks cut off or mistyped. Copy the link to {wanted} again, or type a name.")
UNKNOWN_SHORT = Text(
    "I couldn't find out where that short link leads. "
    "Open the link once and paste what the address bar shows."
)
THINGS = {  # each follows “a link to”
    "track": Text("a track"),
    "album": Text("an album"),
    "artist": Text("an artist"),
    "playlist": Text("a playlist"),
    "episode": Text("an episode"),
    "show": Text("a podcast"),
    "audiobook": Text("an audiobook"),
    "chapter": Text("a chapter of an audiobook"),
    "user": Text("a person"),
    "local": Text("a file on somebody's device"),
}
OTHER_THING = Text("something else")
PERMISSIONS_MISSING = Text("You need the permission {permissions} for that.")
BOT_PERMISSIONS_MISSING = Text(
    "I need the permission {permissions} for that. Ask someone who manages this server to give it to me."
)
PERMISSIONS = {  # as Discord calls them
    "manage_guild": Text("Manage Server"),
    "view_channel": Text("View Channel"),
    "send_messages": Text("Send Messages"),
    "embed_links": Text("Embed Links"),
}
COOLING_DOWN = Text("This command is on cooldown. Try again {when}.")
PARTLY_DONE = Plural(
    "Spotify stopped responding halfway. Only the first one is certain. Check in Spotify before you go on.",
    "Spotify stopped responding halfway. Only the first {n:,} are certain. Check in Spotify before you go on.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a sentence may mention: the command to link, and who runs the bot (neither pings)."""

    link: str
    operator: str
    create: str = "`/shared create`"


@dataclass(frozen=True, slots=True)
class Answer:
    """page: on open.spotify.com, offered as a button. allow: scopes the member can agree to with another one."""

    text: str
    page: str | None = None
    allow: frozenset[str] = frozenset()


def not_linked(error: ours.NotLinkedError, place: Place) -> Answer:
    return Answer(NOT_LINKED(link=place.link), allow=error.wanted)


def link_in_doubt(error: ours.LinkInDoubtError, place: Place) -> Answer:
    return Answer(LINK_IN_DOUBT(when=format_dt(error.until, "R"), link=place.link))


def scope_missing(error: ours.ScopeMissingError | spotify.SpotifyScopeError, place: Place) -> Answer:
    if not error.missing:  # Spotify doesn't name them
        return Answer(SCOPE_UNKNOWN(link=place.link))
    return Answer(SCOPE_MISSING(allowed=allowed_list(error.missing)), allow=frozenset(error.missing))


def link_denied(error: ours.LinkDeniedError, place: Place) -> Answer:
    if error.reason == "access_denied":
        return Answer(LINK_DECLINED(link=place.link))
    return Answer(LINK_REFUSED(reason=safe_text(error.reason, SHOWN), link=place.link))


def wrong_code(error: ours.WrongCodeError, place: Place) -> Answer:
    if error.tries_left <= 0:
        return Answer(LAST_CODE_WRONG(link=place.link))
    return Answer(CODE_WRONG(error.tries_left))


def nothing_found(error: ours.NothingFoundError, _place: Place) -> Answer:
    return Answer(NOTHING_FOUND(query=safe_text(error.query, SHOWN)))


def no_audiobook(error: ours.NoAudiobookError, _place: Place) -> Answer:
    return Answer(NO_AUDIOBOOK(query=safe_text(error.query, SHOWN)))


def playlist_not_found(error: ours.PlaylistNotFoundError, _place: Place) -> Answer:
    return Answer(PLAYLIST_NOT_FOUND(name=safe_text(error.query, SHOWN)))


def playlist_locked(error: ours.PlaylistLockedError, _place: Place) -> Answer:
    name, owner = safe_text(error.playlist.name, SHOWN), error.playlist.owner.display_name
    if owner:
        said = PLAYLIST_LOCKED(playlist=name, owner=safe_text(owner, SHOWN))
    else:
        said = PLAYLIST_LOCKED_BY_ANOTHER(playlist=name)
    return Answer(said, page=spotify_page(error.playlist.url))


def no_such_playlist(error: ours.NoSuchPlaylistError, _place: Place) -> Answer:
    return Answer(NO_SUCH_PLAYLIST(name=safe_text(error.query, SHOWN)))


def playlist_unclear(error: ours.PlaylistUnclearError, _place: Place) -> Answer:
    names = [f"“{safe_text(name, SHOWN)}”" for name in error.names[:NAMES_SHOWN]]
    return Answer(PLAYLIST_UNCLEAR(name=safe_text(error.query, SHOWN), playlists=any_of(names)))


def not_your_playlist(error: ours.NotYourPlaylistError, _place: Place) -> Answer:
    name, owner = safe_text(error.playlist.name, SHOWN), error.playlist.owner.display_name
    if owner:
        said = NOT_YOUR_PLAYLIST(playlist=name, owner=safe_text(owner, SHOWN))
    else:
        said = NOT_YOUR_PLAYLIST_BY_ANOTHER(playlist=name)
    return Answer(said, page=spotify_page(error.playlist.url))


def unreadable_playlist(error: ours.UnreadablePlaylistError, _place: Place) -> Answer:
    return Answer(
        UNREADABLE_PLAYLIST(playlist=safe_text(error.playlist.name, SHOWN)),
        page=spotify_page(error.playlist.url),
    )


def playlist_details(error: ours.PlaylistDetailsError, _place: Place) -> Answer:
    return Answer((BAD_NAME if error.field == "name" else BAD_DESCRIPTION)(most=error.most))


def job_gone(error: ours.JobGoneError, _place: Place) -> Answer:
    return Answer((JOB_CHANGED if error.changed else JOB_GONE)())


def no_such_range(error: ours.RangeError, _place: Place) -> Answer:
    return Answer(NO_SUCH_RANGE(most=error.most))


def playlists_hidden(error: ours.PlaylistsHiddenError, _place: Place) -> Answer:
    return Answer(PLAYLISTS_HIDDEN(member=f"<@{error.member_id}>"))


def unusable_picture(error: ours.PictureError, _place: Place) -> Answer:
    return Answer((PICTURE_TOO_LARGE if error.too_large else PICTURE_BROKEN)())


def addition_unknown(error: ours.AdditionUnknownError, _place: Place) -> Answer:
    return Answer(
        ADDITION_UNKNOWN(playlist=safe_text(error.playlist.name, SHOWN)),
        page=spotify_page(error.playlist.url),
    )


def budget_used_up(error: spotify.SpotifyBudgetError, _place: Place) -> Answer:
    if not error.for_others:
        return Answer(DAY_USED_UP(when=format_dt(error.until, "R")))
    return Answer(SHARE_USED_UP(when=format_dt(error.until, "R")))


def rate_limited(error: spotify.SpotifyRateLimitedError, _place: Place) -> Answer:
    return Answer((QUOTA_USED_UP if error.quota else RATE_LIMITED)(when=format_dt(error.until, "R")))


def unusable_ref(error: spotify.RefError, _place: Place) -> Answer:
    wanted = any_of([THINGS.get(kind, OTHER_THING)() for kind in error.expected]) or OTHER_THING()
    match error.problem:
        case "host":
            return Answer(NOT_SPOTIFY(wanted=wanted))
        case "kind":
            return Answer(OTHER_KIND(found=THINGS.get(error.found, OTHER_THING)(), wanted=wanted))
        case "short":
            return Answer(UNKNOWN_SHORT())
        case _:
            return Answer(CUT_OFF(wanted=wanted))


def permissions_missing(error: app_commands.MissingPermissions, _place: Place) -> Answer:
    return Answer(PERMISSIONS_MISSING(permissions=permissions(error.missing_permissions)))


def bot_permissions_missing(error: app_commands.BotMissingPermissions, _place: Place) -> Answer:
    return Answer(BOT_PERMISSIONS_MISSING(permissions=permissions(error.missing_permissions)))


def cooling_down(error: app_commands.CommandOnCooldown, _place: Place) -> Answer:
    ready = utcnow() + timedelta(seconds=error.retry_after)
    return Answer(COOLING_DOWN(when=format_dt(ready, "R")))


def permissions(names: Iterable[str]) -> str:
    return all_of([f"**{_permission(name)}**" for name in names])


def _permission(name: str) -> str:
    return PERMISSIONS[name]() if name in PERMISSIONS else name.replace("_", " ").title()


def partly_done(error: spotify.SpotifyPartlyDoneError, _place: Place) -> Answer:
    return Answer(PARTLY_DONE(error.done))
