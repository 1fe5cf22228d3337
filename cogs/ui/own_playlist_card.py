"""How a playlist is shown to the member who looks into it: what it is, then its entries, 20 to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Text
from bot.spotify.limits import SHOWN_TOGETHER
from cogs.ui.controls import SPOTIFY_ID, Pages
from cogs.ui.layout import line, text, with_picture
from cogs.ui.reply import Reply, controls, link_button
from cogs.words.names import FOOTER, OPEN, SEPARATOR, track_count, track_line
from cogs.words.text import fitting, masked_link, page_of, picture, plain_text, safe_text, spotify_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.services.own_playlists.reading import OwnPage
    from bot.spotify.models import Playlist, PlaylistItem
    from cogs.ui.layout import Control, Part

NAME_SHOWN: Final = 100
DESCRIPTION_SHOWN: Final = 200
TITLE_SHOWN, ARTISTS_SHOWN = 40, 30  # so that 20 of them fit into one message
MOST_LINES: Final = 3_200  # characters
COVER: Final = Text("Cover of {playlist}")
MINE: Final = Text("yours")
BY: Final = Text("by {owner}")
SOMEONE: Final = Text("someone else")
SHOWN: Final = Text("🌐 on profile")
NOT_SHOWN: Final = Text("🔗 not on profile")
TOGETHER: Final = Text("👥 collaborative")
EMPTY: Final = Text("Nothing is in it yet.")
GONE: Final = Text("*No longer available on Spotify*")
LOCAL: Final = Text("local file")
HIDDEN: Final = Text(
    "Spotify lists the tracks of a playlist only for its owner and collaborators. Open it in Spotify to see them."
)

TURN: Final = Pages("pl:page", playlist=SPOTIFY_ID)


def page_reply(page: OwnPage, news: Sequence[Part] = (), buttons: Sequence[Control] = ()) -> Reply:
    """news: what stands above it all. buttons: beside *Open in Spotify*."""
    playlist = page.playlist
    parts: list[Part] = [*news, head(playlist, mine=page.mine)]
    if page.entries is None:
        parts.append(text(HIDDEN()))
    else:
        first = page.number * SHOWN_TOGETHER + 1
        lines = [_line(first + n, entry) for n, entry in enumerate(page.entries)] or [EMPTY()]
        parts += [line(), text(fitting(lines, MOST_LINES))]
        parts.append(text(f"-# {FOOTER}{SEPARATOR}{page_of(page.number, page.pages)}"))
    turn = TURN.buttons(page.number, page.pages, playlist=playlist.id)
    return Reply(card=tuple(parts), view=controls(*turn, *open_button(playlist), *buttons))


def head(playlist: Playlist, *, mine: bool) -> Part:
    """“### [Name](Spotify)”, description, “12 tracks · yours · 🌐 on profile”, beside the cover."""
    lines = [f"### {masked_link(playlist.name, playlist.url, NAME_SHOWN)}"]
    if playlist.description:
        lines.append(safe_text(playlist.description, DESCRIPTION_SHOWN))
    lines.append(SEPARATOR.join(_facts(playlist, mine=mine)))
    cover = next((shown for image in playlist.images or () if (shown := picture(image.url))), None)
    return with_picture("\n".join(lines), cover, COVER(playlist=plain_text(playlist.name, NAME_SHOWN)))


def open_button(playlist: Playlist) -> list[Control]:
    page = spotify_page(playlist.url)
    return [link_button(OPEN(), page)] if page else []


def _facts(playlist: Playlist, *, mine: bool) -> Iterator[str]:
    if count := track_count(playlist.item_count):
        yield count
    owner = playlist.owner
    yield MINE() if mine else BY(owner=safe_text(owner.display_name or owner.id or SOMEONE(), NAME_SHOWN))
    if playlist.public is not None:
        yield SHOWN() if playlist.public else NOT_SHOWN()
    if playlist.collaborative:
        yield TOGETHER()


def _line(place: int, entry: PlaylistItem | None) -> str:
    track = entry.content if entry else None
    if entry is None or track is None:
        return f"`{place}` {GONE()}"
    shown = track_line(track, title=TITLE_SHOWN, artists=ARTISTS_SHOWN, linked=not entry.is_local)
    return f"`{place}` {shown}" + (f"{SEPARATOR}*{LOCAL()}*" if entry.is_local else "")
