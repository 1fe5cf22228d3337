"""Rules for what a message says: nothing empty, nothing too much, no address a reader could not open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_discord.components import Kind, walk
from sandbox.fake_discord.messages import Flag
from sandbox.fake_discord.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.fake_discord.rules.drafts import Draft
    from sandbox.fake_discord.wire import Payload

_EMBED_TOTAL = 6000
_FILES = 10
_WEB = ("http://", "https://")
_ATTACHMENT = "attachment://"


def not_empty(draft: Draft) -> Iterator[Finding]:
    """Something must remain to be read."""
    if not (
        draft.content.strip()
        or draft.embeds
        or draft.components
        or draft.files
        or draft.body.get("poll")
        or draft.body.get("sticker_ids")
    ):
        yield Finding((), "Cannot send an empty message")


def channel_content_is_2000_too(draft: Draft) -> Iterator[Finding]:
    """The OpenAPI document allows 4000 characters in a channel: that is for paying people, not for bots."""
    if draft.way == "channel" and len(draft.body.get("content") or "") > 2000:
        yield Finding(("content",), "Must be 2000 or fewer in length.")


def embeds_say_something(draft: Draft) -> Iterator[Finding]:
    for index, embed in enumerate(draft.embeds):
        for number, entry in enumerate(embed.get("fields") or []):
            for key in ("name", "value"):
                if not (entry.get(key) or "").strip():
                    yield Finding(("embeds", index, "fields", number, key), "This field is required")
        if not any(
            embed.get(key)
            for key in ("title", "description", "fields", "image", "thumbnail", "author", "footer", "video")
        ):
            yield Finding(("embeds", index), "An embed without anything in it")


def embed_total(draft: Draft) -> Iterator[Finding]:
    """All embeds together: 6000 characters."""
    total = sum(_embed_size(embed) for embed in draft.embeds)
    if total > _EMBED_TOTAL:
        yield Finding(("embeds",), f"Embed size exceeds maximum size of {_EMBED_TOTAL} ({total})")


def _embed_size(embed: Payload) -> int:
    texts = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
        *(text for entry in embed.get("fields") or [] for text in (entry.get("name"), entry.get("value"))),
    ]
    return sum(len(text) for text in texts if text)


def addresses_open(draft: Draft) -> Iterator[Finding]:
    """Only http and https (buttons also discord, pictures also attachment, files only that), and files that exist."""
    for index, embed in enumerate(draft.embeds):
        path = ("embeds", index)
        author, footer = embed.get("author") or {}, embed.get("footer") or {}
        yield from _open(embed.get("url"), _WEB, draft, *path, "url")
        yield from _open(author.get("url"), _WEB, draft, *path, "author", "url")
        yield from _open(author.get("icon_url"), (*_WEB, _ATTACHMENT), draft, *path, "author", "icon_url")
        yield from _open(footer.get("icon_url"), (*_WEB, _ATTACHMENT), draft, *path, "footer", "icon_url")
        for key in ("image", "thumbnail", "video"):
            url = (embed.get(key) or {}).get("url")
            yield from _open(url, (*_WEB, _ATTACHMENT), draft, *path, key, "url")
    for place, each in walk(draft.components, "components"):
        if each["type"] == Kind.BUTTON:
            yield from _open(each.get("url"), (*_WEB, "discord://"), draft, *place, "url")
        if "media" in each:
            yield from _open(each["media"].get("url"), (*_WEB, _ATTACHMENT), draft, *place, "media", "url")
        if "file" in each:
            yield from _open(each["file"].get("url"), (_ATTACHMENT,), draft, *place, "file", "url")
        for number, item in enumerate(each.get("items") or []):
            url = item["media"].get("url")
            yield from _open(url, (*_WEB, _ATTACHMENT), draft, *place, "items", number, "media", "url")


def _open(url: str | None, schemes: tuple[str, ...], draft: Draft, *path: str | int) -> Iterator[Finding]:
    if not url:
        return
    if not url.startswith(schemes):
        yield Finding(path, f"Scheme must be one of {[scheme.removesuffix('://') for scheme in schemes]}.")
    elif url.startswith(_ATTACHMENT) and url.removeprefix(_ATTACHMENT) not in draft.filenames:
        yield Finding(path, f"The message has no file {url.removeprefix(_ATTACHMENT)!r}")


def files_fit(draft: Draft) -> Iterator[Finding]:
    if draft.files > _FILES:
        yield Finding(("attachments",), f"Must be {_FILES} or fewer in length.")


def polls_fit(draft: Draft) -> Iterator[Finding]:
    for index, answer in enumerate((draft.body.get("poll") or {}).get("answers") or []):
        if len((answer.get("poll_media") or {}).get("text") or "") > 55:
            yield Finding(("poll", "answers", index), "Must be 55 or fewer in length.")


def v2_stands_alone(draft: Draft) -> Iterator[Finding]:
    """Components V2 and the old ways of writing exclude each other: an edit that brings V2 empties the old ones."""
    kinds = {each["type"] for _, each in walk(draft.components)}
    legacy_only = kinds - {Kind.ROW, Kind.BUTTON, 3, 5, 6, 7, 8}
    if not draft.v2:
        if legacy_only:
            yield Finding(("components",), "These components need the IS_COMPONENTS_V2 flag")
        return
    if draft.content:
        yield Finding(
            ("content",), "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        )
    if draft.embeds:
        yield Finding(
            ("embeds",), "The 'embeds' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        )
    for key in ("poll", "sticker_ids"):
        if draft.body.get(key):
            yield Finding(
                (key,), f"The {key!r} field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            )


def v2_is_for_good(draft: Draft) -> Iterator[Finding]:
    """An edit that names the flags of a V2 message must name this one again."""
    before, sent = draft.existing, draft.body.get("flags")
    if before is None or sent is None or Flag.COMPONENTS_V2 not in before.flags:
        return
    if not sent & Flag.COMPONENTS_V2:
        yield Finding(("flags",), "The IS_COMPONENTS_V2 flag cannot be removed from a message")


MESSAGE_RULES = (
    not_empty,
    channel_content_is_2000_too,
    embeds_say_something,
    embed_total,
    addresses_open,
    files_fit,
    polls_fit,
    v2_stands_alone,
    v2_is_for_good,
)
