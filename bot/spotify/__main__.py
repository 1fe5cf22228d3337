"""python -m bot.spotify: a few things one wants to know from Spotify, at a terminal.

    python -m bot.spotify login
    python -m bot.spotify top tracks --range short

Settings come from the environment or `.env`; see `Spotify.from_env` and docs/spotify-client.md.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

import msgspec

from bot.spotify import commands
from bot.spotify.cures import Exit, cure
from bot.spotify.errors import SpotifyError
from bot.spotify.front import Spotify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.front import Options

STATUSES: Final = """exit status:
  0 done                      3 sign in (again): nobody has, or the consent lacks something
  1 Spotify refused           4 settings: client ID, secret, redirect address, a package
  2 wrong use of the command  5 try later: no connection, Spotify is down or says to wait
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    args = _parser().parse_args(arguments)
    logging.getLogger("bot.spotify").addHandler(logging.NullHandler())  # the errors say it
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows another one
    try:
        result = asyncio.run(_run(args))
        print(_json(result.data) if args.json else result.text(_width()))
        sys.stdout.flush()
    except SpotifyError as error:
        status, text = cure(error)
        print(text, file=sys.stderr)
        return status
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return Exit.STOPPED
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


async def _run(args: argparse.Namespace) -> commands.Result:
    options: Options = {"trust_env": True}
    if args.user:
        options["user"] = args.user
    async with Spotify.from_env(**options) as spotify:
        result: commands.Result = await getattr(commands, args.command)(spotify, args)
        return result


def _json(data: object) -> str:
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()


def _width() -> int | None:
    """Of the terminal; None if there is none and nobody said: then nothing is cut."""
    return shutil.get_terminal_size(fallback=(0, 0)).columns or None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.spotify",
        description="Look things up on Spotify. Needs SPOTIFY_CLIENT_ID, in the environment or in .env.",
        epilog=STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--json", action="store_true", help="everything Spotify sent, as JSON")
    every.add_argument(
        "--user", metavar="NAME", help="whose tokens, if several people sign in here; any name"
    )
    added = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        scopes = ", ".join(sorted(commands.SCOPES.get(name, ())))
        needs = f" Needs the scope {scopes}." if scopes else ""
        return added.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.{needs}",
            epilog=STATUSES,
            parents=[every],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    login = add("login", "sign in with your Spotify account, in the browser")
    login.add_argument(
        "--scopes",
        metavar="TEXT",
        help="what to allow, separated by blanks (default: what the commands need)",
    )
    login.add_argument(
        "--no-browser", action="store_true", help="show the address instead, and paste the one you end up at"
    )
    login.add_argument(
        "--show-dialog", action="store_true", help="have Spotify ask even if you agreed before"
    )
    add("me", "show who is signed in")
    add("track", "show a track").add_argument("what", metavar="LINK", help="a link, a URI or an ID")
    search = add("search", "search the catalogue")
    search.add_argument("what", metavar="TEXT")
    search.add_argument(
        "--kind", choices=commands.KINDS, default="track", help="what to search for (default: track)"
    )
    artist = add("artist", "show an artist: genres, followers, albums")
    artist.add_argument("what", metavar="LINK-OR-NAME")
    playlists = add("playlists", "list your playlists, or somebody's public ones (extended quota)")
    playlists.add_argument("user_id", nargs="?", metavar="USER", help="a link to their profile, or their ID")
    saved = add("saved", "list the tracks you saved, newest first")
    top = add("top", "list what you listen to most")
    top.add_argument("of", nargs="?", choices=("tracks", "artists"), default="tracks")
    top.add_argument(
        "--range",
        choices=("short", "medium", "long"),
        default="medium",
        help="four weeks, six months (default), a year",
    )
    for command, usual in ((search, 10), (playlists, 50), (saved, 20), (top, 20)):
        command.add_argument(
            "--limit", type=_count, default=usual, metavar="N", help=f"how many (default: {usual})"
        )
    add("devices", "list the devices you can play on; * is the active one")
    play = add("play", "go on playing, or play something; needs Premium")
    play.add_argument(
        "what", nargs="?", metavar="LINK", help="a track, an album, an artist, a playlist, a show"
    )
    play.add_argument(
        "--device", metavar="NAME", help="where: a device's name or ID (default: the active one)"
    )
    add("logout", "delete the tokens")
    return parser


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10_000):
        raise argparse.ArgumentTypeError("a number from 1 to 10000 is needed")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
