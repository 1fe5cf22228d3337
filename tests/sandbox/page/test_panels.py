"""Beside the chat: Spotify's side with an editor's hands, every kind of trouble, the clock and the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.end_to_end.test_shared_consents import refused

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.sandbox.page.screen import Demo, Screen

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]


# A restart is over in a moment: what the top line said in the meantime is kept.
WATCH_STATE = """() => {
  const state = document.querySelector('#state');
  window.states = [];
  new MutationObserver(() => window.states.push(state.textContent)).observe(state, { childList: true });
}"""


async def test_playlist_by_hand(demo: Demo) -> None:
    """Edits on the page are edits at Spotify, and the bot sees them."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    blank = demo.world.spotify.known_playlists.empty
    screen = await demo.open()
    panel = await screen.panel("Spotify")
    ada = panel.get_by_role("group").filter(has_text="ada.reel")
    await expect(ada).to_contain_text("linked")
    await panel.get_by_role("button", name="Blank Tape").click()
    search = panel.get_by_role("combobox", name="Add a track by hand")
    for title in ("Copper Umbrella", "Tin Parade"):
        await search.fill(title)
        await expect(panel.get_by_role("option").first).to_contain_text(title)
        await screen.page.keyboard.press("Enter")
        await expect(panel.locator(".item").last).to_contain_text(title)
    answer = await screen.run("add", track="Copper Umbrella", playlist="Blank Tape")
    await expect(answer).to_contain_text("already in Blank Tape")
    await panel.get_by_role("button", name="Move up: Tin Parade").click()
    await expect(panel.locator(".item").first).to_contain_text("Tin Parade")
    await panel.get_by_role("button", name="Remove: Copper Umbrella").click()
    await expect(panel.locator(".item")).to_have_count(1)
    await panel.get_by_role("button", name="Rename").click()
    dialog = screen.page.get_by_role("dialog", name="Rename the playlist")
    await dialog.get_by_label("Name").fill("Not So Blank")
    await screen.page.keyboard.press("Enter")
    await expect(panel.get_by_role("heading", name="Not So Blank")).to_be_visible()
    assert blank.name == "Not So Blank"
    assert [demo.world.title_of(uri) for uri in blank.uris] == ["Tin Parade"]


SLOW_WORLD = """(() => {
  const ask = window.fetch;
  window.toasts = [];
  document.addEventListener('DOMContentLoaded', () => {
    const toast = document.querySelector('#toast');
    new MutationObserver(() => window.toasts.push(toast.textContent)).observe(toast, { childList: true });
  });
  window.fetch = async (address, ...rest) => {
    const answer = await ask(address, ...rest);
    if (String(address).startsWith('/api/view')) await new Promise((later) => setTimeout(later, 400));
    return answer;
  };
})()"""


@pytest.mark.parametrize(
    ("panel", "shows"),
    [("Members", "Linus"), ("Spotify", "ada.reel"), ("Trouble", "Everything works"), ("Calls", "PUT")],
)
async def test_remembered_panel(demo: Demo, panel: str, shows: str) -> None:
    """Whichever panel was open is open again after a reload, drawn and without a complaint."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    screen = await demo.open()
    await screen.panel(panel)
    await screen.page.add_init_script(SLOW_WORLD)
    await screen.page.reload()
    await expect(screen.page.get_by_role("tabpanel", name=panel)).to_contain_text(shows)
    await expect(screen.page.locator("#chat-head h2")).to_have_text("music")
    assert await screen.page.evaluate("window.toasts") == []


async def test_live(demo: Demo) -> None:
    """What the bot adds appears in the open playlist by itself, marked as new."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    screen = await demo.open()
    panel = await screen.panel("Spotify")
    await panel.get_by_role("button", name="Blank Tape").click()
    await expect(panel.get_by_role("heading", name="Blank Tape")).to_be_visible()
    await screen.run("add", track="Copper Umbrella", playlist="Blank Tape")
    await expect(panel.locator(".item.new")).to_contain_text("Copper Umbrella")


async def look_up(screen: Screen, query: str) -> Locator:
    """The newest message after it was looked up; a failure is told in a message of its own."""
    before = await screen.messages.count()
    await screen.type_command("track", query=query)
    await screen.send()
    await expect(screen.messages).to_have_count(before + 1)
    await expect(screen.newest.locator(".thinking-words")).to_have_count(0)
    return screen.newest


async def test_spotify_trouble(demo: Demo) -> None:
    """Failing, refusing with 429, quota: each switch shows in what the bot says; one button repairs everything."""
    screen = await demo.open()
    panel = await screen.panel("Trouble")
    await expect(panel).to_contain_text("Everything works")
    await panel.get_by_role("switch", name="Spotify fails").check()
    await expect(panel).to_contain_text("broken on purpose")
    await expect(await look_up(screen, "Tin Parade")).to_contain_text("Spotify isn't responding properly")
    await panel.get_by_role("button", name="Repair everything").click()
    await expect(panel).to_contain_text("Everything works")
    await expect(await look_up(screen, "Copper Umbrella")).to_contain_text("Velmora Quist")
    await panel.get_by_role("button", name="1 hour", exact=True).click()
    await expect(panel).to_contain_text("Refuses with 429; ends in")
    answer = await look_up(screen, "Rude Telegraph")
    await expect(answer).to_contain_text(
        "Spotify is limiting my requests. Nothing was changed. Try again in "
    )
    await expect(answer.locator(".md-time").first).to_be_visible()
    await panel.get_by_role("button", name="+ 1 day").click()
    await panel.get_by_role("switch", name="Quota used up").check()
    await expect(panel).to_contain_text("broken on purpose")
    await expect(await look_up(screen, "Glasshouse Forecast")).to_contain_text("Spotify")
    await expect(screen.newest.locator(".c-container")).to_have_count(0)


