"""Whether this machine's clock agrees with those of Discord and Spotify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.doctor.findings import Finding, Verdict, not_checked, ok

if TYPE_CHECKING:
    from datetime import datetime

    from bot.doctor.web_access import Page

CLOCK: Final = "Clock"
FINE_S, BEARABLE_S = 5, 60


def look_at_clock(whose: str, page: Page | None, now: datetime) -> Finding:
    if page is None or page.date is None:
        return not_checked(CLOCK, f"{whose} didn't say what time it is")
    off_s = round((now - page.date).total_seconds())
    if abs(off_s) <= FINE_S:
        return ok(CLOCK, f"agrees with {whose}'s")
    said = f"{abs(off_s):,} seconds {'ahead of' if off_s > 0 else 'behind'} {whose}'s"
    verdict = Verdict.WARNING if abs(off_s) <= BEARABLE_S else Verdict.PROBLEM
    return Finding(CLOCK, verdict, said, "Turn on time synchronisation: sudo timedatectl set-ntp true")
