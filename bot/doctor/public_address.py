"""Whether browsers get from the public address to the bot's own web server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.doctor.findings import not_checked, ok, problem
from bot.doctor.web_access import UnreachableError

if TYPE_CHECKING:
    from bot.doctor.findings import Finding
    from bot.doctor.web_access import WebAccess
    from bot.settings import Settings

PUBLIC: Final = "Public address"
AT_GATEWAY: Final = frozenset({502, 503, 504})


async def look_at_public_address(web: WebAccess, settings: Settings) -> Finding:
    if settings.paste:
        return not_checked(PUBLIC, "not needed: members paste an address into Discord")
    url = settings.public_url
    try:
        page = await web.get(f"{url}/style.css")
    except UnreachableError as lost:
        step = (
            "Start the bot and your web server, and let the address through router and firewall. "
            "Some networks can't reach their own public address from inside."
        )
        return problem(PUBLIC, f"{url} can't be reached: {lost}", step)
    if page.status == 421:
        step = "Let your web server keep the Host header, and check PUBLIC_URL."
        return problem(PUBLIC, f"{url} leads to the bot, but under another name", step)
    if page.status in AT_GATEWAY:
        step = f"Start the bot, and let your web server forward to {settings.web_host}:{settings.web_port}."
        return problem(PUBLIC, f"the web server at {url} doesn't reach the bot (status {page.status})", step)
    if page.status != 200 or b"--accent" not in page.body:
        step = f"Let your web server forward everything to {settings.web_host}:{settings.web_port}."
        return problem(PUBLIC, f"{url} leads to something else than the bot", step)
    return ok(PUBLIC, f"{url} leads to the bot")