async def test_slow(demo: Demo) -> None:
    """While Spotify is slow, Mixtape is seen thinking."""
    screen = await demo.open()
    panel = await screen.panel("Trouble")
    await panel.get_by_role("switch", name="Slow").check()
    await screen.type_command("track", query="Tin Parade")
    await screen.send()
    await expect(screen.newest).to_contain_text("Mixtape is thinking…")
    await panel.get_by_role("button", name="Repair everything").click()
    await expect(panel.get_by_role("switch", name="Slow")).not_to_be_checked()


async def test_people_at_spotify(demo: Demo) -> None:
    """A withdrawn consent ends the link within two days, there and here; who is off the user list is told so."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    await demo.world.link(demo.world.discord.actor("grace", channel="general"))
    screen = await demo.open()
    panel = await screen.panel("Trouble")
    await panel.get_by_role("switch", name="Grace").uncheck()
    await expect(panel.get_by_role("switch", name="Grace")).not_to_be_checked()
    await panel.get_by_role("button", name="Withdraw Ada's consent").click()
    await expect(screen.page.locator("#toast")).to_contain_text("withdrew")
    await panel.get_by_role("button", name="+ 1 day").click()  # the access token of before is no longer good
    await expect(await screen.run("playlists")).to_contain_text("/link")
    await screen.act_as("Grace")
    await expect(await screen.run("playlists")).to_contain_text("list")
    await screen.act_as("Ada")
    await panel.get_by_role("button", name="+ 1 day").click()
    await refused(demo.world, 2)
    await expect(await screen.run("playlists")).to_contain_text("should still be valid")
    await panel.get_by_role("button", name="+ 1 day").click()
    await refused(demo.world, 3)  # a young consent is given up only after the third
    spotify = await screen.panel("Spotify")
    await expect(spotify.get_by_role("group").filter(has_text="ada.reel")).not_to_contain_text("Linked to")


async def test_discord_trouble(demo: Demo) -> None:
    """A cut connection heals by itself; a restart is seen as offline and online again, and nothing is lost."""
    screen = await demo.open()
    panel = await screen.panel("Trouble")
    await panel.get_by_role("button", name="Cut the connection").click()
    await expect(await screen.run("track", query="Tin Parade")).to_contain_text("Tin Parade")
    await screen.page.evaluate(WATCH_STATE)
    await panel.get_by_role("button", name="Restart the bot").click()
    await screen.page.wait_for_function("() => window.states?.at(-1) === '' && window.states.length > 1")
    assert "Mixtape is offline" in await screen.page.evaluate("window.states")
    await expect(await screen.run("track", query="Rude Telegraph")).to_contain_text("Rude Telegraph")


@pytest.mark.parametrize("how", ["Close it", "Ask to reconnect", "End the session"])
async def test_gateway_trouble(demo: Demo, how: str) -> None:
    """However the connection ends, Mixtape is soon back and answers as before."""
    screen = await demo.open()
    panel = await screen.panel("Trouble")
    await panel.get_by_role("button", name=how).click()
    await expect(screen.page.locator("#toast")).to_contain_text("done")
    await demo.world.discord.wait_for(lambda: demo.world.discord.gateway.ready or None, "the bot online", 15)
    await expect(await screen.run("track", query="Tin Parade")).to_contain_text("Tin Parade")


async def test_discord_fails(demo: Demo) -> None:
    """The switch makes Discord refuse the bot's calls; once repaired, answers come again."""
    screen = await demo.open()
    panel = await screen.panel("Trouble")
    await panel.get_by_role("switch", name="Discord fails").check()
    await expect(panel).to_contain_text("broken on purpose")
    assert demo.world.discord.faults.failing
    await panel.get_by_role("button", name="Repair everything").click()
    await expect(panel.get_by_role("switch", name="Discord fails")).not_to_be_checked()
    await expect(await look_up(screen, "Copper Umbrella")).to_contain_text("Velmora Quist")


async def test_no_premium(demo: Demo) -> None:
    """Without the owner's Premium every member is told who can help."""
    screen = await demo.open()
    panel = await screen.panel("Trouble")
    await panel.get_by_role("switch", name="The app's owner has Premium").uncheck()
    await expect(panel).to_contain_text("broken on purpose")
    await expect(await look_up(screen, "Tin Parade")).to_contain_text("Premium")


async def test_clock(demo: Demo) -> None:
    """Days pass at the press of a button, on the page too."""
    screen = await demo.open()
    await demo.say({"content": "before"})
    panel = await screen.panel("Trouble")
    await panel.get_by_role("button", name="+ 1 week").click()
    await expect(panel).to_contain_text("7 days ahead")
    await expect(screen.newest.locator("header time")).not_to_have_text("")
    await demo.say({"content": "after"})
    await expect(screen.page.get_by_role("separator")).to_have_count(2)


async def test_calls(demo: Demo) -> None:
    """Every call of the bot is listed with its status and time, as it happens."""
    screen = await demo.open()
    panel = await screen.panel("Calls")
    await screen.run("track", query="Tin Parade")
    call = panel.get_by_role("listitem").filter(has_text="q=Tin").first
    await expect(call).to_contain_text("GET /search")
    await expect(call).to_contain_text("200")
    await expect(call).to_contain_text("ms")
