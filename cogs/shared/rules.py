"""/shared rules show, change, test: what can go into a shared playlist, to read, to set and to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.languages import Text
from bot.services.shared.core.access import must_curate, must_manage
from bot.services.shared.rules.blocking import Blocked, Blocking
from bot.shared_errors import PromptExpiredError
from cogs.ui.actor import actor_of, share_of
from cogs.ui.forms import TextForm
from cogs.ui.layout import text
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import Reply, answer, controls, hold, list_button
from cogs.ui.shared.rule_blocks import (
    BLOCK,
    BLOCK_MEMBERS,
    MEMBERS_NOW,
    NOBODY_NOW,
    NOW_BLOCKED,
    UNBLOCK,
    UNBLOCKED,
    WORDS,
    members_reply,
    things_reply,
)
from cogs.ui.shared.rule_blocks import NAME_SHOWN as BLOCKED_NAME_SHOWN
from cogs.ui.shared.rule_panel import CHANGE_MORE, CHANGE_RULE, CHANGED, RuleForm, rules_reply
from cogs.ui.suggestions import suggest_tracks
from cogs.words.names import list_name, track_label, track_name
from cogs.words.rule_topics import BY_KEY, topic_sentence
from cogs.words.rules import WIDER, reason, rule_sentence
from cogs.words.text import fitting, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.lookups import Lookups
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.proposals.already import AlreadyThere
    from bot.services.shared.rules.check import RuleBook, Verdict
    from bot.services.shared.rules.values import ListRules
    from bot.spotify.models import Track
    from bot.stores.contributions import State
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press
    from cogs.ui.suggestions import Choices

GROUP = "Rules of a shared playlist"
SHOW = "Show the rules of a shared playlist"
CHANGE = "Change the rules of a shared playlist"
TEST = "Check whether a track would be allowed, without adding it"
TRACK = "Name or Spotify link"
COULD = Text("{track} is allowed in {playlist}.")
COULD_NOT = Text("{track} isn't allowed in {playlist}.")
NO_RULES = Text("This playlist has no rules.")
SKIPPED = Text("Your role skips this rule: {sentence}")
TRIED = Text("-# Just a check: nothing was added.")
NAME_SHOWN = 100
LISTED = 3_500  # characters


class RuleCommands(ListCommands):
    rules = app_commands.Group(name="rules", description=GROUP)

    def __init__(
        self,
        finder: ListFinder,
        lookups: Lookups,
        book: RuleBook,
        rule_changing: ListRules,
        blocking: Blocking,
        *,
        already: AlreadyThere,
    ) -> None:
        super().__init__(finder)
        self._lookups = lookups
        self._book = book
        self._rule_changing = rule_changing
        self._blocking = blocking
        self._already = already
        self.items = (
            CHANGE_RULE.bound(self._choose),
            CHANGE_MORE.bound(self._choose),
            BLOCK.bound(self._ask_what),
            UNBLOCK.bound(self._unblock),
            BLOCK_MEMBERS.bound(self._block_members),
        )

    @rules.command(name="show", description=SHOW)
    @shared_list_option
    async def rules_show(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found = await self.found(interaction, shared)
        await answer(interaction, rules_reply(found, actor_of(interaction)))

    @rules.command(name="change", description=CHANGE)
    @shared_list_option
    async def rules_change(
        self, interaction: discord.Interaction[DiscordBot], shared: SharedListOption = ""
    ) -> None:
        found, actor = await self.found(interaction, shared), actor_of(interaction)
        must_curate(found, actor)
        await answer(interaction, rules_reply(found, actor))

    @rules.command(name="test", description=TEST)
    @app_commands.describe(track=TRACK)
    @shared_list_option
    async def rules_test(
        self,
        interaction: discord.Interaction[DiscordBot],
        track: app_commands.Range[str, 1, 1000],
        shared: SharedListOption = "",
    ) -> None:
        held = await self.found(interaction, shared)
        found = await self._lookups.track(track, share=share_of(interaction))
        verdicts = await self._book.test(held, actor_of(interaction), found.track)
        await answer(interaction, verdict_reply(held, found.track, verdicts))

    @rules_test.autocomplete("track")
    async def _suggest_track(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        async def there(tracks: Sequence[Track]) -> Mapping[str, State]:
            shared = await self.found(interaction, interaction.namespace.playlist or "")
            return await self._already.among(shared, tracks)

        return await suggest_tracks(self._lookups, current, interaction, there)

    async def _choose(self, press: Press) -> None:
        topic = BY_KEY.get(press.chosen[0])
        if topic is None:  # as it was called before an update
            raise PromptExpiredError
        if not topic.fields:
            await hold(press.interaction)
            await self._show_blocked(press, await press.list(self.finder), Blocked(topic.key))
            return
        shared = await press.list(self.finder)
        must_manage(shared, press.actor)

        async def change(sent: Press, typed: Mapping[str, str]) -> None:
            name = topic.label.english.lower()  # for the records, in one language
            now = await self._rule_changing.change(sent.actor, sent.guild_id, shared.list_id, name, typed)
            news = CHANGED(sentence=topic_sentence(now, topic))
            await sent.answer(rules_reply(now, sent.actor, news))

        await press.open(RuleForm(shared, topic, change))

    async def _show_blocked(
        self, press: Press, shared: SharedPlaylist, kind: Blocked, news: str | None = None
    ) -> None:
        """What is blocked now. Raises NotAllowedError for whoever may not curate."""
        must_curate(shared, press.actor)
        if kind is Blocked.MEMBERS:
            reply = members_reply(shared, news)
        else:
            reply = things_reply(shared, kind, await self._names(press, shared, kind), news)
        await press.answer(reply)

    async def _names(self, press: Press, shared: SharedPlaylist, kind: Blocked) -> dict[str, str]:
        """Names as Spotify tells them now, by id or URI; we keep none."""
        if kind is Blocked.ARTISTS:
            return await self._blocking.artist_names(shared.rules.blocked_artists, share=press.share)
        tracks = await self._blocking.track_names(shared.rules.blocked_tracks, share=press.share)
        return {uri: track_label(track) for uri, track in tracks.items()}

    async def _ask_what(self, press: Press) -> None:
        """The list of what is blocked, with it, replaces the message with the button."""
        shared, kind = await press.list(self.finder), Blocked(press.state["kind"])
        must_curate(shared, press.actor)

        async def block(sent: Press, query: str) -> None:
            held = await self.finder.find(sent.guild_id, shared.list_id)
            now, found = await self._blocking.block(sent.actor, held, kind, query, share=sent.share)
            news = NOW_BLOCKED(name=safe_text(found.name, BLOCKED_NAME_SHOWN))
            await self._show_blocked(sent, now, kind, news)

        words = WORDS[kind]
        await press.open(TextForm(words.add(), words.label(), block, hint=words.hint(), max_length=500))

    async def _unblock(self, press: Press) -> None:
        held, kind = await press.list(self.finder), Blocked(press.state["kind"])
        shared = await self._blocking.unblock(press.actor, held, kind, press.chosen)
        await self._show_blocked(press, shared, kind, UNBLOCKED())

    async def _block_members(self, press: Press) -> None:
        held = await press.list(self.finder)
        shared = await self._blocking.block_members(press.actor, held, [int(one) for one in press.chosen])
        blocked = shared.rules.blocked_members
        news = MEMBERS_NOW(who=", ".join(f"<@{each}>" for each in blocked)) if blocked else NOBODY_NOW()
        await self._show_blocked(press, shared, Blocked.MEMBERS, news)


def verdict_reply(shared: SharedPlaylist, track: Track, verdicts: Sequence[Verdict]) -> Reply:
    """Each rule with its yes, or the reason for its no."""
    against = any(verdict.refusal for verdict in verdicts)
    head = (COULD_NOT if against else COULD)(track=track_name(track, NAME_SHOWN), playlist=list_name(shared))
    lines = [_line(shared, verdict) for verdict in _told(verdicts)] or [NO_RULES()]
    card = (text(head, fitting(lines, LISTED), TRIED()),)
    return Reply(card=card, view=controls(list_button(shared)))


def _told(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Of two rules of which one includes the other, the one that says no, or else the wider one."""
    for_all = [verdict for verdict in verdicts if not verdict.skipped]
    against = {verdict.rule for verdict in for_all if verdict.refusal}
    hidden = set[str]()
    for wider, narrower in WIDER.items():
        if {wider, narrower} <= {verdict.rule for verdict in for_all}:
            hidden.add(wider if narrower in against and wider not in against else narrower)
    return [verdict for verdict in verdicts if verdict.rule not in hidden]


def _line(shared: SharedPlaylist, verdict: Verdict) -> str:
    if verdict.refusal:
        return f"❌ {reason(shared, verdict.refusal)}"
    sentence = rule_sentence(shared, verdict.rule)
    return f"⏭️ {SKIPPED(sentence=sentence)}" if verdict.skipped else f"✅ {sentence}"
