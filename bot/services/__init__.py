"""What the bot does, one activity per module, in plain Python: nothing here knows Discord or HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from bot.services.accounts import AccountService
    from bot.services.adding import Adding
    from bot.services.catalogue import Catalogue
    from bot.services.consent_reminders import ConsentReminders
    from bot.services.consent_watch import ConsentWatch
    from bot.services.greeting import Greeting
    from bot.services.language_choice import LanguageChoice
    from bot.services.library import Library
    from bot.services.linking import Linking
    from bot.services.lookups import Lookups
    from bot.services.notices import Notifying, PrivateMessages
    from bot.services.own_playlists import OwnPlaylists
    from bot.services.playlists import Playlists
    from bot.services.replies import Replies
    from bot.services.seats import Seats
    from bot.services.shared import Shared
    from bot.services.status import Status


@dataclass(frozen=True, slots=True)
class Services:
    linking: Linking
    accounts: AccountService
    lookups: Lookups
    catalogue: Catalogue
    library: Library
    playlists: Playlists
    own_playlists: OwnPlaylists
    adding: Adding
    shared: Shared
    notifying: Notifying
    private_messages: PrivateMessages
    replies: Replies
    languages: LanguageChoice
    greeting: Greeting
    seats: Seats
    consent_reminders: ConsentReminders
    consent_watch: ConsentWatch
    status: Status
    tidy_quota: Callable[[], Coroutine[Any, Any, datetime]]  # erases requests that no longer count
    now: Callable[[], datetime]
    longest_sleep_s: float = 60  # of the clock, so that it notices when the time was changed
