"""The invented Discord in a file: people, guilds, channels, messages, files and the bot's commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.fake_discord import Channel, Guild, Member, Message, Permission, Role, Upload
from sandbox.fake_discord.guilds import Overwrite
from sandbox.fake_discord.mentions import Pings
from sandbox.fake_discord.messages import Flag, Snapshot
from sandbox.fake_discord.uploads import Attachment
from sandbox.saving.discord_records import (
    DiscordPart,
    SavedChannel,
    SavedFile,
    SavedGuild,
    SavedMember,
    SavedMembership,
    SavedMessage,
    SavedOverwrite,
    SavedRole,
    SavedSnapshot,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_discord import FakeDiscord


def save(discord: FakeDiscord) -> DiscordPart:
    state = discord.state
    guilds = {guild.id: guild for guild in state.every_guild()}
    return DiscordPart(
        last_id=state.ids.last,
        bot=_member(state.bot),
        members=[_member(member) for member in state.members.values()],
        apps=[_member(app) for app in state.apps],
        guilds=[_guild(guild, invited=guild in state.guilds) for guild in guilds.values()],
        elsewhere=state.elsewhere.id,
        private=[_channel(channel) for channel in state.private],
        messages=[_message(message) for message in state.messages.values() if not message.deleted],
        files=[_file(file) for file in state.files.values()],
        emojis=state.emojis,
        commands={str(guild_id or ""): commands for guild_id, commands in state.commands.items()},
        faults=discord.faults.waiting,
        failing=discord.faults.failing,
    )


def _member(member: Member) -> SavedMember:
    return SavedMember(
        member.id,
        member.username,
        member.display_name,
        member.bot,
        member.locale,
        member.accepts_dms,
        member.installed,
    )


def _guild(guild: Guild, *, invited: bool) -> SavedGuild:
    others = [role for role in guild.roles if role is not guild.everyone]
    return SavedGuild(
        guild.id,
        guild.name,
        guild.owner.id,
        guild.has_bot,
        invited,
        guild.locale,
        [
            SavedRole(role.id, role.name, int(role.permissions), role.position, role.managed)
            for role in (guild.everyone, *others)
        ],
        [_channel(channel) for channel in guild.channels],
        [SavedMembership(member.id, [role.id for role in roles]) for member, roles in guild.members.items()],
    )


def _channel(channel: Channel) -> SavedChannel:
    return SavedChannel(
        channel.id,
        channel.name,
        [SavedOverwrite(each.role.id, int(each.deny), int(each.allow)) for each in channel.overwrites],
        [member.id for member in channel.recipients],
    )


def _file(file: Attachment) -> SavedFile:
    upload = file.upload
    return SavedFile(file.id, upload.filename, upload.data, file.url, file.description, file.ephemeral)


def _message(message: Message) -> SavedMessage:
    answers, carried = message.replies_to, message.forwarded
    return SavedMessage(
        id=message.id,
        channel=message.channel.id,
        author=message.author.id,
        created_at=message.created_at,
        edited_at=message.edited_at,
        content=message.content,
        embeds=message.embeds,
        components=message.components,
        attachments=[attachment.id for attachment in message.attachments],
        flags=int(message.flags),
        kind=message.kind,
        only_for=message.only_for.id if message.only_for else None,
        origin=message.origin,
        application_id=message.application_id,
        nonce=message.nonce,
        poll=message.poll,
        replies_to=answers.id if answers and not answers.deleted else None,
        used=message.used,
        pinged=[member.id for member in message.pings.members],
        pinged_roles=[role.id for role in message.pings.roles],
        pings_everyone=message.pings.everyone,
        version=message.version,
        forwarded=SavedSnapshot(carried.message, carried.reference) if carried else None,
        reactions={emoji: [member.id for member in by] for emoji, by in message.reactions.items()},
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """The objects a file describes, already linked with each other."""

    saved: DiscordPart
    bot: Member
    members: dict[str, Member]
    apps: list[Member]
    guilds: dict[int, Guild]
    private: list[Channel]
    messages: dict[int, Message]
    files: dict[int, Attachment]

    def put_into(self, discord: FakeDiscord) -> None:
        """Nothing that was asked before can be answered any more, and no session can be resumed."""
        state, saved = discord.state, self.saved
        state.ids.last = saved.last_id
        state.bot, state.members, state.apps = self.bot, self.members, self.apps
        state.application_id = self.bot.id
        state.guilds = [self.guilds[each.id] for each in saved.guilds if each.invited]
        state.elsewhere = self.guilds[saved.elsewhere]
        state.private, state.messages, state.files = self.private, self.messages, self.files
        state.emojis = saved.emojis
        state.commands = {int(key) if key else None: each for key, each in saved.commands.items()}
        for notes in (state.calls, state.problems, state.flaws):
            notes.clear()
        discord.forget_sessions()
        discord.faults.clear()
        discord.faults.failing = saved.failing
        for fault in saved.faults:
            discord.faults.add(fault)


def restore(saved: DiscordPart) -> Restored:
    """Make the objects. Raises LookupError when a record names one that is not there."""
    bot = _restored_member(saved.bot)
    members = {each.username: _restored_member(each) for each in saved.members}
    apps = [_restored_member(each) for each in saved.apps]
    people = {member.id: member for member in (bot, *members.values(), *apps)}
    guilds = {each.id: _restored_guild(each, people) for each in saved.guilds}
    _ = guilds[saved.elsewhere]
    private = [
        Channel(each.id, each.name, recipients=[people[id_] for id_ in each.recipients])
        for each in saved.private
    ]
    channels = {
        channel.id: channel
        for channel in (*private, *(one for guild in guilds.values() for one in guild.channels))
    }
    files = {
        each.id: Attachment(
            each.id, Upload(each.filename, each.data), each.url, each.description, each.ephemeral
        )
        for each in saved.files
    }
    messages: dict[int, Message] = {}
    for each in saved.messages:
        messages[each.id] = _restored_message(each, channels[each.channel], people, files, messages)
    return Restored(saved, bot, members, apps, guilds, private, messages, files)


def _restored_member(saved: SavedMember) -> Member:
    return Member(
        saved.id,
        saved.username,
        saved.display_name,
        saved.bot,
        saved.locale,
        saved.accepts_dms,
        saved.installed,
    )


def _restored_guild(saved: SavedGuild, people: Mapping[int, Member]) -> Guild:
    roles = {
        each.id: Role(each.id, each.name, Permission(each.permissions), each.position, each.managed)
        for each in saved.roles
    }
    guild = Guild(
        saved.id,
        saved.name,
        people[saved.owner],
        roles[saved.roles[0].id],
        has_bot=saved.has_bot,
        roles=[*roles.values()],
        members={people[each.member]: [roles[role] for role in each.roles] for each in saved.members},
        locale=saved.locale,
    )
    for each in saved.channels:
        overwrites = [
            Overwrite(roles[one.role], Permission(one.deny), Permission(one.allow)) for one in each.overwrites
        ]
        guild.channels.append(Channel(each.id, each.name, guild, overwrites))
    return guild


def _restored_message(
    saved: SavedMessage,
    channel: Channel,
    people: Mapping[int, Member],
    files: Mapping[int, Attachment],
    earlier: Mapping[int, Message],
) -> Message:
    roles = {role.id: role for role in channel.guild.roles} if channel.guild else {}
    return Message(
        saved.id,
        channel,
        people[saved.author],
        saved.created_at,
        content=saved.content,
        embeds=saved.embeds,
        components=saved.components,
        attachments=[files[id_] for id_ in saved.attachments],
        flags=Flag(saved.flags),
        kind=saved.kind,
        only_for=people[saved.only_for] if saved.only_for is not None else None,
        origin=saved.origin,
        application_id=saved.application_id,
        nonce=saved.nonce,
        poll=saved.poll,
        replies_to=earlier[saved.replies_to] if saved.replies_to is not None else None,
        used=saved.used,
        pings=Pings(
            tuple(people[id_] for id_ in saved.pinged),
            tuple(roles[id_] for id_ in saved.pinged_roles),
            saved.pings_everyone,
        ),
        edited_at=saved.edited_at,
        version=saved.version,
        forwarded=Snapshot(saved.forwarded.message, saved.forwarded.reference) if saved.forwarded else None,
        reactions={emoji: [people[id_] for id_ in by] for emoji, by in saved.reactions.items()},
    )
