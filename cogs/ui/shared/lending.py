"""Lending a playlist, as its owner sees it: what members will be able to do, the yes or no to it, and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.lifecycle.lend import Choice
from bot.services.shared.rules.values import begun_in
from bot.stores.lists import Mode, Rules, Settings
from cogs.ui.controls import PROMPT, Item, Question
from cogs.ui.layout import text
from cogs.ui.menus import playlist_options
from cogs.ui.reply import Reply, controls, list_button
from cogs.ui.shared.granting import may_button
from cogs.words.counts import HOURS, PLAYLISTS, PROPOSALS, TRACKS, VOTES
from cogs.words.grants import grant_lines
from cogs.words.lists import mode_words
from cogs.words.names import list_name, mention
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.lend import Asked, Draft, Lent

TITLE_NEW = Text("### Create “{name}” and lend it to {guild}?")
TITLE_OLD = Text("### Lend “{playlist}” to {guild}?")
KNOWN_AS = Text("In this server it's called **{name}**. On Spotify it keeps its name.")
EVERYBODY = Text("**Every member of this server** can, without a Spotify account:")
MEMBERS_CAN = (
    Text("add tracks, which {mode}{limits}"),
    Text("take back what they added"),
    Text("see what's in it, who added it, and why"),
    Text("vote tracks out: at least {votes}, two thirds in favour, after {age} in the playlist{old}"),
)
LIMITS = Text("; at most {proposals} at a time and {tracks} a day each")
OLD = Text(". This includes the {tracks} in it now")
CURATORS = Text(
    "**Curators** (roles you choose, and server managers) approve or decline proposals, can undo "
    "what was added, and can restore earlier versions."
)
CURATORS_MORE = Text("Only if you tick it, they can also:")
MANAGERS = Text(
    "**Managers** (you, roles you choose, and server managers) change its settings and rules, pause it, close it or "
    "offer it to a new owner. They also start rounds, for which I create more playlists in your account."
)
BOUND = Text(
    "I only change this playlist and the ones I create for its rounds. "
    "On Spotify, everything shows as added by you."
)
SEEN = Text("Anyone with the link can open it on Spotify, even if it isn't on your profile.")
WAY_BACK = Text("You can {pause} or {close} it anytime. It then stays in your account as it is.")
NEEDS_MANAGER = Text(
    "You already lend {lent} here, so a server manager has to agree. "
    "After your yes, I'll ask them in this channel."
)
WAITS = Text(
    "I asked the server managers in this channel whether you can lend **{name}**. They can answer until {until}. "
    "Nothing is created or lent before that."
)
NOT_ASKED = Text(
    "I couldn't ask the server managers: Discord didn't take my message. Nothing was created or lent. "
    "Use {create} or {adopt} again."
)
REQUEST = Text(
    "{member} wants to lend **{name}** to this server and already lends {lent} here. "
    "Members can add tracks to it, which {mode}.\n"
    "-# A server manager can allow it until {until}."
)
ALLOW, DECLINE, ALLOW_ALL = Text("Allow"), Text("Decline"), Text("Allow and stop asking")
GRANTED = Text("{manager} agreed: {member} now lends {playlist}. Everyone can add to it with {add}.")
UNASKED = Text("Members can now lend more playlists without asking. Change that with {list}.")
REFUSED = Text(
    "{manager} declined, so **{name}** wasn't lent. {member} can ask again with {create} or {adopt}."
)
TAKEN_BACK = Text("{member} withdrew the request to lend **{name}**.")
YES_NEW, YES_OLD, NO = Text("Create and lend"), Text("Lend it"), Text("Cancel")
READING = Text("Reading what's in it…")
CANCELLED = Text("Cancelled. Nothing was created or lent.")
OVER_FOR_OWNER = Text("This prompt has expired, and nothing was lent. Use {create} or {adopt} again.")
OVER_FOR_ALL = Text("This request is no longer open.")
WHICH = Text("Several of your playlists match. Which one do you want to lend?")
PICK = Text("Choose a playlist")
DONE = Text("{playlist} is now shared here. Everyone can add to it with {add}.")
FOUND = Text("It starts with {tracks}.")
LOCAL = Plural(
    "It has {n:,} local file. It stays, but I can't add or move it.",
    "It has {n:,} local files. They stay, but I can't add or move them.",
)
GONE = Plural(
    "{n:,} entry is no longer on Spotify. It stays as it is.",
    "{n:,} entries are no longer on Spotify. They stay as they are.",
)
ON_PROFILE = Text("It shows on your Spotify profile.")
ON_PROFILE_ALL_THE_SAME = Text(
    "Spotify shows it on your profile, although I asked it not to. You can change that in Spotify."
)
NOT_ON_PROFILE = Text("It doesn't show on your Spotify profile. Anyone with the link can open it.")
NEXT = Text("Next: {settings} and {rules}.")
SPOTIFY = Text("-# Spotify")
NAME_SHOWN = 80

LEND = Question("sp:lend", draft=PROMPT)  # what it is about is kept under the draft's id, over a restart, too
ADOPT = Item("sp:adopt", draft=PROMPT)
# Of managers; Decline also for the member who asked.
GRANT = Item("sp:grant", member=r"[0-9]{1,20}", draft=PROMPT, answer="yes|no|all")


def asked_reply(interaction: discord.Interaction[DiscordBot], asked: Draft | Choice) -> Reply:
    if isinstance(asked, Choice):
        menu = ADOPT.menu(PICK(), playlist_options(asked.playlists), draft=asked.draft.question_id)
        return Reply(card=(text(WHICH()),), view=controls(menu))
    guild = interaction.guild.name if interaction.guild else ""
    title = (TITLE_NEW if asked.new else TITLE_OLD)(
        name=safe_text(asked.name, NAME_SHOWN),
        playlist=safe_text(asked.playlist_name, NAME_SHOWN),
        guild=safe_text(guild, NAME_SHOWN),
    )
    buttons = LEND.buttons(YES_NEW() if asked.new else YES_OLD(), NO(), draft=asked.question_id)
    card = (text(title, promise(interaction.client, asked), SPOTIFY()),)
    return Reply(card=card, view=controls(*buttons, may_button(asked.question_id)))


def promise(bot: DiscordBot, draft: Draft) -> str:
    """What the owner agrees to, word for word."""
    settings = Settings()
    old = OLD(tracks=TRACKS(draft.item_count)) if draft.item_count else ""
    values = {
        "mode": mode_words(draft.mode, settings),
        "limits": _limits(draft.mode),
        "votes": VOTES(settings.voters_to_remove),
        "age": HOURS(settings.age_to_remove_hours),
        "old": old,
    }
    can = "\n".join(f"- {line(**values)}" for line in MEMBERS_CAN)
    way_back = WAY_BACK(pause=bot.mention_command("shared pause"), close=bot.mention_command("shared close"))
    known_as = [] if draft.new else [KNOWN_AS(name=safe_text(draft.name, NAME_SHOWN))]
    lent = PLAYLISTS(draft.lent)
    manager = [NEEDS_MANAGER(lent=lent)] if draft.needs_manager else []
    return "\n\n".join(
        [
            *manager,
            *known_as,
            f"{EVERYBODY()}\n{can}",
            CURATORS(),
            f"{CURATORS_MORE()}\n{grant_lines(draft.grants)}",
            MANAGERS(),
            f"{BOUND()} {SEEN()}",
            way_back,
        ]
    )


def request_reply(asked: Asked) -> Reply:
    """What managers read, in the channel."""
    draft = asked.draft
    asks = REQUEST(
        member=mention(draft.member_id),
        name=safe_text(draft.name, NAME_SHOWN),
        lent=PLAYLISTS(draft.lent),
        mode=mode_words(draft.mode, Settings()),
        until=format_dt(draft.expires_at, "f"),
    )
    buttons = [
        GRANT.button(label, style=style, member=draft.member_id, draft=draft.question_id, answer=given)
        for label, style, given in (
            (ALLOW(), discord.ButtonStyle.primary, "yes"),
            (DECLINE(), discord.ButtonStyle.secondary, "no"),
            (ALLOW_ALL(), discord.ButtonStyle.secondary, "all"),
        )
    ]
    return Reply(card=(text(asks),), view=controls(*buttons))


def cancelled_reply() -> Reply:
    return Reply(card=(text(CANCELLED()),))


def over_for_owner(bot: DiscordBot) -> Reply:
    """In place of a question that nobody can answer any more."""
    create, adopt = bot.mention_command("shared create"), bot.mention_command("shared adopt")
    return Reply(card=(text(OVER_FOR_OWNER(create=create, adopt=adopt)),))


def over_for_all() -> Reply:
    """In place of a request that nobody can answer any more: it was answered, replaced, or is too old."""
    return Reply(card=(text(OVER_FOR_ALL()),))


def waits_reply(asked: Asked) -> Reply:
    draft = asked.draft
    name, until = safe_text(draft.name, NAME_SHOWN), format_dt(draft.expires_at, "f")
    return Reply(card=(text(WAITS(name=name, until=until)),))


def not_asked_reply(bot: DiscordBot) -> Reply:
    create, adopt = bot.mention_command("shared create"), bot.mention_command("shared adopt")
    return Reply(card=(text(NOT_ASKED(create=create, adopt=adopt)),))


def granted_reply(bot: DiscordBot, lent: Lent, manager_id: int, *, unasked: bool) -> Reply:
    lines = [
        GRANTED(
            manager=mention(manager_id),
            playlist=list_name(lent.shared),
            member=mention(lent.shared.owner_id),
            add=bot.mention_command("add"),
        )
    ]
    if unasked:
        lines.append(UNASKED(list=bot.mention_command("shared list")))
    return Reply(card=(text(*lines),), view=controls(list_button(lent.shared)))


def refused_reply(bot: DiscordBot, draft: Draft, by_id: int) -> Reply:
    words = TAKEN_BACK if by_id == draft.member_id else REFUSED
    said = words(
        manager=mention(by_id),
        member=mention(draft.member_id),
        name=safe_text(draft.name, NAME_SHOWN),
        create=bot.mention_command("shared create"),
        adopt=bot.mention_command("shared adopt"),
    )
    return Reply(card=(text(said),))


def _limits(mode: Mode) -> str:
    rules = begun_in(Rules(), mode)
    if mode is Mode.OPEN:
        return ""
    proposals, tracks = PROPOSALS(rules.open_proposals), TRACKS(rules.per_member or 0)
    return LIMITS(proposals=proposals, tracks=tracks)


def lent_reply(bot: DiscordBot, lent: Lent) -> Reply:
    lines = [DONE(playlist=list_name(lent.shared), add=bot.mention_command("add"))]
    found = lent.found
    if found.recorded:
        lines.append(FOUND(tracks=TRACKS(found.recorded)))
    if found.local:
        lines.append(LOCAL(found.local))
    if found.unavailable:
        lines.append(GONE(found.unavailable))
    if lent.playlist is not None and lent.playlist.public is not None:
        asked = ON_PROFILE() if lent.on_profile else ON_PROFILE_ALL_THE_SAME()
        lines.append(asked if lent.playlist.public else NOT_ON_PROFILE())
    lines.append(
        NEXT(
            settings=bot.mention_command("shared settings"), rules=bot.mention_command("shared rules change")
        )
    )
    return Reply(card=(text(*lines),), view=controls(list_button(lent.shared)))
