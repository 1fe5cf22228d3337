"""Whether and when a failed request to Spotify is retried. Only decides; `transport` waits and sends.

Someone is waiting in Discord: three tries, short waits with jitter, a few seconds in total. What was answered, but cut
off or too large, is only requested once more: it has been paid for, and is likely to come like that again. What is safe
to repeat is up to the request itself (`Request.repeatable`): reads are, an addition isn't.
"""

from __future__ import annotations

TRIES = 3
TRIES_BROKEN = 2  # if the last answer was cut off or too large
FIRST_WAIT_S = 0.25
BUDGET_S = 6.0  # no try starts later than this after the first


def is_trouble(status: int) -> bool:
    """Spotify or a gateway failed, which says nothing about the request: 5xx, and 408 from a proxy."""
    return status >= 500 or status == 408


def wait_s(tried: int, elapsed_s: float, chance: float, *, broken: bool = False) -> float | None:
    """Seconds to wait before the next try; None to give up.

    tried: tries so far, 1 or more. elapsed_s: since the first one started. chance: 0 to 1, spreads the waits
    from half to one and a half of 0.25, 0.5, ... s, so that many waiting calls don't come back together.
    broken: the last try brought an answer, but not a whole one.
    """
    if tried >= (TRIES_BROKEN if broken else TRIES):
        return None
    wait = FIRST_WAIT_S * 2.0 ** (tried - 1) * (0.5 + chance)
    return wait if elapsed_s + wait <= BUDGET_S else None
