"""Keys Discord knows in each object. A key outside these is a typing mistake that the OpenAPI document lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_discord.components import Kind, walk
from sandbox.fake_discord.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.fake_discord.rules.drafts import Draft
    from sandbox.fake_discord.wire import Payload

_MESSAGE = frozenset(
    {"content", "embeds", "allowed_mentions", "components", "attachments", "poll", "tts", "flags"}
)
_BY_WAY = {
    "callback": _MESSAGE,
    "webhook": _MESSAGE | {"username", "avatar_url", "thread_name", "applied_tags"},
    "channel": _MESSAGE
    | {"nonce", "enforce_nonce", "sticker_ids", "message_reference", "shared_client_theme"},
}
_EMBED = frozenset(
    {"type", "url", "title", "color", "timestamp", "description", "flags"}
    | {"author", "image", "thumbnail", "footer", "fields", "provider", "video"}
)
_SELECT = frozenset(
    {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required", "default_values"}
)
_COMPONENT: dict[int, frozenset[str]] = {
    Kind.ROW: frozenset({"components"}),
    Kind.BUTTON: frozenset({"custom_id", "style", "label", "disabled", "url", "sku_id", "emoji"}),
    Kind.STRING_SELECT: _SELECT - {"default_values"} | {"options"},
    Kind.TEXT_INPUT: frozenset({"custom_id", "style", "label", "value", "placeholder", "required"})
    | {"min_length", "max_length"},
    Kind.USER_SELECT: _SELECT,
    Kind.ROLE_SELECT: _SELECT,
    Kind.MENTIONABLE_SELECT: _SELECT,
    Kind.CHANNEL_SELECT: _SELECT | {"channel_types"},
    Kind.SECTION: frozenset({"components", "accessory"}),
    Kind.TEXT: frozenset({"content"}),
    Kind.THUMBNAIL: frozenset({"media", "description", "spoiler"}),
    Kind.GALLERY: frozenset({"items"}),
    Kind.FILE: frozenset({"file", "spoiler", "name", "size"}),
    Kind.SEPARATOR: frozenset({"divider", "spacing"}),
    Kind.CONTAINER: frozenset({"components", "accent_color", "spoiler"}),
    Kind.LABEL: frozenset({"label", "description", "component"}),
    Kind.FILE_UPLOAD: frozenset({"custom_id", "min_values", "max_values", "required"}),
    Kind.RADIO_GROUP: frozenset({"custom_id", "required", "options"}),
    Kind.CHECKBOX_GROUP: frozenset({"custom_id", "required", "options", "min_values", "max_values"}),
    Kind.CHECKBOX: frozenset({"custom_id", "default"}),
}
_COMMAND = frozenset(
    {"id", "type", "name", "name_localizations", "description", "description_localizations", "options"}
    | {"default_member_permissions", "dm_permission", "contexts", "integration_types", "nsfw", "handler"}
)
_OPTION = frozenset(
    {"type", "name", "name_localizations", "description", "description_localizations", "required"}
    | {"choices", "options", "channel_types", "min_value", "max_value", "min_length", "max_length"}
    | {"autocomplete"}
)


def unknown(payload: Payload, known: frozenset[str], *path: str | int) -> Iterator[Finding]:
    for key in payload:
        if key not in known:
            yield Finding((*path, key), "Discord knows no such key here")


def unknown_message_keys(draft: Draft) -> Iterator[Finding]:
    yield from unknown(draft.body, _BY_WAY[draft.way])
    for index, embed in enumerate(draft.embeds):
        yield from unknown(embed, _EMBED, "embeds", index)
    yield from unknown_component_keys(draft.components)


def unknown_component_keys(components: list[Payload]) -> Iterator[Finding]:
    for path, each in walk(components, "components"):
        known = _COMPONENT.get(each["type"])
        if known is None:
            yield Finding((*path, "type"), f"There is no component type {each['type']!r}")
        else:
            yield from unknown(each, known | {"type", "id"}, *path)


def unknown_command_keys(command: Payload, *path: str | int) -> Iterator[Finding]:
    yield from unknown(command, _COMMAND, *path)


def unknown_option_keys(option: Payload, *path: str | int) -> Iterator[Finding]:
    yield from unknown(option, _OPTION, *path)
