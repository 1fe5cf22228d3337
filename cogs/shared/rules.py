"""/shared rules show, change, test: what may go into a shared playlist, to read, to set and to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.services.shared.people import must_curate
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.reply import ACCENT, Reply, answer, controls, list_button, think
from cogs.ui.share import share_of
from cogs.ui.shared.rule_panel import rules_reply
from cogs.ui.suggestions import suggest_lists, suggest_tracks
from cogs.words.lists import list_name
from cogs.words.rules import reason, rule_sentence
from cogs.words.text import EMBED_DESCRIPTION
from cogs.words.tracks import track_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.rules.book import Verdict
    from bot.spotify.models import Track
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.suggestions import Choices

GROUP = "What may go into a shared playlist"
SHOW = "Show the rules of a shared playlist"
CHANGE = "Change the rules of a shared playlist"
TEST = "Try whether a track could go in; nothing is kept"
LIST = "Which one; leave it out for this server's usual one"
TRACK = "Its name, or a link to it"
COULD = "{track} could go into {playlist}: no rule is against it."
COULD_NOT = "{track} could not go into {playlist}."
NO_RULES = "It has no rules at all."
SKIPPED = "Your role skips this rule: {sentence}"
TRIED = "This was only a test; nothing was kept."
NAME_SHOWN = 100


class RuleCommands(commands.Cog):
    rules = app_commands.Group(name="rules", description=GROUP)

    @rules.command(name="show", description=SHOW)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def rules_show(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=True)
        found = await interaction.client.services.shared.finder.find(guild_of(interaction), shared)
        await answer(interaction, rules_reply(found, actor_of(interaction)))

    @rules.command(name="change", description=CHANGE)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def rules_change(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=True)
        found = await interaction.client.services.shared.finder.find(guild_of(interaction), shared)
        actor = actor_of(interaction)
        must_curate(found, actor)
        await answer(interaction, rules_reply(found, actor))

    @rules.command(name="test", description=TEST)
    @app_commands.rename(shared="list")
    @app_commands.describe(track=TRACK, shared=LIST)
    async def rules_test(
        self,
        interaction: discord.Interaction[DiscordBot],
        track: app_commands.Range[str, 1, 1000],
        shared: app_commands.Range[str, 1, 100] = "",
    ) -> None:
        await think(interaction, private=True)
        services = interaction.client.services
        held = await services.shared.finder.find(guild_of(interaction), shared)
        found = await services.lookups.track(track, share=share_of(interaction))
        verdicts = await services.shared.rules.test(held, actor_of(interaction), found.track)
        await answer(interaction, verdict_reply(held, found.track, verdicts))

    @rules_show.autocomplete("shared")
    @rules_change.autocomplete("shared")
    @rules_test.autocomplete("shared")
    async def _suggest_list(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)

    @rules_test.autocomplete("track")
    async def _suggest_track(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_tracks(interaction.client.services.lookups, current, interaction)


def verdict_reply(shared: SharedPlaylist, track: Track, verdicts: Sequence[Verdict]) -> Reply:
    """Each rule with its yes, or the reason for its no."""
    against = any(verdict.refusal for verdict in verdicts)
    head = (COULD_NOT if against else COULD).format(
        track=track_name(track, NAME_SHOWN), playlist=list_name(shared)
    )
    lines = [_line(shared, verdict) for verdict in verdicts] or [NO_RULES]
    embed = discord.Embed(description="\n".join(lines)[:EMBED_DESCRIPTION], colour=ACCENT)
    embed.set_footer(text=TRIED)
    return Reply(head, embed, controls(list_button(shared)))


def _line(shared: SharedPlaylist, verdict: Verdict) -> str:
    if verdict.refusal:
        return f"❌ {reason(shared, verdict.refusal)}"
    sentence = rule_sentence(shared, verdict.rule)
    return f"⏭️ {SKIPPED.format(sentence=sentence)}" if verdict.skipped else f"✅ {sentence}"
