"""Discord's markdown and messages, drawn: what a text becomes, and that nothing in it becomes markup of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.sandbox.page.screen import Demo

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]

# Text as it is written, and the elements it becomes: tags with their text, classes of ours left out.
MARKDOWN = {
    "**bold** *it* _it_ __under__ ~~no~~": "<strong>bold</strong> <em>it</em> <em>it</em> <u>under</u> <s>no</s>",
    "***both*** **a *b* c**": "<strong><em>both</em></strong> <strong>a <em>b</em> c</strong>",
    "snake_case_name 2*3*4": "snake_case_name 2<em>3</em>4",
    r"\*not\* \_this\_": "*not* _this_",
    "`a *b*` ``c ` d``": "<code>a *b*</code> <code>c ` d</code>",
    "# One\n## Two\n-# small": "[heading]One[/heading][heading]Two[/heading][small]small[/small]",
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "3. x\n4. y": '<ol start="3"><li>x</li><li>y</li></ol>',
    "> q **b**\nafter": "<blockquote>q <strong>b</strong></blockquote>after",
    ">>> all\nof it": "<blockquote>all<br>of it</blockquote>",
    "```py\nprint(1)\n```": "<pre><code>print(1)</code></pre>",
    "[name](https://a.example/x_(y)) https://b.example.": (
        '<a href="https://a.example/x_(y)">name</a> <a href="https://b.example">https://b.example</a>.'
    ),
    "[bad](javascript:alert(1))": "[bad](javascript:alert(1))",
    "<img src=x onerror=alert(1)>": "&lt;img src=x onerror=alert(1)&gt;",
    "||hidden||": "[spoiler]hidden[/spoiler]",
    "a\nb": "a<br>b",
    "**open *and __never** closed": "<strong>open *and __never</strong> closed",
}

OUTLINE = """async ([source]) => {
  const { markdown } = await import('/js/markdown_view.js');
  const names = { member: () => null, role: () => null, channel: () => null, onCommand() {} };
  const box = document.createElement('div');
  box.append(...markdown(source, names));
  const draw = node => {
    if (node.nodeType === 3) return node.data.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    const inner = [...node.childNodes].map(draw).join('');
    const tag = node.localName;
    if (node.role === 'heading') return `[heading]${inner}[/heading]`;
    if (node.className === 'md-subtext') return `[small]${inner}[/small]`;
    if (node.className === 'spoiler') return `[spoiler]${inner}[/spoiler]`;
    if (['p', 'span'].includes(tag)) return inner;
    const traits = ['href', 'start'].filter(name => node.hasAttribute(name));
    const open = [tag, ...traits.map(name => `${name}="${node.getAttribute(name)}"`)].join(' ');
    return tag === 'br' ? '<br>' : `<${open}>${inner}</${tag}>`;
  };
  return [...box.childNodes].map(draw).join('');
}"""


DRAWN = """async ([parts]) => {
  const { components } = await import('/js/components.js');
  return components(parts, {}, {}).map(element => element.textContent);
}"""


async def test_markdown(demo: Demo) -> None:
    """Every form of Discord's markdown, and what only looks like it."""
    screen = await demo.open()
    drawn = {source: await screen.page.evaluate(OUTLINE, [source]) for source in MARKDOWN}
    assert drawn == MARKDOWN


async def test_hostile_markdown_is_quick(demo: Demo) -> None:
    """Texts made to keep a parser busy take no noticeable time."""
    screen = await demo.open()
    for source in (
        "*" * 4000,
        "||" * 2000,
        "_a" * 2000,
        "[" * 4000,
        "> " * 2000,
        "`" * 4000,
        "*a " * 1300,
        "<" * 4000,
    ):
        took = await screen.page.evaluate(
            "async ([source]) => { const { parse } = await import('/js/markdown.js');"
            " const start = performance.now(); parse(source); return performance.now() - start; }",
            [source],
        )
        assert took < 500, source[:10]


async def test_mentions_and_times(demo: Demo) -> None:
    """Ids become names, commands can be pressed, and moments are told in the reader's zone and words."""
    tape_heads = demo.world.discord.guild("Tape Heads")
    ada, music = demo.world.discord.members["ada"], tape_heads.channel("music")
    track = next(each for each in demo.world.discord.commands if each["name"] == "track")
    moment = int(demo.world.clock.now().timestamp()) - 3 * 3600
    screen = await demo.open()
    things = f"<@{ada.id}> <#{music.id}> <@&{tape_heads.role('Curator').id}> </track:{track['id']}>"
    await demo.say({"content": f"{things} <t:1792000000:F> <t:{moment}:R>"})
    await expect(screen.newest).to_contain_text("@Ada #music @Curator /track Wednesday, 14 October 2026")
    await expect(screen.newest).to_contain_text("19:46")  # 17:46 in Greenwich
    await expect(screen.newest).to_contain_text("3 hours ago")
    await screen.newest.get_by_role("button", name="/track").click()
    await expect(screen.option("query")).to_be_focused()
    await demo.say({"content": f"Try </track:{track['id']}>, or ask."})
    await expect(screen.newest.locator(".together")).to_have_text("/track,")  # no line begins with the comma


