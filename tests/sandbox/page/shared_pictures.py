"""The pictures of docs/curating.md: what members and curators of a shared playlist see, each cut out of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from sandbox.example import OWNER, PLAYLIST, VOTER, make_example

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeAlias

    from playwright.async_api import Locator

    from sandbox.fake_spotify import FakePlaylist
    from tests.sandbox.page.screen import Demo, Screen

    Make: TypeAlias = "Callable[[Demo, Screen], Awaitable[Locator]]"

WINDOW = {"width": 720, "height": 1500}
CUTS: list[tuple[str, str, Make]] = []  # name, who looks, and what leads there


def cut(name: str, member: str) -> Callable[[Make], Make]:
    """Marks what leads to the message that is one of the pictures, in #music."""

    def mark(make: Make) -> Make:
        CUTS.append((name, member, make))
        return make

    return mark


@cut("shared-promise", OWNER)
async def promise(demo: Demo, screen: Screen) -> Locator:
    await demo.world.link(demo.world.discord.actor(OWNER, channel="general"))
    return await screen.run("shared create", name="Friday Mix", mode="Vote: Members vote on each track")


@cut("shared-card", "linus")
async def card(demo: Demo, screen: Screen) -> Locator:
    shown = await make_example(demo.world)
    await (await demo.world.discord.actor("linus", channel="music").press(shown, "Add it")).acknowledged()
    found = screen.messages.filter(has_text=f"for {PLAYLIST}: “for the way home”").last
    await expect(found).to_contain_text("2 👍, 0 👎")
    return found


@cut("shared-show", "hedy")
async def show(_: Demo, screen: Screen) -> Locator:
    return await screen.run("shared show", list=PLAYLIST)


@cut("shared-drop", "linus")
async def drop(demo: Demo, _: Screen) -> Locator:
    known = demo.world.spotify.known
    screen = await demo.open("linus", "Tape Heads/general", viewport=WINDOW, color_scheme="light")
    await screen.field.fill(f"somebody played this last night {known.remix.url}")
    await screen.page.keyboard.press("Enter")
    await expect(screen.newest.locator(".reaction")).to_have_count(1)
    return screen.newest


@cut("shared-settings", OWNER)
async def settings(_: Demo, screen: Screen) -> Locator:
    return await screen.run("shared settings", list=PLAYLIST)


@cut("shared-rules", OWNER)
async def rules(_: Demo, screen: Screen) -> Locator:
    shown = await screen.run("shared rules change", list=PLAYLIST)
    await shown.locator(".list-button.menu").first.click()
    await screen.page.get_by_role("option", name="Tracks per member").click()
    dialog = screen.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").first.fill("3")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(screen.newest).to_contain_text("Saved.")
    return screen.newest


@cut("shared-album", "margaret")
async def album(demo: Demo, screen: Screen) -> Locator:
    url = f"https://open.spotify.com/album/{demo.world.spotify.known.album.id}"
    shown = await screen.run("add", track=url, playlist=PLAYLIST)
    await expect(shown.get_by_role("button").first).to_be_visible()
    return shown


@cut("shared-restore", VOTER)
async def restore(demo: Demo, screen: Screen) -> Locator:
    lent = lent_playlist(demo)
    await demo.world.advance(minutes=30)
    await screen.run("shared show", list=PLAYLIST)
    lent.remove(lent.uris[1])
    lent.move(0, 2)
    await demo.world.advance(hours=1)
    history = await screen.run("shared history", list=PLAYLIST)
    await history.get_by_role("button", name="Undo the edit…").click()
    shown = screen.messages.filter(has_text=f"of {PLAYLIST}").filter(has_text="coming back").last
    await expect(shown.get_by_role("button", name="Restore", exact=True)).to_be_visible()
    return shown


@cut("shared-history", VOTER)
async def history(_: Demo, screen: Screen) -> Locator:
    preview = screen.newest
    await preview.get_by_role("button", name="Restore", exact=True).click()
    await expect(preview).to_contain_text("is back at version")
    return await screen.run("shared history", list=PLAYLIST)


@cut("shared-stats", "linus")
async def stats(_: Demo, screen: Screen) -> Locator:
    await screen.type_command("shared stats", list=PLAYLIST)
    await screen.send()
    shown = screen.messages.filter(has_text="/shared stats").last
    await expect(shown.locator("img[alt]:not([alt=''])").first).to_be_visible(timeout=60_000)  # being drawn
    for picture in await shown.locator("img[alt]:not([alt=''])").all():
        await expect(picture).to_have_js_property("complete", value=True)
    return shown


@cut("shared-clocks", OWNER)
async def clocks(demo: Demo, screen: Screen) -> Locator:
    for topic, typed in (
        ("Time between tracks", "30"),
        ("Coming back", "30"),
        ("Words", "live, karaoke"),
        ("Longest stay", "90"),
    ):
        shown = await screen.run("shared rules change", list=PLAYLIST)
        await shown.locator(".list-button.menu").nth(1).click()
        await screen.page.get_by_role("option", name=topic).click()
        dialog = screen.page.get_by_role("dialog")
        await dialog.get_by_role("textbox").first.fill(typed)
        await dialog.get_by_role("button", name="Submit").click()
        await expect(screen.newest).to_contain_text("Saved.")
    return await screen.run("shared rules test", track=demo.world.spotify.known.live.url, list=PLAYLIST)


def lent_playlist(demo: Demo) -> FakePlaylist:
    owned = demo.world.spotify.playlists_of(OWNER)
    return next(each for each in owned if each.name == PLAYLIST)
