"""The settings of a shared playlist to read, and the menu with which managers change them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from bot.services.shared.core.access import Actor, may_manage
from bot.stores.lists import Mode, Roles
from cogs.ui.actor import roles_of
from cogs.ui.controls import Ack, ListItem
from cogs.ui.layout import ACCENT
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.lists import MAJORITIES, NAMES, mode_sentence, rounds_sentence, standing_lines
from cogs.words.names import mention
from cogs.words.rule_topics import limits_of_members
from cogs.words.text import EMBED_TITLE, FIELD_VALUE, count, plain_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.overview import ListSummary
    from bot.stores.lists import Settings, SharedPlaylist

TITLE = "Settings of {name}"
MODE, OFF, ROLES, ROUNDS = "How tracks get in", "How tracks get out", "Who may", "Rounds"
CHANNELS, REST = "Channels", "Further"
IN = "**{mode}**: when a member adds a track, {sentence}."
VOTE_OFF = (
    "By vote: {voters} have to take part, {majority} of them for it, once the track has been in for {age}."
)
WHO = (
    ("add", "Add: {roles}", "everybody"),
    ("curate", "Curate: {roles}", "whoever may manage this server"),
    ("manage", "Manage: {roles}", "its owner, and whoever may manage this server"),
    ("bypass", "Skip {what}: {roles}", "nobody"),
)
CARDS = "Proposals: {channel}"
CARDS_WHERE = "where somebody proposes"
NO_CARDS = "{where}; what is dropped has no card, and stands in {pending}"
DROP = "Links dropped there go in: {channel}"
DROP_OFF = "{channel} (whoever runs this bot has not switched that on)"
DIGEST = "Digest of what was added: {channel}"
NONE = "none"
ZONE = "Time zone: {zone}"
OWNER = "Lent by {owner}"
NO_ROLE_LEFT = "⚠️ curators only, since every role chosen for this was deleted"
DEFAULT = "Meant when nobody names a playlist"
RULES = "What may go in: {rules}"
STANDS = "Right now"
WHICH = "Choose what to change …"
MAKE_DEFAULT = "default"
LABELS = {
    "mode": ("How tracks get in", "Open, approval or vote"),
    "votes": ("Votes and decisions", "How many, and for how long"),
    "removal": ("Voting tracks out", "How many take part, and who wins"),
    "roles": ("Who may what", "Roles that add, curate, manage or skip the queue"),
    "rounds": ("Rounds", "By hand, every week or every month; into an archive or a new playlist"),
    "channels": ("Channels", "For proposals, dropped links and the digest"),
    "name": ("Name and time zone", "What it is called here, and whose midnight counts"),
    MAKE_DEFAULT: ("Make it the usual one", "It is meant when nobody names a playlist"),
}
CHANGED = "**Changed.**"
ROLES_SHOWN = 15

# A form follows; who uses it must be allowed to at that moment, and when the form is sent.
CHANGE = ListItem("sp:set", Ack.NONE)


def settings_reply(
    bot: DiscordBot, standing: ListSummary, actor: Actor, news: str | None = None, *, is_default: bool
) -> Reply:
    """What holds for the list; with a menu for those who may change it. news: what has just been changed."""
    shared = standing.shared
    embed = settings_embed(bot, standing, is_default=is_default)
    options = [
        discord.SelectOption(label=label, value=key, description=plain_text(hint))
        for key, (label, hint) in LABELS.items()
    ]
    menu = [CHANGE.menu(WHICH, options, list=shared.list_id)] if may_manage(shared, actor) else []
    return Reply(news, embed, controls(*menu, list_button(shared)))


def settings_embed(bot: DiscordBot, standing: ListSummary, *, is_default: bool) -> discord.Embed:
    shared = standing.shared
    settings = shared.settings
    embed = discord.Embed(title=safe_text(TITLE.format(name=shared.name), EMBED_TITLE), colour=ACCENT)
    mode = IN.format(mode=NAMES[shared.mode], sentence=mode_sentence(shared.mode, settings))
    mode = " ".join([mode, *limits_of_members(shared)])
    further = [
        OWNER.format(owner=mention(shared.owner_id)),
        ZONE.format(zone=safe_text(settings.time_zone, 60)),
    ]
    further += [DEFAULT] if is_default else []
    further.append(RULES.format(rules=bot.mention_command("shared rules show")))
    lines = standing_lines(bot, shared, standing.pending, standing.coming, standing.kept_until)
    for name, value in (
        (STANDS, "\n".join(lines)),
        (MODE, mode),
        (OFF, _vote_off(settings)),
        (ROLES, _who(shared, roles_of(bot.get_guild(shared.guild_id)))),
        (ROUNDS, rounds_sentence(settings)),
        (CHANNELS, _channels(bot, shared)),
        (REST, "\n".join(further)),
    ):
        if value:
            embed.add_field(name=name, value=value[:FIELD_VALUE], inline=False)
    return embed


def _vote_off(settings: Settings) -> str:
    return VOTE_OFF.format(
        voters=count(settings.voters_to_remove, "member"),
        majority=MAJORITIES[settings.majority_to_remove],
        age=count(settings.age_to_remove_hours, "hour"),
    )


def _who(shared: SharedPlaylist, there: Collection[int] | None) -> str:
    """there: the roles the server has; None: not known."""
    lines = []
    for field, line, nobody in WHO:
        roles: Collection[int] = getattr(shared.roles, field)
        named = ", ".join(f"<@&{role_id}>" for role_id in list(roles)[:ROLES_SHOWN])
        if roles and there is not None and not any(role_id in there for role_id in roles):
            named = NO_ROLE_LEFT if field == "add" else ""
        both = named if field in {"add", "bypass"} or not named else f"{named}, and {nobody}"
        lines.append(line.format(roles=both or nobody, what="the queue and the rules"))
    return "\n".join(lines)


def _channels(bot: DiscordBot, shared: SharedPlaylist) -> str:
    settings = shared.settings
    drop = f"<#{settings.drop_channel_id}>" if settings.drop_channel_id else NONE
    if settings.drop_channel_id and not bot.reads_messages:
        drop = DROP_OFF.format(channel=drop)
    digest = f"<#{settings.digest_channel_id}>" if settings.digest_channel_id else NONE
    cards = f"<#{settings.cards_channel_id}>" if settings.cards_channel_id else CARDS_WHERE
    if settings.drop_channel_id and not settings.cards_channel_id and shared.mode is not Mode.OPEN:
        cards = NO_CARDS.format(where=cards, pending=bot.mention_command("shared pending"))
    return "\n".join([CARDS.format(channel=cards), DROP.format(channel=drop), DIGEST.format(channel=digest)])


def still_there(guild: discord.Guild | None, shared: SharedPlaylist) -> SharedPlaylist:
    """Without roles and channels that were deleted: a form filled in with those would be refused."""
    if guild is None:
        return shared
    roles, settings = shared.roles, shared.settings

    def known(role_ids: Iterable[int]) -> tuple[int, ...]:
        return tuple(role_id for role_id in role_ids if guild.get_role(role_id))

    def there(channel_id: int | None) -> int | None:
        return channel_id if channel_id and guild.get_channel(channel_id) else None

    return replace(
        shared,
        roles=Roles(known(roles.add), known(roles.curate), known(roles.manage), known(roles.bypass)),
        settings=replace(
            settings,
            cards_channel_id=there(settings.cards_channel_id),
            drop_channel_id=there(settings.drop_channel_id),
            digest_channel_id=there(settings.digest_channel_id),
        ),
    )
