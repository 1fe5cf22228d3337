"""The settings of a shared playlist to read, and the menu with which managers change them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord

from bot.languages import Text, all_of
from bot.services.shared.core.access import Actor, may_manage
from bot.stores.lists import Mode, Roles, goes_on_top
from cogs.ui.actor import roles_of
from cogs.ui.controls import Ack, ListItem, Select
from cogs.ui.layout import text
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.counts import HOURS, VOTES
from cogs.words.grants import also
from cogs.words.lists import (
    MAJORITIES,
    NAMES,
    digest_words,
    mode_words,
    rounds_sentence,
    standing_lines,
)
from cogs.words.names import NAME_SHOWN, mention
from cogs.words.rule_topics import limits_of_members, vote_sentences
from cogs.words.text import plain_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.overview import ListSummary
    from bot.stores.lists import Settings, SharedPlaylist

TITLE = Text("### Settings of {name}")
MODE, OFF, ROLES, ROUNDS = (
    Text("How tracks get in"),
    Text("How tracks get voted out"),
    Text("Permissions"),
    Text("Rounds"),
)
CHANNELS, REST, STATUS = Text("Channels"), Text("More"), Text("Status")
IN = Text("{mode}: tracks {words}.")
ON_TOP = Text("New tracks go in on top.")
VOTE_OFF = Text("Needs at least {votes}, {majority} in favour. {from_when}")
OLD_ENOUGH = Text("Tracks can be voted out after {age} in the playlist.")
AT_ONCE = Text("Tracks can be voted out right away.")
WHO = (
    ("add", Text("Add tracks: {roles}"), Text("everyone")),
    ("curate", Text("Curate: {roles}"), Text("server managers")),
    ("manage", Text("Manage: {roles}"), Text("the owner, server managers")),
    ("bypass", Text("Skip approval, votes and rules: {roles}"), Text("nobody")),
)
CARDS = Text("Proposals: {channel}")
CARDS_WHERE = Text("where they're proposed")
NO_CARDS = Text("{where}; for dropped links only in {pending}")
DROP = Text("Dropped links: {channel}")
DROP_OFF = Text("{channel} (turned off by whoever runs this bot)")
DIGEST = Text("Digest: {channel}")
DIGEST_WHEN = Text("Digest: {channel}, {when}")
NONE = Text("none")
ZONE = Text("Time zone: {zone}")
OWNER = Text("Owner: {owner}")
NO_ROLE_LEFT = Text("⚠️ only curators, because every role chosen here was deleted")
DEFAULT = Text("Default playlist of this server")
RULES = Text("Rules: {rules}")
WHICH = Text("Choose a setting to change…")
MORE = Text("More…")
FIRST = ("mode", "roles", "rounds", "channels", "name")  # what a new playlist is most likely to need
MAKE_DEFAULT = "default"
CURATORS = "curators"
LABELS = {
    "mode": (Text("How tracks get in"), Text("Open, approval or vote")),
    "place": (Text("Where new tracks go"), Text("At the end or on top")),
    "votes": (Text("Votes and approvals"), Text("Votes needed, and how long they run")),
    "voting": (Text("How votes go"), Text("Only 👍, the count at the end, who can vote")),
    "removal": (Text("Voting tracks out"), Text("Votes needed, and how soon a vote can start")),
    "roles": (Text("Permissions"), Text("Roles that can add, curate, manage or skip the queue")),
    CURATORS: (Text("What curators can do"), Text("Only its owner can change this")),
    "rounds": (Text("Rounds"), Text("When a round ends, and what happens then")),
    "channels": (Text("Channels"), Text("For proposals, dropped links and the digest")),
    "digest": (Text("Digest"), Text("Daily or weekly, and at what hour")),
    "name": (Text("Name and time zone"), Text("The name in this server, and when its day starts")),
    MAKE_DEFAULT: (Text("Make it the default"), Text("Used when nobody names a playlist")),
}
CHANGED = Text("**Saved.**")
ROLES_SHOWN = 10

# A form follows; who uses it must be allowed to at that moment, and when the form is sent.
CHANGE = ListItem("sp:set", Ack.NONE)
CHANGE_MORE = ListItem("sp:moreset", Ack.NONE)


def settings_reply(
    bot: DiscordBot, standing: ListSummary, actor: Actor, news: str | None = None, *, is_default: bool
) -> Reply:
    """What holds for the list; with a menu for those who may change it. news: what has just been changed."""
    shared = standing.shared
    menus = _menus(shared) if may_manage(shared, actor) else []
    card = (text(_summary(bot, standing, is_default=is_default)),)
    return Reply(news, card=card, view=controls(*menus, list_button(shared)))


def _menus(shared: SharedPlaylist) -> list[Select]:
    """Five settings first, then the others."""
    options = {
        key: discord.SelectOption(label=label(), value=key, description=plain_text(hint()))
        for key, (label, hint) in LABELS.items()
    }
    first = [options.pop(key) for key in FIRST]
    return [
        CHANGE.menu(WHICH(), first, list=shared.list_id),
        CHANGE_MORE.menu(MORE(), list(options.values()), list=shared.list_id),
    ]


def _summary(bot: DiscordBot, standing: ListSummary, *, is_default: bool) -> str:
    shared = standing.shared
    settings = shared.settings
    mode = IN(mode=NAMES[shared.mode](), words=mode_words(shared.mode, settings))
    more = [
        OWNER(owner=mention(shared.owner_id)),
        ZONE(zone=safe_text(settings.time_zone, 60)),
        *([DEFAULT()] if is_default else []),
        RULES(rules=bot.mention_command("shared rules show")),
    ]
    sections = (
        (STATUS(), standing_lines(bot, shared, standing.pending, standing.coming, standing.kept_until)),
        (MODE(), [" ".join([mode, *_on_top(shared), *limits_of_members(shared), *vote_sentences(shared)])]),
        (OFF(), [_vote_off(settings)]),
        (ROLES(), [*_who(shared, roles_of(bot.get_guild(shared.guild_id))), also(shared)]),
        (ROUNDS(), [rounds_sentence(bot, settings)]),
        (CHANNELS(), _channels(bot, shared)),
        (REST(), more),
    )
    blocks = ["\n".join([f"**{name}**", *lines]) for name, lines in sections if lines]
    return "\n".join([TITLE(name=safe_text(shared.name, NAME_SHOWN)), *blocks])


def _on_top(shared: SharedPlaylist) -> list[str]:
    return [ON_TOP()] if goes_on_top(shared) else []


def _vote_off(settings: Settings) -> str:
    age = settings.age_to_remove_hours
    return VOTE_OFF(
        votes=VOTES(settings.voters_to_remove),
        majority=MAJORITIES[settings.majority_to_remove](),
        from_when=OLD_ENOUGH(age=HOURS(age)) if age else AT_ONCE(),
    )


def _who(shared: SharedPlaylist, there: Collection[int] | None) -> list[str]:
    """there: the roles the server has; None: not known."""
    lines = []
    for field, line, nobody in WHO:
        roles: Collection[int] = getattr(shared.roles, field)
        named = ", ".join(f"<@&{role_id}>" for role_id in list(roles)[:ROLES_SHOWN])
        if roles and there is not None and not any(role_id in there for role_id in roles):
            named = NO_ROLE_LEFT() if field == "add" else ""
        both = named if field in {"add", "bypass"} or not named else all_of([named, nobody()])
        lines.append(line(roles=both or nobody()))
    return lines


def _channels(bot: DiscordBot, shared: SharedPlaylist) -> list[str]:
    settings = shared.settings
    drop = f"<#{settings.drop_channel_id}>" if settings.drop_channel_id else NONE()
    if settings.drop_channel_id and not bot.reads_messages:
        drop = DROP_OFF(channel=drop)
    digest = DIGEST(channel=NONE())
    if settings.digest_channel_id:
        digest = DIGEST_WHEN(channel=f"<#{settings.digest_channel_id}>", when=digest_words(settings))
    cards = f"<#{settings.cards_channel_id}>" if settings.cards_channel_id else CARDS_WHERE()
    if settings.drop_channel_id and not settings.cards_channel_id and shared.mode is not Mode.OPEN:
        cards = NO_CARDS(where=cards, pending=bot.mention_command("shared pending"))
    return [CARDS(channel=cards), DROP(channel=drop), digest]


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
