"""The rules for bodies: each is broken once, alone, and the refusal names the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.clock import Clock
from sandbox.fake_discord import FakeDiscord, Message
from sandbox.fake_discord.messages import Flag
from sandbox.fake_discord.rules import Inspector
from sandbox.fake_discord.uploads import Body, Upload
from sandbox.fake_discord.wire import Payload, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

V2 = 1 << 15
LINK: Payload = {"type": 2, "style": 5, "label": "Open", "url": "https://open.spotify.com/"}


def button(custom_id: str | None = "a", **more: object) -> Payload:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **more}


def select(custom_id: str = "s", **more: object) -> Payload:
    return {"type": 3, "custom_id": custom_id, "options": [{"label": "One", "value": "1"}], **more}


def row(*components: Payload) -> Payload:
    return {"type": 1, "components": list(components)}


def text(content: str = "text") -> Payload:
    return {"type": 10, "content": content}


def embed(**more: object) -> Payload:
    return {"embeds": [{"title": "Song", **more}]}


def card(*components: Payload, **more: object) -> Payload:
    return {"flags": V2, "components": list(components), **more}


def rows(*components: Payload) -> Payload:
    return {"components": [row(*components)]}


def found(check: Callable[[], None]) -> list[str]:
    """The places the refusal names; none when nothing is wrong."""
    try:
        check()
    except Refusal as refusal:
        return [".".join(map(str, finding.path)) for finding in refusal.findings]
    return []


def message(body: Payload, way: str = "webhook", *files: str) -> list[str]:
    uploads = {number: Upload(name, b"") for number, name in enumerate(files)}
    return found(lambda: Inspector().message(Body(body, uploads), way))


def section(*texts: str, accessory: Payload | None = LINK) -> Payload:
    beside = {} if accessory is None else {"accessory": accessory}
    return {"type": 9, "components": [text(each) for each in texts], **beside}


def container(*components: Payload) -> Payload:
    return {"type": 17, "components": list(components)}


def gallery(count: int, **more: object) -> Payload:
    item: Payload = {"media": {"url": "https://i.scdn.co/image/1"}, **more}
    return {"type": 12, "items": [item] * count}


SEPARATOR: Payload = {"type": 14, "divider": True, "spacing": 1}
THUMBNAIL: Payload = {"type": 11, "media": {"url": "https://i.scdn.co/image/1"}, "description": "Cover"}


@pytest.mark.parametrize(
    "body",
    [
        {"content": "hello"},
        card(container(section("a", "b", "c", accessory=THUMBNAIL), SEPARATOR, gallery(10), row(button()))),
        card(section("a", accessory=button("go")), text(), SEPARATOR, gallery(1), row(select())),
        card(*[section("a", accessory=button(str(number))) for number in range(13)], text()),
        embed(description="x" * 4096, fields=[{"name": "n", "value": "v"}]),
        embed(image={"url": "https://i.scdn.co/image/1"}, url="https://open.spotify.com/track/1"),
        rows(button("a"), button("b"), LINK),
        {"content": "x", "components": [row(select(f"s{number}")) for number in range(5)]},
        card(text(), {"type": 9, "components": [text()], "accessory": LINK}, row(select())),
        card(*[text("x" * 100) for _ in range(40)]),
    ],
)
def test_good_messages(body: Payload) -> None:
    """What is right passes."""
    assert message(body) == []


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, ""),
        ({"content": "  "}, ""),
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "contents": "y"}, "contents"),
        (embed(colour=1), "embeds.0.colour"),
        ({"embeds": [{}]}, "embeds.0"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        (embed(title="x" * 257), "embeds.0.title"),
        (embed(description="x" * 4097), "embeds.0.description"),
        (embed(footer={"text": "x" * 2049}), "embeds.0.footer.text"),
        (embed(author={"name": "x" * 257}), "embeds.0.author.name"),
        (embed(fields=[{"name": "n", "value": " "}]), "embeds.0.fields.0.value"),
        (embed(fields=[{"name": "n", "value": "x" * 1025}]), "embeds.0.fields.0.value"),
        (embed(fields=[{"name": "n", "value": "v"}] * 26), "embeds.0.fields"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        (embed(url="ftp://spotify.com/"), "embeds.0.url"),
        (embed(thumbnail={"url": "javascript:alert(1)"}), "embeds.0.thumbnail.url"),
        (embed(image={"url": "attachment://none.png"}), "embeds.0.image.url"),
        ({"content": "x", "components": [row(button(f"b{number}")) for number in range(6)]}, "components"),
        (rows(*[button(f"b{number}") for number in range(6)]), "components.0.components"),
        (rows(), "components.0.components"),
        (rows(button("a"), select()), "components.0.components"),
        (rows(select("a"), select("b")), "components.0.components"),
        (rows(button("a"), button("a")), "components.0.components.1.custom_id"),
        (rows(button("x" * 101)), "components.0.components.0.custom_id"),
        (rows(button(label="x" * 81)), "components.0.components.0.label"),
        (rows(button(label=None)), "components.0.components.0.label"),
        (rows(button(custom_id="")), "components.0.components.0.custom_id"),
        (rows({"type": 2, "style": 1, "label": "Go"}), "components.0.components.0.custom_id"),
        (rows({"type": 2, "style": 5, "label": "Go"}), "components.0.components.0.url"),
        (rows({**LINK, "custom_id": "a"}), "components.0.components.0"),
        (rows({**LINK, "url": "spotify:track:1"}), "components.0.components.0.url"),
        (rows({**LINK, "url": "https://" + "x" * 512}), "components.0.components.0.url"),
        (rows(button(url="https://x.example/", custom_id=None)), "components.0.components.0.custom_id"),
        (rows(button(color="green")), "components.0.components.0.color"),
        (rows({"type": 99}), "components.0.components.0.type"),
        (rows(select(placeholder="x" * 151)), "components.0.components.0.placeholder"),
        (rows(select(options=[])), "components.0.components.0.options"),
        (
            rows(select(options=[{"label": "x", "value": "1"}] * 2)),
            "components.0.components.0.options.0.value",
        ),
        (
            rows(select(options=[{"label": "x" * 101, "value": "1"}])),
            "components.0.components.0.options.0.label",
        ),
        (rows(select(min_values=2, max_values=1)), "components.0.components.0.min_values"),
        (rows(select(max_values=2)), "components.0.components.0.max_values"),
        ({"content": "x", "components": [text()]}, "components"),
        (card(section("a", accessory=None)), "components.0.accessory"),
        (card(section("a", accessory=text())), "components.0.accessory.type"),
        (card(section("a", accessory=select())), "components.0.accessory.type"),
        (card(section()), "components.0.components"),
        (card(section("a", "b", "c", "d")), "components.0.components"),
        (card({"type": 9, "components": [button()], "accessory": LINK}), "components.0.components.0.type"),
        (card(container()), "components.0.components"),
        (card(container(container(text()))), "components.0.components.0.type"),
        (card(container(button())), "components.0.components.0.type"),
        (card(container(THUMBNAIL)), "components.0.components.0.type"),
        (card(button()), "components.0.type"),
        (card(row(text())), "components.0.components.0.type"),
        (card(gallery(0)), "components.0.items"),
        (card(gallery(11)), "components.0.items"),
        (card(gallery(1, description="x" * 1025)), "components.0.items.0.description"),
        (
            card(section("a", accessory={**THUMBNAIL, "description": ""})),
            "components.0.accessory.description",
        ),
        (card({"type": 13, "file": {"url": "https://i.scdn.co/image/1"}}), "components.0.file.url"),
        (card(*[section("a", accessory=button(str(number))) for number in range(14)]), "components"),
        ({"content": "x", "components": [button()]}, "components.0.type"),
        (card(text(), content="x"), "content"),
        (card(text(), embeds=[{"title": "x"}]), "embeds"),
        (card(text(), poll={"question": {"text": "?"}, "answers": []}), "poll"),
        (card(text("")), "components.0.content"),
        (card(*[{"type": 17, "components": [text(), text()]} for _ in range(14)]), "components"),
        (card(text("x" * 2001), text("x" * 2000)), "components"),
        (card({**text(), "id": 7}, {**text(), "id": 7}), "components"),
        (card({"type": 12, "items": [{"media": {"url": "file:///etc"}}]}), "components.0.items.0.media.url"),
        ({"content": "x", "poll": {"answers": [{"poll_media": {"text": "x" * 56}}]}}, "poll.answers.0"),
    ],
)
def test_broken_messages(body: Payload, place: str) -> None:
    """Each of these is refused at this place."""
    assert place in message(body)


def test_ways_differ() -> None:
    """Channel messages are limited to 2000 characters too, and know keys that webhooks do not."""
    assert message({"content": "x" * 2001}, "channel") != []
    assert message({"content": "x", "nonce": "1", "enforce_nonce": True}, "channel") == []
    assert message({"content": "x", "nonce": "1"}, "callback") == ["nonce"]


def test_files() -> None:
    """An attachment:// address needs its file, and there are ten files at most."""
    shown = embed(image={"url": "attachment://cover.png"})
    assert message(shown, "webhook", "cover.png") == []
    assert message({}, "webhook", *[f"{number}.txt" for number in range(10)]) == []
    assert message({}, "webhook", *[f"{number}.txt" for number in range(11)]) == ["attachments"]


