"""Programs of one's own as people write them: run for real, with a browser that agrees on the sandbox's Spotify."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.fake_spotify import FakeSpotify

ROOT = Path(__file__).parents[3]
# What a person does in a browser: press a button on Spotify's page and follow the redirect.
BROWSER = """
import sys, urllib.error, urllib.parse, urllib.request
from pathlib import Path
form = urllib.parse.urlencode({"person": sys.argv[2], "decision": sys.argv[3]}).encode()
try:
    with urllib.request.urlopen(sys.argv[4], form, timeout=30) as page:
        Path(sys.argv[1]).write_bytes(page.read())
except urllib.error.HTTPError as page:
    Path(sys.argv[1]).write_bytes(page.read())
"""


@dataclass
class Ran:
    out: str
    err: str
    status: int | None


class Desk:
    """A folder with a browser, and an environment whose redirect address has a free port."""

    def __init__(self, folder: Path, fake: FakeSpotify, port: int) -> None:
        self.folder = folder
        self.shown = folder / "shown.html"
        self.home = folder / "home"
        self.home.mkdir()
        (folder / "browser.py").write_text(BROWSER, "utf-8")
        self.redirect = f"http://127.0.0.1:{port}/callback"
        self.env = {
            "PATH": "",  # no browser of this machine's
            "HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
            "SPOTIFY_CLIENT_ID": fake.client_id,
            "SPOTIFY_CLIENT_SECRET": fake.client_secret,
            "SPOTIFY_REDIRECT_URI": self.redirect,
            "SPOTIFY_API_URL": fake.api_url,
            "SPOTIFY_ACCOUNTS_URL": fake.accounts_url,
            "SPOTIFY_MARKET": "SE",
        } | {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}

    def browser(self, person: str = "ada", decision: str = "agree") -> dict[str, str]:
        """The variable that makes it the person's browser."""
        return {
            "BROWSER": f"{sys.executable} {self.folder / 'browser.py'} {self.shown} {person} {decision} %s"
        }

    async def start(self, program: str, **env: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            program,
            cwd=self.folder,
            env=self.env | env,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, program: str, typed: str = "", **env: str) -> Ran:
        process = await self.start(program, **env)
        out, err = await process.communicate(typed.encode())
        return Ran(out.decode(), err.decode(), process.returncode)
