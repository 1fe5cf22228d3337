"""Acting as a member: commands, suggestions, buttons, menus, forms, ordinary messages."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.control.answers import BadRequestError, actor_at, answer, read
from sandbox.control.orders import (
    AppSaying,
    ChoiceMade,
    Command,
    File,
    Forwarding,
    MenuUse,
    Press,
    Saying,
    Submission,
    Suggestion,
)
from sandbox.control.seen import message_json, modal_json
from sandbox.fake_discord import Upload
from sandbox.fake_discord.interactions import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_discord import Actor, Message, Modal, Run
    from sandbox.world import World

MOST_MODALS = 100
ANSWERS = {
    Answer.MESSAGE: "message",
    Answer.DEFER: "thinking",
    Answer.DEFER_UPDATE: "silent",
    Answer.UPDATE: "update",
    Answer.MODAL: "modal",
}


class Acting:
    """`wait=0` in the query answers as soon as the bot has acknowledged; the rest then comes as events."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._modals: dict[str, Modal] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/commands", self.command),
            web.post("/api/suggestions", self.suggest),
            web.post("/api/presses", self.press),
            web.post("/api/choices", self.choose),
            web.post("/api/modals", self.submit),
            web.post("/api/menus", self.use_menu),
            web.post("/api/messages", self.say),
            web.post("/api/forwards", self.forward),
            web.post("/api/apps", self.say_as_app),
        ]

    async def command(self, request: web.Request) -> web.Response:
        asked = await read(request, Command)
        actor = actor_at(self._world, asked)
        return await self._outcome(request, await actor.command(asked.command, **_given(asked.options)))

    async def suggest(self, request: web.Request) -> web.Response:
        asked = await read(request, Suggestion)
        actor = actor_at(self._world, asked)
        choices = await actor.suggest(asked.command, asked.option, asked.text, **_given(asked.options))
        return answer([asdict(choice) for choice in choices])

    async def press(self, request: web.Request) -> web.Response:
        asked = await read(request, Press)
        actor = actor_at(self._world, asked)
        message = self._message(actor, asked.message)
        return await self._outcome(request, await actor.press(message, asked.button, beside=asked.beside))

    async def choose(self, request: web.Request) -> web.Response:
        asked = await read(request, ChoiceMade)
        actor = actor_at(self._world, asked)
        message = self._message(actor, asked.message)
        return await self._outcome(request, await actor.choose(message, *asked.values, menu=asked.menu))

    async def submit(self, request: web.Request) -> web.Response:
        """A form that is refused stays open; one that was sent is gone."""
        asked = await read(request, Submission)
        actor = actor_at(self._world, asked)
        modal = self._modal(actor, asked.modal)
        fields = {
            name: [_upload(each) for each in value] if isinstance(value, list) else value
            for name, value in asked.fields.items()
        }
        run = await actor.submit(modal, fields)
        del self._modals[str(modal.interaction.id)]
        return await self._outcome(request, run)

    async def use_menu(self, request: web.Request) -> web.Response:
        asked = await read(request, MenuUse)
        actor = actor_at(self._world, asked)
        message = self._message(actor, asked.message)
        return await self._outcome(request, await actor.message_menu(asked.command, message))

    async def say(self, request: web.Request) -> web.Response:
        asked = await read(request, Saying)
        message = await actor_at(self._world, asked).say(asked.text)
        return answer(message_json(self._world, message))

    async def forward(self, request: web.Request) -> web.Response:
        asked = await read(request, Forwarding)
        actor = actor_at(self._world, asked)
        found = self._world.discord.state.messages.get(int(asked.message) if asked.message.isdecimal() else 0)
        if found is None:
            raise BadRequestError(f"there is no message {asked.message!r}")
        return answer(message_json(self._world, await actor.forward(found)))

    async def say_as_app(self, request: web.Request) -> web.Response:
        asked = await read(request, AppSaying)
        body = {
            "content": asked.content,
            "embeds": asked.embeds,
            "components": asked.components,
            "flags": asked.flags,
        }
        sent = {key: value for key, value in body.items() if value}
        message = self._world.discord.other_app_says(actor_at(self._world, asked).channel, sent)
        return answer(message_json(self._world, message))

    def _message(self, actor: Actor, message_id: str) -> Message:
        messages = self._world.discord.state.messages
        message = messages.get(int(message_id)) if message_id.isdecimal() else None
        if message is None or message.channel is not actor.channel or not message.seen_by(actor.member):
            raise BadRequestError(f"{actor.member.username} sees no message {message_id!r} there")
        return message

    def _modal(self, actor: Actor, name: str) -> Modal:
        for modal in reversed(self._modals.values()):
            if modal.interaction.member is actor.member and name in {
                str(modal.interaction.id),
                modal.custom_id,
            }:
                return modal
        raise BadRequestError(f"no form {name!r} is open for {actor.member.username}")

    async def _outcome(self, request: web.Request, run: Run) -> web.Response:
        kind = Answer(await run.acknowledged())
        modal = None
        if kind is Answer.MODAL:
            modal = await run.modal()
            self._modals[str(modal.interaction.id)] = modal
            while len(self._modals) > MOST_MODALS:
                del self._modals[next(iter(self._modals))]
        shown = modal_json(modal) if modal else None
        if request.query.get("wait") == "0":
            return answer({"run": str(run.interaction.id), "answer": ANSWERS[kind], "modal": shown})
        if shown:
            return answer({"answer": ANSWERS[kind], "modal": shown})
        seen = await run.settled()
        return answer({"answer": ANSWERS[kind], "message": message_json(self._world, seen) if seen else None})


def _given(options: Mapping[str, object]) -> dict[str, object]:
    return {name: _upload(value) for name, value in options.items()}


def _upload(value: object) -> object:
    return Upload(value.filename, value.data) if isinstance(value, File) else value