def edited(before: Payload, body: Payload, flags: int = 0) -> list[str]:
    """What an edit is refused for, of a message with this content, these embeds and components."""
    fake = FakeDiscord(clock=Clock())
    message = Message(
        1, fake.guilds[0].channels[0], fake.bot_user, fake.clock.now(), **before, flags=Flag(flags)
    )
    return found(lambda: Inspector().message(Body(body), "webhook", existing=message))


OLD: Payload = {"content": "words", "embeds": [{"title": "Song"}], "components": [row(button())]}
NEW: Payload = {"components": [container(text())]}


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (card(text(), content="", embeds=[]), []),
        (card(text(), content=None, embeds=None), []),
        (card(text(), content=""), ["embeds"]),
        (card(text(), embeds=[]), ["content"]),
        (card(text()), ["content", "embeds"]),
        ({"components": [text()], "content": "", "embeds": []}, ["components", "components.0.type"]),
        ({"content": "other words"}, []),
    ],
)
def test_old_messages_become_v2(body: Payload, places: list[str]) -> None:
    """An edit that brings the flag empties content and embeds in the same breath; without it nothing becomes V2."""
    assert edited(OLD, body) == places


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"components": [text("new")]}, []),
        ({"components": [text("new")], "flags": V2}, []),
        ({"flags": V2 | Flag.SUPPRESS_EMBEDS}, []),
        ({"content": "words"}, ["content"]),
        ({"content": "words", "components": []}, ["content"]),
        ({"embeds": [{"title": "Song"}]}, ["embeds"]),
        ({"content": "words", "embeds": [], "flags": 0}, ["content", "flags"]),
        ({"components": [row(button())], "flags": 0}, ["flags"]),
        ({"flags": Flag.SUPPRESS_EMBEDS}, ["flags"]),
        ({"components": []}, [""]),
        ({"components": [container(container(text()))]}, ["components.0.components.0.type"]),
        ({"components": [text("x" * 2001), text("x" * 2000)]}, ["components"]),
    ],
)
def test_v2_cannot_be_taken_back(body: Payload, places: list[str]) -> None:
    """A V2 message stays one, also for an edit that leaves the flags out."""
    assert edited(NEW, body, Flag.COMPONENTS_V2) == places


