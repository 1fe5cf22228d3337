"""Reads the bot's answers as a member would: is it accepted, or not?"""

from __future__ import annotations

from tests.simulation.plan import End

ACCEPTED = ("Added to ", "Kept for ", "Spotify does not say whether ")
KNOWN = ("is in ", "is on its way into ", "was accepted for ")


def end_of(text: str, mention: str) -> End:
    """mention: of the member who asked. What they had asked for before, and is there, was accepted then."""
    if text.startswith(ACCEPTED):
        return End.ACCEPTED
    known = any(word in text for word in KNOWN)
    return End.ACCEPTED if known and f"{mention} added it" in text else End.REFUSED
