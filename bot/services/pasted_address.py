"""The address of Spotify's answer, as a member copies it from the browser into Discord (paste mode)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from bot.errors import PastedAddressError

MAX_LENGTH = 4000  # the most a form's text field can hold
MAX_FIELDS = 10


@dataclass(frozen=True, slots=True)
class PastedAddress:
    """One of `code` and `error` is set. All three are untrusted text."""

    state: str = field(repr=False)
    code: str | None = field(repr=False)
    error: str | None


def read_address(text: str, redirect_uri: str) -> PastedAddress:
    """Take apart an address that must be `redirect_uri` plus Spotify's query. It's compared, never fetched.

    Spaces, line breaks (long addresses wrap) and the angle brackets of Discord links are tolerated.
    """
    address = "".join(text.split()).removeprefix("<").removesuffix(">")
    if len(address) > MAX_LENGTH:
        raise PastedAddressError
    try:
        parts, expected = urlsplit(address), urlsplit(redirect_uri)
        query = parse_qs(parts.query, strict_parsing=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise PastedAddressError from None  # its text can quote the code
    here = (parts.scheme, parts.netloc.lower(), parts.path)
    if here != (expected.scheme, expected.netloc.lower(), expected.path):
        raise PastedAddressError
    if any(len(values) != 1 for values in query.values()):
        raise PastedAddressError  # a repeated name: Spotify never sends that
    one = {name: values[0] for name, values in query.items()}
    state, code, error = one.get("state"), one.get("code"), one.get("error")
    if state is None or (code is None) == (error is None):
        raise PastedAddressError
    return PastedAddress(state, code, error)