def command(name: str = "add", **more: object) -> Payload:
    return {"type": 1, "name": name, "description": "Add", **more}


def option(name: str = "track", **more: object) -> Payload:
    return {"type": 3, "name": name, "description": "Which", **more}


@pytest.mark.parametrize(
    ("commands", "place"),
    [
        ([command(options=[option(required=True), option("to")]), command("link"), command("हिन्दी")], None),
        ([command("add"), {"type": 3, "name": "Add to playlist"}, {"type": 2, "name": "add"}], None),
        ([command("Add")], "0.name"),
        ([command("add it")], "0.name"),
        ([command("a" * 33)], "0.name"),
        ([command(description="")], "0.description"),
        ([command(description="x" * 101)], "0.description"),
        ([command(descriptions="x")], "0.descriptions"),
        ([{"type": 3, "name": "Add", "description": "x"}], "0.description"),
        ([command(), command()], "1.name"),
        ([command(f"c{number}") for number in range(101)], ""),
        ([{"type": 3, "name": f"c{number}"} for number in range(16)], ""),
        ([command(name_localizations={"xx": "add"})], "0.name_localizations.xx"),
        ([command(name_localizations={"de": "Füge"})], "0.name_localizations.de"),
        ([command(options=[option(), option("to", required=True)])], "0.options.1"),
        ([command(options=[option(), option()])], "0.options.0.name"),
        ([command(options=[option(f"o{number}") for number in range(26)])], "0.options"),
        ([command(options=[option(), {**option("sub"), "type": 1}])], "0.options"),
        ([command(options=[option(description="")])], "0.options.0.description"),
        ([command(options=[option(min_length=5, max_length=4)])], "0.options.0.min_length"),
        ([command(options=[option(colour=1)])], "0.options.0.colour"),
        (
            [command(options=[option(autocomplete=True, choices=[{"name": "x", "value": "x"}])])],
            "0.options.0.autocomplete",
        ),
        (
            [command(options=[option(choices=[{"name": "x", "value": "x" * 101}])])],
            "0.options.0.choices.0.value",
        ),
        (
            [
                command(
                    options=[
                        {**option("g"), "type": 2, "options": [{**option("h"), "type": 2, "options": []}]}
                    ]
                )
            ],
            "0.options.0.options",
        ),
        (
            [
                command(
                    options=[
                        option(f"o{n}", choices=[{"name": "n" * 80, "value": "v" * 80}] * 3)
                        for n in range(25)
                    ]
                )
            ],
            "0",
        ),
    ],
)
def test_commands(commands: list[Payload], place: str | None) -> None:
    """Commands as Discord takes them, and each rule broken once."""
    places = found(lambda: Inspector().commands(commands))
    assert places == [] if place is None else place in places


