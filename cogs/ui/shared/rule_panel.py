"""The rules of a shared playlist to read, and the menu and forms with which managers and curators change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.languages import Text
from bot.services.shared.core.access import Actor, may_curate, may_manage
from cogs.ui.controls import Ack, ListItem, Press, Select
from cogs.ui.forms import Checkbox, Form, Radios, TextField, radios
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.names import NAME_SHOWN
from cogs.words.rule_topics import TOPICS, current, sentences, topic_sentence
from cogs.words.rules import roles_and
from cogs.words.text import CHOICE, plain_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.stores.lists import SharedPlaylist
    from cogs.words.rule_topics import Field, Topic

TITLE = Text("### Rules of {name}")
NONE = Text("No rules: anything goes.")
BYPASS = Text("Members with {roles} skip these rules, but nothing goes in twice.")
WHICH = Text("Choose a rule to change…")
MORE = Text("More…")
FIRST = (
    "duplicates",
    "per_member",
    "per_artist",
    "explicit",
    "size",
)  # what a new playlist is most likely to need
CHANGED = Text("**Saved.** {sentence}")
ROLES_SHOWN = 10
YES, NO = "yes", "no"

CHANGE_RULE = ListItem("sp:rules", Ack.NONE)
CHANGE_MORE = ListItem("sp:morerules", Ack.NONE)


def rules_reply(shared: SharedPlaylist, actor: Actor, news: str | None = None) -> Reply:
    """The rules that are set; with a menu for those who may change them. news: what has just been changed."""
    lines = [f"- {sentence}" for sentence in sentences(shared)] or [NONE()]
    if shared.roles.bypass:
        lines.append("\n" + BYPASS(roles=roles_and(shared.roles.bypass[:ROLES_SHOWN])))
    card = (text(TITLE(name=safe_text(shared.name, NAME_SHOWN)), *lines),)
    return Reply(news, card=card, view=controls(*_menus(shared, actor), list_button(shared)))


def _menus(shared: SharedPlaylist, actor: Actor) -> list[Select]:
    """Managers change all rules, five of them first; curators what is blocked."""
    if not may_curate(shared, actor):
        return []
    options = {
        topic.key: discord.SelectOption(
            label=topic.label(),
            value=topic.key,
            description=plain_text(topic_sentence(shared, topic), CHOICE),
        )
        for topic in TOPICS
        if may_manage(shared, actor) or not topic.fields
    }
    first = [options.pop(key) for key in FIRST if key in options]
    if not first:
        return [CHANGE_RULE.menu(WHICH(), list(options.values()), list=shared.list_id)]
    return [
        CHANGE_RULE.menu(WHICH(), first, list=shared.list_id),
        CHANGE_MORE.menu(MORE(), list(options.values()), list=shared.list_id),
    ]


Input = TextField | Radios | Checkbox


class RuleForm(Form):
    """One rule, with what holds now filled in. `done` gets what was typed, by field."""

    def __init__(
        self,
        shared: SharedPlaylist,
        topic: Topic,
        done: Callable[[Press, Mapping[str, str]], Awaitable[None]],
    ) -> None:
        super().__init__(title=topic.label())
        self._done = done
        self._inputs = {
            field.name: self.ask(field.label(), _input(field, current(shared, field)), field.hint())
            for field in topic.fields
        }

    async def filled_in(self, press: Press) -> None:
        await self._done(press, {name: _typed(component) for name, component in self._inputs.items()})


def _input(field: Field, now: str) -> Input:
    if field.is_tick:
        return Checkbox(default=now == YES)
    if field.options:
        return radios([(value, label(), "") for value, label in field.options], now)
    return TextField(default=now or None, required=False, max_length=field.most)


def _typed(component: Input) -> str:
    if isinstance(component, discord.ui.Checkbox):
        return YES if component.value else NO
    return component.value or ""
