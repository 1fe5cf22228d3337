"""A loopback Discord: REST, gateway, members who act, and a strict eye on what the bot sends."""

from sandbox.fake_discord.changes import NothingCameError
from sandbox.fake_discord.components import Button, Menu, MenuOption
from sandbox.fake_discord.driver import Actor, Choice
from sandbox.fake_discord.faults import Fault
from sandbox.fake_discord.gateway_sessions import Intent
from sandbox.fake_discord.guilds import Channel, Guild
from sandbox.fake_discord.messages import Message
from sandbox.fake_discord.modals import Modal
from sandbox.fake_discord.people import Member, Permission, Role
from sandbox.fake_discord.places import DriverError
from sandbox.fake_discord.run import Run
from sandbox.fake_discord.server import FakeDiscord
from sandbox.fake_discord.state import Call
from sandbox.fake_discord.uploads import Upload

__all__ = [
    "Actor",
    "Button",
    "Call",
    "Channel",
    "Choice",
    "DriverError",
    "FakeDiscord",
    "Fault",
    "Guild",
    "Intent",
    "Member",
    "Menu",
    "MenuOption",
    "Message",
    "Modal",
    "NothingCameError",
    "Permission",
    "Role",
    "Run",
    "Upload",
]