async def test_spoiler(demo: Demo) -> None:
    """A spoiler stays covered, also for screen readers, until it is pressed."""
    screen = await demo.open()
    await demo.say({"content": "the end: ||everybody dances||"})
    hidden = screen.newest.locator(".spoiler-text")
    await expect(hidden).to_be_hidden()
    await screen.newest.get_by_role("button", name="Spoiler: show").focus()
    await screen.page.keyboard.press("Enter")
    await expect(hidden).to_be_visible()


async def test_embed(demo: Demo) -> None:
    """A card with everything; a picture from elsewhere is named, and not asked for."""
    screen = await demo.open()
    embed: dict[str, Any] = {
        "author": {"name": "Somebody", "url": "https://example.org/who"},
        "title": "A **title**",
        "url": "https://example.org/what",
        "description": "Words, [linked](https://example.org/words)",
        "color": 0x336699,
        "fields": [
            {"name": "Left", "value": "`1`", "inline": True},
            {"name": "Right", "value": "2", "inline": True},
        ],
        "image": {"url": "https://example.org/picture.png"},
        "footer": {"text": "The end"},
        "timestamp": "2026-01-02T03:04:05+00:00",
    }
    await demo.say({"embeds": [embed]})
    card = screen.newest.locator(".embed")
    await expect(card.get_by_role("link", name="A title")).to_have_attribute(
        "href", "https://example.org/what"
    )
    await expect(card.locator("dt")).to_have_text(["Left", "Right"])
    await expect(card).to_contain_text("on another site, not loaded")
    await expect(card.locator("footer")).to_have_text("The end • 02/01/2026, 04:04")
    await expect(card).to_have_css("border-left-color", "rgb(51, 102, 153)")


async def test_unknown(demo: Demo) -> None:
    """What the page cannot draw is shown as the JSON that came."""
    screen = await demo.open()
    strange = [
        {"type": 99, "shape": "round"},
        {"type": 9, "components": None},
        {"type": 2, "style": 6, "sku_id": "1"},
    ]
    drawn = await screen.page.evaluate(DRAWN, [strange])
    assert '"shape": "round"' in drawn[0]
    assert "type 99" in drawn[0]
    assert '"type": 9' in drawn[1]
    assert '"sku_id": "1"' in drawn[2]
    await demo.say({"poll": {"question": {"text": "Tea?"}, "answers": [{"poll_media": {"text": "Yes"}}]}})
    await expect(screen.newest.locator(".unknown")).to_contain_text("Tea?")


V2 = 1 << 15
SONG = "### [Copper Umbrella](https://open.spotify.com/track/1)\nby **Velmora Quist** ||or not||\n-# 3:34"


def card(demo: Demo, accent: int | None = 0x336699) -> dict[str, Any]:
    """A card with artwork of the sandbox's own, and a picture from elsewhere."""
    cover = f"{demo.world.spotify.accounts_url}/image/{demo.world.spotify.known.album.id}-300"
    parts = [
        {
            "type": 9,
            "components": [{"type": 10, "content": SONG}],
            "accessory": {"type": 11, "media": {"url": cover}, "description": "Its cover"},
        },
        {"type": 14},
        {
            "type": 12,
            "items": [{"media": {"url": "https://example.org/chart.png"}, "description": "A chart"}],
        },
        {"type": 1, "components": [{"type": 2, "style": 3, "label": "Add it", "custom_id": "x"}]},
    ]
    return {"flags": V2, "components": [{"type": 17, "accent_color": accent, "components": parts}]}


async def test_components(demo: Demo) -> None:
    """A card of Components V2: our own artwork shows, a picture from elsewhere is named and not asked for."""
    screen = await demo.open()
    await demo.say(card(demo))
    box = screen.newest.get_by_role("group", name="Card")
    await expect(box.get_by_role("img", name="Its cover")).to_have_js_property("complete", value=True)
    assert await box.get_by_role("img", name="Its cover").evaluate("e => e.naturalWidth") > 0
    await expect(box).to_contain_text("A chart (on another site, not loaded)")
    await expect(box).to_have_css("border-left-width", "4px")
    await demo.say(card(demo, None))
    await expect(screen.newest.get_by_role("group", name="Card")).to_have_css("border-left-width", "1px")


async def test_quoted_and_spoken(demo: Demo) -> None:
    """A reply quotes the words of a card without addresses, signs and spoilers; a screen reader speaks the same."""
    screen = await demo.open()
    said = await demo.say(card(demo))
    spoken = screen.page.locator("#announcer p").last
    await expect(spoken).to_have_text(
        "Mixtape: Copper Umbrella by Velmora Quist spoiler 3:34 Its cover A chart Add it"
    )
    await demo.say({"content": "seconded", "message_reference": {"message_id": str(said.id)}})
    quoted = screen.newest.locator(".origin")
    await expect(quoted).to_have_text(
        "Mixtape Copper Umbrella by Velmora Quist spoiler 3:34 Its cover A chart Add it"
    )


async def test_forwarded_components(demo: Demo) -> None:
    """A forwarded card is drawn as a card whose buttons cannot be pressed."""
    screen = await demo.open()
    said = await demo.say(card(demo), "general")
    await demo.world.discord.actor("linus", channel="music").forward(said)
    box = screen.newest.locator(".forwarded").get_by_role("group", name="Card")
    await expect(box.get_by_role("heading", name="Copper Umbrella")).to_be_visible()
    await expect(box.get_by_role("button", name="Add it")).to_be_disabled()
