"""A message and a form as the page and curl get them: what a member sees, with pictures only from this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.fake_discord.messages import Flag

if TYPE_CHECKING:
    from sandbox.control.answers import Json
    from sandbox.fake_discord import Message, Modal
    from sandbox.fake_discord.modals import Field
    from sandbox.world import World

EXCERPT = 400  # with the signs of its markdown, of which the page shows only the words
MEDIA = "/media"
_PICTURES = ("image", "thumbnail", "video")
_ICONS = ("author", "footer", "provider")


def message_json(world: World, message: Message) -> Json:
    """A picture's `url` is what the bot sent; `proxy_url` is our own address for it, None when it lies elsewhere."""
    answers = message.replies_to
    return message.as_json() | {
        **_drawn(world, message.as_json()),
        "forwarded": _drawn(world, message.forwarded.message) if message.forwarded else None,
        "used": _used(message),
        "reply_to": None
        if answers is None
        else {
            "id": str(answers.id),
            "author": answers.author.as_json(),
            "text": answers.text[:EXCERPT],
            "deleted": answers.deleted,
        },
        "poll": message.poll,
        "suppress_embeds": Flag.SUPPRESS_EMBEDS in message.flags,
        "components_v2": Flag.COMPONENTS_V2 in message.flags,
    }


def _drawn(world: World, message: Json) -> Json:
    """What is drawn of a message, or of one that was forwarded."""
    return {
        "content": message["content"],
        "embeds": [_embed(world, embed) for embed in message["embeds"]],
        "components": [_component(world, component) for component in message["components"]],
        "attachments": [
            attachment | {"proxy_url": proxied(world, attachment["url"])}
            for attachment in message["attachments"]
        ],
        "components_v2": bool(message.get("flags", 0) & Flag.COMPONENTS_V2),
    }


def modal_json(modal: Modal) -> Json:
    return {
        "id": str(modal.interaction.id),
        "custom_id": modal.custom_id,
        "title": modal.title,
        "components": modal.components,
        "fields": [field.label for field in modal.fields],
        "inputs": [_input(field) for field in modal.fields],
    }


def proxied(world: World, url: str) -> str | None:
    """Our own address for a file of the sandbox's Discord or a picture of its Spotify."""
    for base, folder, name in (
        (world.discord.state.base_url, "/attachments/", "discord"),
        (world.spotify.accounts_url, "/image/", "spotify"),
    ):
        if url.startswith(f"{base}{folder}"):
            return f"{MEDIA}/{name}{url.removeprefix(base)}"
    return None


def cover(id_: str, size: int = 300) -> str:
    """The picture of an album or playlist."""
    return f"{MEDIA}/spotify/image/{id_}-{size}"


def _used(message: Message) -> Json | None:
    """Who used which command; "Ada used /track" stands above the answer."""
    if message.used is None or message.origin is None:
        return None
    user = message.origin["user"]
    who = {
        "id": user["id"],
        "name": user["username"],
        "display_name": user["global_name"],
        "bot": user["bot"],
    }
    return {"name": message.used, "member": who}


def _embed(world: World, embed: Json) -> Json:
    shown = dict(embed)
    for key in _PICTURES:
        if key in shown:
            shown[key] = shown[key] | {"proxy_url": proxied(world, shown[key]["url"])}
    for key in _ICONS:
        if "icon_url" in shown.get(key, {}):
            shown[key] = shown[key] | {"proxy_icon_url": proxied(world, shown[key]["icon_url"])}
    return shown


def _component(world: World, thing: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Components nest; a media item, wherever it lies, has both `url` and `proxy_url`."""
    if isinstance(thing, list):
        return [_component(world, each) for each in thing]
    if not isinstance(thing, dict):
        return thing
    shown = {key: _component(world, value) for key, value in thing.items()}
    if "proxy_url" in shown:
        shown["proxy_url"] = proxied(world, shown["url"])
    return shown


def _input(field: Field) -> Json:
    return {
        "custom_id": field.custom_id,
        "label": field.label,
        "description": field.description,
        "kind": field.kind,
        "style": field.style,
        "required": field.required,
        "value": field.value,
        "placeholder": field.placeholder,
        "least": field.least,
        "most": field.most,
        "checked": field.checked,
        "options": [
            {
                "label": option.label,
                "value": option.value,
                "description": option.description,
                "default": option.default,
            }
            for option in field.options
        ],
    }
