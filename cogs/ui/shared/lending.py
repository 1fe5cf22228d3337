"""Lending a playlist, as its owner sees it: what members will be able to do, the yes or no to it, and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.utils import format_dt

from bot.services.shared.lifecycle.lend import Choice
from bot.services.shared.rules.values import begun_in
from bot.stores.lists import Mode, Rules, Settings
from cogs.ui.controls import PROMPT, Item, Question
from cogs.ui.layout import ACCENT
from cogs.ui.menus import playlist_options
from cogs.ui.reply import Reply, controls, list_button
from cogs.words.lists import mode_sentence
from cogs.words.names import list_name, mention
from cogs.words.text import count, safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.lifecycle.lend import Asked, Draft, Lent

TITLE_NEW = "Make “{name}” and lend it to {guild}?"
TITLE_OLD = "Lend “{playlist}” to {guild}?"
KNOWN_AS = "Here it will be called **{name}**; in Spotify it keeps its name."
EVERYBODY = "**Every member of this server** will be able to, without an account at Spotify:"
MEMBERS_CAN = (
    "add tracks: {mode}{limits}",
    "take back what they added themselves",
    "see what is in it, who added it, and why",
    "vote a track out: {voters} have to take part, two thirds of them for it, once it has been in for {age}{old}",
)
LIMITS = "; each member {proposals} at a time and {tracks} a day"
OLD = "; that goes for the {tracks} in it now, too"
CURATORS = (
    "**Curators** (roles you choose, and whoever may manage this server) decide about proposals, can take back "
    "what was added, and can bring back an earlier version of the playlist."
)
MANAGERS = (
    "**Managers** (you, roles you choose, and whoever may manage this server) set its rules, can pause it, close it "
    "or offer it to another owner, and can begin rounds, for which I make further playlists in your account."
)
BOUND = (
    "I change this playlist and those I make for its rounds, and no other of yours. "
    "In Spotify everything shows as added by you."
)
SEEN = "Anyone who has its link can open a playlist in Spotify, whether it is on a profile or not."
WAY_BACK = "You can {pause} or {close} it whenever you like; it stays in your account as it is then."
NEEDS_MANAGER = (
    "{lent} of yours {are} shared here already, so a manager of this server has to agree to another one. "
    "Once you say yes, I ask them in this channel."
)
WAITS = (
    "Your yes to **{name}** is kept. A manager of this server has to agree until {until}; I asked in this channel, "
    "and the answer will stand there. Nothing was made or lent yet."
)
NOT_ASKED = (
    "I couldn't ask the managers of this server: Discord didn't take my message. Nothing was made or lent. "
    "Use {create} or {adopt} again."
)
REQUEST = (
    "{member} wants to lend **{name}** to this server and lends {lent} here already. "
    "When a member adds a track to it, {mode}.\n"
    "-# A manager of this server can allow it until {until}. Then this question expires, and nothing is lent."
)
ALLOW, DECLINE, ALLOW_ALL = "Allow", "Decline", "Allow, and stop asking"
GRANTED = "{manager} agreed: {playlist} is lent by {member}. Everybody can add to it with {add}."
UNASKED = "Managers aren't asked about further playlists any more; {list} changes that."
REFUSED = "{manager} declined, so **{name}** was not lent. {member} can ask again with {create} or {adopt}."
TAKEN_BACK = "{member} took the request back. **{name}** was not lent."
YES_NEW, YES_OLD, NO = "Yes, make and lend it", "Yes, lend it", "Cancel"
READING = "I note down what is in it now …"
CANCELLED = "Nothing was lent, and nothing was changed."
WHICH = "Several of your playlists fit. Which one do you want to lend?"
PICK = "Choose a playlist"
DONE = "{playlist} is lent to this server: everybody can add to it with {add}."
FOUND = "{tracks} in it noted down as they were."
LOCAL = "{files} in it: they stay, but I can neither add nor move them."
GONE = "{entries} that Spotify no longer has: they stay as they are."
ON_PROFILE = "Spotify shows it on your profile."
ON_PROFILE_ALL_THE_SAME = (
    "Spotify shows it on your profile although I asked it not to; you can change that in Spotify."
)
NOT_ON_PROFILE = "Spotify does not show it on your profile; anyone who has the link can open it."
NEXT = "Have a look at {settings} and {rules}."
NAME_SHOWN = 80

LEND = Question("sp:lend", draft=PROMPT)  # what it is about is kept under the draft's id, over a restart, too
ADOPT = Item("sp:adopt", draft=PROMPT)
# Of managers; Decline also for the member who asked.
GRANT = Item("sp:grant", member=r"[0-9]{1,20}", draft=PROMPT, answer="yes|no|all")


def asked_reply(interaction: discord.Interaction[DiscordBot], asked: Draft | Choice) -> Reply:
    if isinstance(asked, Choice):
        menu = ADOPT.menu(PICK, playlist_options(asked.playlists), draft=asked.draft.question_id)
        return Reply(WHICH, view=controls(menu))
    guild = interaction.guild.name if interaction.guild else ""
    title = TITLE_NEW if asked.new else TITLE_OLD
    embed = discord.Embed(
        title=title.format(
            name=safe_text(asked.name, NAME_SHOWN),
            playlist=safe_text(asked.playlist_name, NAME_SHOWN),
            guild=safe_text(guild, NAME_SHOWN),
        ),
        description=promise(interaction.client, asked),
        colour=ACCENT,
    )
    embed.set_footer(text="Spotify")
    buttons = LEND.buttons(YES_NEW if asked.new else YES_OLD, NO, draft=asked.question_id)
    return Reply(embed=embed, view=controls(*buttons))


def promise(bot: DiscordBot, draft: Draft) -> str:
    """What the owner agrees to, word for word."""
    settings = Settings()
    old = OLD.format(tracks=count(draft.item_count, "track")) if draft.item_count else ""
    can = "\n".join(f"- {line}" for line in MEMBERS_CAN).format(
        mode=mode_sentence(draft.mode, settings),
        limits=_limits(draft.mode),
        voters=count(settings.voters_to_remove, "member"),
        age=count(settings.age_to_remove_hours, "hour"),
        old=old,
    )
    way_back = WAY_BACK.format(
        pause=bot.mention_command("shared pause"), close=bot.mention_command("shared close")
    )
    known_as = [] if draft.new else [KNOWN_AS.format(name=safe_text(draft.name, NAME_SHOWN))]
    lent, are = count(draft.lent, "playlist"), "is" if draft.lent == 1 else "are"
    manager = [NEEDS_MANAGER.format(lent=lent, are=are)] if draft.needs_manager else []
    return "\n\n".join(
        [*manager, *known_as, f"{EVERYBODY}\n{can}", CURATORS, MANAGERS, f"{BOUND} {SEEN}", way_back]
    )


def request_reply(asked: Asked) -> Reply:
    """What managers read, in the channel."""
    draft = asked.draft
    text = REQUEST.format(
        member=mention(draft.member_id),
        name=safe_text(draft.name, NAME_SHOWN),
        lent=count(draft.lent, "playlist"),
        mode=mode_sentence(draft.mode, Settings()),
        until=format_dt(draft.expires_at, "f"),
    )
    buttons = [
        GRANT.button(label, style=style, member=draft.member_id, draft=draft.question_id, answer=given)
        for label, style, given in (
            (ALLOW, discord.ButtonStyle.primary, "yes"),
            (DECLINE, discord.ButtonStyle.secondary, "no"),
            (ALLOW_ALL, discord.ButtonStyle.secondary, "all"),
        )
    ]
    return Reply(text, view=controls(*buttons))


def waits_reply(asked: Asked) -> Reply:
    draft = asked.draft
    name, until = safe_text(draft.name, NAME_SHOWN), format_dt(draft.expires_at, "f")
    return Reply(WAITS.format(name=name, until=until))


def not_asked_reply(bot: DiscordBot) -> Reply:
    create, adopt = bot.mention_command("shared create"), bot.mention_command("shared adopt")
    return Reply(NOT_ASKED.format(create=create, adopt=adopt))


def granted_reply(bot: DiscordBot, lent: Lent, manager_id: int, *, unasked: bool) -> Reply:
    lines = [
        GRANTED.format(
            manager=mention(manager_id),
            playlist=list_name(lent.shared),
            member=mention(lent.shared.owner_id),
            add=bot.mention_command("add"),
        )
    ]
    if unasked:
        lines.append(UNASKED.format(list=bot.mention_command("shared list")))
    return Reply("\n".join(lines), view=controls(list_button(lent.shared)))


def refused_reply(bot: DiscordBot, draft: Draft, by_id: int) -> Reply:
    words = TAKEN_BACK if by_id == draft.member_id else REFUSED
    text = words.format(
        manager=mention(by_id),
        member=mention(draft.member_id),
        name=safe_text(draft.name, NAME_SHOWN),
        create=bot.mention_command("shared create"),
        adopt=bot.mention_command("shared adopt"),
    )
    return Reply(text)


def _limits(mode: Mode) -> str:
    rules = begun_in(Rules(), mode)
    if mode is Mode.OPEN:
        return ""
    proposals, tracks = count(rules.open_proposals, "proposal"), count(rules.per_member or 0, "track")
    return LIMITS.format(proposals=proposals, tracks=tracks)


def lent_reply(bot: DiscordBot, lent: Lent) -> Reply:
    lines = [DONE.format(playlist=list_name(lent.shared), add=bot.mention_command("add"))]
    found = lent.found
    if found.recorded:
        lines.append(FOUND.format(tracks=count(found.recorded, "track")))
    if found.local:
        lines.append(LOCAL.format(files=count(found.local, "local file")))
    if found.unavailable:
        entries = "1 entry" if found.unavailable == 1 else f"{found.unavailable:,} entries"
        lines.append(GONE.format(entries=entries))
    if lent.playlist is not None and lent.playlist.public is not None:
        asked = ON_PROFILE if lent.on_profile else ON_PROFILE_ALL_THE_SAME
        lines.append(asked if lent.playlist.public else NOT_ON_PROFILE)
    lines.append(
        NEXT.format(
            settings=bot.mention_command("shared settings"), rules=bot.mention_command("shared rules change")
        )
    )
    return Reply("\n".join(lines), view=controls(list_button(lent.shared)))
