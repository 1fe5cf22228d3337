"""The accounts service: the consent page, and tokens for codes.

Source: developer.spotify.com/documentation/web-api/tutorials/code-flow, .../code-pkce-flow,
.../client-credentials-flow and .../refreshing-tokens
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from sandbox.fake_spotify import pages
from sandbox.fake_spotify.authorizing import Asked, AuthorizeError, read, redirect_address
from sandbox.fake_spotify.tokens import ACCESS_LIFE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_spotify.people import Person
    from sandbox.fake_spotify.state import State
    from sandbox.fake_spotify.tokens import Consent
    from sandbox.fake_spotify.web_api.answers import Json

FORM = "application/x-www-form-urlencoded"


class TokenError(Exception):
    """A refusal of the token endpoint. Source: .../concepts/api-calls (authentication error object)"""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class Accounts:
    def __init__(self, state: State) -> None:
        self._state = state

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/authorize", self._show_consent, allow_head=False)
        app.router.add_post("/authorize", self._take_consent)
        app.router.add_post("/api/token", self._token)

    def decide(self, address: str, person: Person | None) -> str:
        """Where the browser goes when this person agrees, or with None, when somebody cancels.

        Raises AuthorizeError when Spotify shows an error page instead.
        """
        query = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
        return self._decide(read(self._state.app, query), person)

    def _decide(self, asked: Asked, person: Person | None) -> str:
        if person is None:
            return redirect_address(asked, error="access_denied")
        tokens = self._state.tokens
        consent = tokens.consent(person, asked.scopes)
        return redirect_address(asked, code=tokens.new_code(consent, asked.redirect_uri, asked.challenge))

    async def _show_consent(self, request: web.Request) -> web.Response:
        try:
            asked = read(self._state.app, request.query)
        except AuthorizeError as error:
            return pages.problem(str(error))
        return pages.consent(asked, self._state, request.path_qs)

    async def _take_consent(self, request: web.Request) -> web.Response:
        form = await request.post()
        try:
            asked = read(self._state.app, request.query)
        except AuthorizeError as error:
            return pages.problem(str(error))
        person = None
        if form.get("decision") == "agree":
            person = self._state.people.get(str(form.get("person", "")))
            if person is None:
                return pages.problem("Nobody was chosen")
        return web.Response(status=302, headers={"Location": self._decide(asked, person)})

    async def _token(self, request: web.Request) -> web.Response:
        """Only a form is read, as RFC 6749 (4.1.3) wants it; JSON counts as an empty form."""
        text = await request.text() if request.content_type == FORM else ""
        form = dict(parse_qsl(text, keep_blank_values=True))
        try:
            if not self._is_public_client(request, form):
                self._check_app(request.headers.get("Authorization", ""))
            return web.json_response(self._grant(form))
        except TokenError as error:
            body = {"error": error.error, "error_description": error.description}
            return web.json_response(body, status=400)

    def _grant(self, form: Mapping[str, str]) -> Json:
        match form.get("grant_type"):
            case "client_credentials":
                return self._for_the_app()
            case "authorization_code":
                return self._for_a_code(form)
            case "refresh_token":
                return self._for_a_refresh_token(form)
            case None:
                raise TokenError("unsupported_grant_type", "grant_type parameter is missing")
            case _:
                raise TokenError("unsupported_grant_type", "grant_type must be one the documentation names")

    def _is_public_client(self, request: web.Request, form: Mapping[str, str]) -> bool:
        """PKCE without a secret: the app names itself in the form, and a code needs its verifier.

        Source: .../tutorials/code-pkce-flow
        """
        if "Authorization" in request.headers or form.get("client_id") != self._state.app.client_id:
            return False
        grant = form.get("grant_type")
        return grant == "refresh_token" or (grant == "authorization_code" and "code_verifier" in form)

    def _check_app(self, header: str) -> None:
        kind, _, encoded = header.partition(" ")
        try:
            pair = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        client_id, _, secret = pair.partition(":")
        app = self._state.app
        if kind != "Basic" or client_id != app.client_id:
            raise TokenError("invalid_client", "Invalid client")
        if not hmac.compare_digest(secret.encode(), app.client_secret.encode()):
            raise TokenError("invalid_client", "Invalid client secret")

    def _for_the_app(self) -> Json:
        """No refresh token and no scope."""
        tokens = self._state.tokens
        return self._answer(tokens.new_access(tokens.consent(None, frozenset())))

    def _for_a_code(self, form: Mapping[str, str]) -> Json:
        """A code is good for one try, whatever comes of it. A challenge once sent is enforced."""
        tokens = self._state.tokens
        code = tokens.take_code(form.get("code", ""))
        if code is None:
            raise TokenError("invalid_grant", "Invalid authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            raise TokenError("invalid_grant", "Invalid redirect URI")
        if code.challenge is not None:
            verifier = form.get("code_verifier")
            if not verifier:
                raise TokenError("invalid_request", "code_verifier is missing")
            if challenge_of(verifier) != code.challenge:
                raise TokenError("invalid_grant", "code_verifier was incorrect")
        answer = self._answer(tokens.new_access(code.consent))
        return answer | {"refresh_token": tokens.new_refresh(code.consent), "scope": _scope(code.consent)}

    def _for_a_refresh_token(self, form: Mapping[str, str]) -> Json:
        """Usually without a new refresh token; the old one ends six months after the consent.

        Source: developer.spotify.com/blog/2026-06-18-refresh-token-expiration
        """
        tokens = self._state.tokens
        value = form.get("refresh_token", "")
        refresh = tokens.refresh(value)
        if refresh is None:
            raise TokenError("invalid_grant", "Invalid refresh token")
        if refresh.revoked:
            raise TokenError("invalid_grant", "Refresh token revoked")
        if self._state.now() >= refresh.consent.ends_at:
            raise TokenError("invalid_grant", "Refresh token expired")
        answer = self._answer(tokens.new_access(refresh.consent)) | {"scope": _scope(refresh.consent)}
        if self._state.switches.rotate_refresh_tokens:
            answer["refresh_token"] = tokens.rotate(value)
        return answer

    @staticmethod
    def _answer(access: str) -> Json:
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(ACCESS_LIFE.total_seconds()),
        }


def challenge_of(verifier: str) -> str:
    """Source: RFC 7636, 4.2 (S256)"""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _scope(consent: Consent) -> str:
    return " ".join(sorted(consent.scopes))
