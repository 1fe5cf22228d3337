"""Reads the bot's answers as a member would: is it accepted, or not?"""

from __future__ import annotations

from tests.simulation.plan import End

ACCEPTED = ("Added to ", "Accepted for ", "After three tries Spotify still hasn't confirmed ")
KNOWN = ("is already in ", "is already on its way into ", "was already accepted for ")


def end_of(text: str, mention: str) -> End:
    """mention: of the member who asked. What they had asked for before, and is there, was accepted then."""
    if text.startswith(ACCEPTED):
        return End.ACCEPTED
    known = any(word in text for word in KNOWN)
    return End.ACCEPTED if known and f"{mention} added it" in text else End.REFUSED
