"""The rules of a shared playlist to read, and the menu and forms with which managers and curators change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.list_errors import QuestionOverError
from bot.services.shared.people import may_curate, may_manage, must_manage
from bot.services.shared.rules.blocking import Blocked
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import SafeItem, SafeModal, Select
from cogs.ui.reply import ACCENT, Reply, answer, controls, hold, list_button
from cogs.ui.shared.rule_blocks import BLOCK_ITEMS, blocked_reply
from cogs.words.rule_topics import BY_KEY, TOPICS, current, sentences, topic_sentence
from cogs.words.rules import roles_and
from cogs.words.text import CHOICE, EMBED_DESCRIPTION, EMBED_TITLE, plain_text, safe_text

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.people import Actor
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control
    from cogs.words.rule_topics import Field, Topic

TITLE = "Rules of {name}"
NONE = "No rule limits what goes in."
BYPASS = "Members with {roles} skip these rules, except that nothing goes in twice."
WHICH = "Choose a rule to change it …"
CHANGED = "**Changed.** {sentence}"
ROLES_SHOWN = 10
LIST_ID = r"[0-9A-Za-z]{1,16}"
LONGEST_TYPED = 12


def rules_reply(shared: SharedPlaylist, actor: Actor, news: str | None = None) -> Reply:
    """The rules that are set; with a menu for those who may change them. news: what has just been changed."""
    lines = [f"- {sentence}" for sentence in sentences(shared)] or [NONE]
    if shared.roles.bypass:
        lines.append("\n" + BYPASS.format(roles=roles_and(shared.roles.bypass[:ROLES_SHOWN])))
    embed = discord.Embed(
        title=safe_text(TITLE.format(name=shared.name), EMBED_TITLE),
        description="\n".join(lines)[:EMBED_DESCRIPTION],
        colour=ACCENT,
    )
    items: list[Control] = [RuleMenu.of(shared, actor)] if may_curate(shared, actor) else []
    return Reply(news, embed, controls(*items, list_button(shared)))


class RuleMenu(SafeItem[Select], template=rf"sp:rules:(?P<list>{LIST_ID})"):
    """Which rule to change. Managers change them all, curators what is blocked."""

    @classmethod
    def of(cls, shared: SharedPlaylist, actor: Actor) -> Self:
        menu = discord.ui.Select[discord.ui.View](custom_id=f"sp:rules:{shared.list_id}", placeholder=WHICH)
        for topic in TOPICS:
            if may_manage(shared, actor) or not topic.fields:
                now = plain_text(topic_sentence(shared, topic), CHOICE)
                menu.add_option(label=topic.label, value=topic.key, description=now)
        return cls(menu)

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        topic = BY_KEY.get(self.item.values[0])
        if topic is None:  # as it was called before an update
            raise QuestionOverError
        finder = interaction.client.services.shared.finder
        if topic.fields:
            shared = await finder.find(guild_of(interaction), self.state["list"])
            must_manage(shared, actor_of(interaction))
            await interaction.response.send_modal(RuleForm(shared, topic))
        else:
            await hold(interaction)
            shared = await finder.find(guild_of(interaction), self.state["list"])
            await answer(interaction, await blocked_reply(interaction, shared, Blocked(topic.key)))


class RuleForm(SafeModal):
    """One rule, with what holds now filled in. What becomes of it replaces the message with the menu."""

    def __init__(self, shared: SharedPlaylist, topic: Topic) -> None:
        super().__init__(title=topic.label)
        self._list_id = shared.list_id
        self._topic = topic
        self._inputs = {field.name: _input(field, current(shared, field)) for field in topic.fields}
        for field in topic.fields:
            self.add_item(
                discord.ui.Label(
                    text=field.label, description=field.hint or None, component=self._inputs[field.name]
                )
            )

    async def filled_in(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        actor = actor_of(interaction)
        typed = {name: _typed(component) for name, component in self._inputs.items()}
        shared = await interaction.client.services.shared.rule_changing.change(
            actor, guild_of(interaction), self._list_id, self._topic.label.lower(), typed
        )
        news = CHANGED.format(sentence=topic_sentence(shared, self._topic))
        await answer(interaction, rules_reply(shared, actor, news))


Input = discord.ui.TextInput[discord.ui.Modal] | discord.ui.Select[discord.ui.Modal]


def _input(field: Field, now: str) -> Input:
    if not field.options:
        return discord.ui.TextInput(default=now or None, required=False, max_length=LONGEST_TYPED)
    return discord.ui.Select(
        options=[
            discord.SelectOption(label=label, value=value, default=value == now)
            for value, label in field.options
        ]
    )


def _typed(component: Input) -> str:
    if isinstance(component, discord.ui.TextInput):
        return component.value
    return component.values[0] if component.values else ""


RULE_ITEMS = (RuleMenu, *BLOCK_ITEMS)