@pytest.mark.parametrize(
    ("choices", "place"),
    [
        ([], None),
        ([{"name": "n", "value": "v"}] * 25, None),
        ([{"name": "n", "value": "v"}] * 26, "data.choices"),
        ([{"name": "n" * 101, "value": "v"}], "data.choices.0.name"),
        ([{"name": "", "value": "v"}], "data.choices.0.name"),
        ([{"name": "n", "value": "v" * 101}], "data.choices.0.value"),
        (None, "data.choices"),
    ],
)
def test_suggestions(choices: Any, place: str | None) -> None:
    """At most 25 suggestions of at most 100 characters."""
    assert found(lambda: Inspector().choices({"choices": choices})) == ([place] if place else [])


def label(custom_id: str = "a", **more: object) -> Payload:
    return {"type": 18, "label": "Code", "component": {"type": 4, "custom_id": custom_id, "style": 1, **more}}


def field(kind: int, *options: str, default: str = "", **more: object) -> Payload:
    """A radio group (21), a group of boxes (22) or a box (23), named after its options."""
    offered = [{"label": each, "value": each, "default": each in default} for each in options]
    inner = {"type": kind, "custom_id": f"{kind}", **({"options": offered} if offered else {}), **more}
    return {"type": 18, "label": "Choose", "component": inner}


@pytest.mark.parametrize(
    ("modal", "place"),
    [
        ({"components": [text(), label()]}, None),
        ({"components": []}, "data.components"),
        ({"components": [label(str(number)) for number in range(6)]}, "data.components"),
        ({"components": [label()], "title": "x" * 46}, "data.title"),
        ({"components": [label()], "titel": "x"}, "data.titel"),
        ({"components": [{**label(), "label": "x" * 46}]}, "data.components.0.label"),
        ({"components": [{**label(), "description": "x" * 101}]}, "data.components.0.description"),
        ({"components": [label(), label()]}, "data.components.1.component.custom_id"),
        ({"components": [label(placeholder="x" * 101)]}, "data.components.0.component.placeholder"),
        ({"components": [label(min_length=3, max_length=2)]}, "data.components.0.component.min_length"),
        ({"components": [label(value="x", min_length=2)]}, "data.components.0.component.value"),
        (
            {"components": [{**label(), "component": select(disabled=True)}]},
            "data.components.0.component.disabled",
        ),
        ({"components": [row(button())]}, "data.components.0.components.0.type"),
        ({"components": [row(select())]}, "data.components.0.components.0.type"),
        ({"components": [select()]}, "data.components.0.type"),
        ({"components": [field(21, "a", "b"), field(22, "a"), field(23)]}, None),
        ({"components": [field(21, "a", "b", default="ab")]}, "data.components.0.component.options"),
        ({"components": [field(21, "a")]}, "data.components.0.component.options"),
        ({"components": [field(21, *"abcdefghijk")]}, "data.components.0.component.options"),
        ({"components": [field(21, "a", "a")]}, "data.components.0.component.options.0.value"),
        ({"components": [field(22, *"abcdefghijk")]}, "data.components.0.component.options"),
        ({"components": [field(22, "a", min_values=0)]}, "data.components.0.component.min_values"),
        ({"components": [field(22, "a", min_values=0, required=False)]}, None),
        ({"components": [field(23, required=True)]}, "data.components.0.component.required"),
        ({"components": [{**label(), "component": text()}]}, "data.components.0.component"),
        ({"components": [{"type": 21, "custom_id": "r", "options": []}]}, "data.components.0.type"),
    ],
)
def test_modals(modal: Payload, place: str | None) -> None:
    """Forms as Discord takes them, and each rule broken once."""
    places = found(lambda: Inspector().modal({"custom_id": "form", "title": "Form", **modal}))
    assert places == [] if place is None else place in places
