"""A bare client for the tests: it sends what it is told and shows what came back."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp

    from sandbox.fake_spotify import FakeSpotify

CLIENT_ID = "0123456789abcdef0123456789abcdef"
CLIENT_SECRET = "the-sandbox-keeps-no-secret"
REDIRECT_URI = "http://127.0.0.1:8080/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # this pair is the example of RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
EVERY_SCOPE = (
    "playlist-read-private",
    "playlist-read-collaborative",
    "playlist-modify-public",
    "playlist-modify-private",
)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> Any:
        """What a regular error says."""
        return self.json["error"]["message"]


class Api:
    """Asks as Ada with every scope, unless told otherwise. `token`: another one, or None for no header at all."""

    def __init__(self, spotify: FakeSpotify, session: aiohttp.ClientSession) -> None:
        self.spotify = spotify
        self.session = session
        self.ada = spotify.user_token("ada", EVERY_SCOPE)

    async def get(self, path: str, *, token: str | None = "", **query: object) -> Reply:
        return await self.send("GET", path, token=token, query=query)

    async def post(self, path: str, body: object, *, token: str | None = "", **query: object) -> Reply:
        return await self.send("POST", path, token=token, query=query, body=json.dumps(body))

    async def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = "",
        query: Mapping[str, object] | None = None,
        body: str | None = None,
        kind: str | None = None,
    ) -> Reply:
        headers = {} if token is None else {"Authorization": f"Bearer {token or self.ada}"}
        if kind:
            headers["Content-Type"] = kind
        parameters = {name: str(value) for name, value in (query or {}).items()}
        url = f"{self.spotify.api_url}{path}"
        async with self.session.request(method, url, params=parameters, headers=headers, data=body) as answer:
            return Reply(answer.status, await answer.text(), answer.headers)

    async def token(
        self, *, basic: tuple[str, str] | None = (CLIENT_ID, CLIENT_SECRET), **form: str
    ) -> Reply:
        """Ask the token endpoint."""
        headers = {}
        if basic:
            headers["Authorization"] = f"Basic {base64.b64encode(':'.join(basic).encode()).decode()}"
        url = f"{self.spotify.accounts_url}/api/token"
        async with self.session.post(url, data=form, headers=headers) as answer:
            return Reply(answer.status, await answer.text(), answer.headers)

    def authorize_url(self, **other: str | None) -> str:
        """The consent page's address; `other` replaces parameters, None leaves one out."""
        parameters: dict[str, str | None] = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "state": "state & more",
            "scope": "playlist-read-private playlist-modify-public",
            "code_challenge_method": "S256",
            "code_challenge": CHALLENGE,
        }
        sent = {name: value for name, value in (parameters | other).items() if value is not None}
        return f"{self.spotify.accounts_url}/authorize?{urlencode(sent)}"
