"""What one member sees: places, people, commands, messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.fake_discord import Upload
from sandbox.fake_discord.uploads import Body

if TYPE_CHECKING:
    from tests.sandbox.control.interface import Interface


def named(things: list[dict[str, Any]], name: str) -> Any:
    return next(each for each in things if each["name"] == name)


async def test_each_sees_their_own(quiet: Interface) -> None:
    """Everybody sees the servers they are in and the channels they may see, and what they may do there."""
    grace = await quiet.get("/api/view", **{"as": "grace"})
    tape_heads = named(grace["guilds"], "Tape Heads")
    assert [each["name"] for each in tape_heads["channels"]] == [
        "general",
        "music",
        "announcements",
        "curators",
    ]
    assert not named(tape_heads["channels"], "announcements")["may_write"]
    assert named(tape_heads["members"], "grace")["roles"] == ["Curator", "Regular"]
    edsger = await quiet.get("/api/view", **{"as": "edsger"})
    channels = named(edsger["guilds"], "Tape Heads")["channels"]
    assert "curators" not in [each["name"] for each in channels]
    music = named(channels, "music")
    assert (music["may_write"], music["may_use_commands"]) == (False, True)
    barbara = await quiet.get("/api/view", **{"as": "barbara"})
    assert [each["name"] for each in barbara["guilds"]] == ["Night Shift", "Elsewhere"]
    assert [each["name"] for each in barbara["direct"]] == ["Mixtape"]


async def test_world_introduces_everybody(quiet: Interface) -> None:
    """The overview says in words who is who."""
    world = await quiet.get("/api/world")
    about = {each["name"]: each["about"] for each in world["people"]}
    assert about["ada"] == "owns Tape Heads; member of Night Shift"
    assert about["edsger"] == "newcomer without rights in Tape Heads"
    assert not world["spotify"]["people"]["barbara"]["on_the_user_list"]


async def test_commands(interface: Interface) -> None:
    """A member gets the commands offered at a place, with all the client needs to know; without the bot none."""
    offered = await interface.get("/api/commands", **{"as": "linus", "in": "general"})
    track = named(offered["slash"], "track")
    query = named(track["options"], "query")
    assert track["description"]
    assert (query["type"], query["required"], query["autocomplete"]) == ("string", True, True)
    nobody = await interface.get("/api/commands", **{"as": "barbara", "guild": "Elsewhere"})
    assert nobody["slash"] == []


async def test_sub_commands_by_their_whole_name(quiet: Interface) -> None:
    """A group of commands is listed as what a member can type, with choices and limits."""
    state = quiet.world.discord.state
    choice = {"name": "Fast", "value": "fast"}
    state.commands[None] = [
        {
            "id": "1",
            "type": 1,
            "name": "list",
            "contexts": [0],
            "options": [
                {
                    "type": 2,
                    "name": "of",
                    "options": [
                        {
                            "type": 1,
                            "name": "all",
                            "description": "All of them",
                            "options": [
                                {"type": 3, "name": "how", "choices": [choice]},
                                {"type": 4, "name": "count", "min_value": 1},
                            ],
                        }
                    ],
                }
            ],
        },
        {"id": "2", "type": 3, "name": "Look at it", "contexts": [0]},
    ]
    offered = await quiet.get("/api/commands", **{"as": "linus"})
    [command] = offered["slash"]
    assert (command["id"], command["name"], command["description"]) == ("1", "list of all", "All of them")
    how, count = command["options"]
    assert how["choices"] == [choice]
    assert (count["type"], count["min_value"], count["max_value"]) == ("integer", 1, None)
    assert offered["message"] == [{"id": "2", "name": "Look at it", "label": "Look at it"}]


async def test_commands_in_a_members_language(quiet: Interface) -> None:
    """A member sees names, descriptions and choices in the language their Discord is set to; others see the default."""
    texts = {
        "name": "list",
        "name_localizations": {"de": "liste"},
        "description": "All",
        "type": 1,
        "id": "1",
    }
    choice = {"name": "Fast", "name_localizations": {"de": "Schnell"}, "value": "fast"}
    option = {"type": 3, "name": "how", "name_localizations": {"de": "wie"}, "choices": [choice]}
    quiet.world.discord.state.commands[None] = [
        {**texts, "description_localizations": {"de": "Alle"}, "contexts": [0], "options": [option]}
    ]
    quiet.world.discord.members["linus"].locale = "de"
    [german] = (await quiet.get("/api/commands", **{"as": "linus"}))["slash"]
    [english] = (await quiet.get("/api/commands", **{"as": "ada"}))["slash"]
    assert (german["name"], german["label"], german["description"]) == ("list", "liste", "Alle")
    assert (english["name"], english["label"], english["description"]) == ("list", "list", "All")
    assert german["options"][0]["label"] == "wie"
    assert german["options"][0]["choices"] == [{"name": "Schnell", "value": "fast"}]


async def test_paging_through_messages(quiet: Interface) -> None:
    """A long channel comes in pages, oldest first inside a page, backwards and forwards."""
    ada = quiet.world.discord.actor("ada")
    ids = [str((await ada.say(f"number {number}")).id) for number in range(25)]
    await quiet.world.discord.actor("ada", channel="general").say("elsewhere")
    page = await quiet.get("/api/messages", **{"as": "linus", "limit": 10})
    assert [each["id"] for each in page["messages"]] == ids[15:]
    assert page["more"]
    page = await quiet.get("/api/messages", **{"as": "linus", "limit": 10, "before": ids[5]})
    assert [each["id"] for each in page["messages"]] == ids[:5]
    assert not page["more"]
    page = await quiet.get("/api/messages", **{"as": "linus", "limit": 10, "after": ids[3]})
    assert [each["id"] for each in page["messages"]] == ids[4:14]
    assert page["more"]


async def test_only_what_is_asked_for_is_looked_at(quiet: Interface) -> None:
    """The newest page of a channel with thousands of messages costs no more than that page."""
    discord = quiet.world.discord
    ada = discord.actor("ada")
    for number in range(3000):
        await ada.say(f"number {number}")
    newest_first = discord.state.backwards(ada.channel, ada.member)
    looked_at = [next(newest_first) for _ in range(50)]
    assert looked_at[0].content == "number 2999"
    page = await quiet.get("/api/messages", **{"as": "linus"})
    assert len(page["messages"]) == 50


async def test_private_answers_stay_private(interface: Interface) -> None:
    """A private answer is in nobody else's channel, and says that it is private and what it answers."""
    message = await interface.command("linus", "account")
    assert message["ephemeral"]
    assert message["used"]["name"] == "/account"
    assert message["used"]["member"]["name"] == "linus"
    mine = await interface.get("/api/messages", **{"as": "linus"})
    others = await interface.get("/api/messages", **{"as": "ada"})
    assert [each["id"] for each in mine["messages"]] == [message["id"]]
    assert others["messages"] == []


async def test_pictures_come_through_us(interface: Interface) -> None:
    """Artwork and files lie at our own address; one that lies elsewhere has none."""
    message = await interface.command("linus", "track", query="Tin Parade")
    assert message["edited_at"] is None  # the promised answer, not a change of it
    picture = message["components"][0]["components"][0]["accessory"]
    address = picture["media"]["proxy_url"]
    async with interface.session.get(f"{interface.control.url}{address}") as response:
        assert response.content_type == "image/png"
        assert (await response.read()).startswith(b"\x89PNG")
    discord = interface.world.discord
    body = Body(
        {"embeds": [{"title": "x", "image": {"url": "https://evil.example/x.png"}}]},
        {0: Upload("notes.html", b"<script>")},
    )
    discord.actor("ada")._place.chat.post(discord.guilds[0].channel("music"), discord.bot_user, body)
    page = await interface.get("/api/messages", **{"as": "linus", "limit": 1})
    [posted] = page["messages"]
    assert posted["embeds"][0]["image"] == {"url": "https://evil.example/x.png", "proxy_url": None}
    address = posted["attachments"][0]["proxy_url"]
    async with interface.session.get(f"{interface.control.url}{address}") as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert await response.text() == "<script>"
