"""Names that try to ping, format, link, hide or flood, and a reader that notices when one of them succeeds."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from tests.cogs.posted import components_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cogs.ui.reply import Reply

HOSTILE = (
    "@everyone",
    "hey @here look",
    "<@80351110224678912>",
    "<@!80351110224678912>",
    "<@&165511591545143296>",
    "<#103735883630395392>",
    "</link:816437322781949972>",
    "<:tape:216154654256398347>",
    "<a:tape:392938283556143104>",
    ":skull: :+1: :flag_se:",
    "<t:1618953630:R>",
    "<id:customize>",
    "https://evil.example/login",
    "http://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "discord://-/channels/@me",
    "steam://run/1",
    "<https://evil.example>",
    "evil.example.com/path",
    "discord.gg/abcdef",
    "www.evil.com",
    "tape@evil.example",
    "<mailto:a@evil.example>",
    "[Spotify](https://evil.example)",
    "](https://evil.example)",
    "[",
    "]",
    "[[[]",
    "**bold** *it* __under__ _it_ ~~gone~~ ||spoiler||",
    "`code` ``` block",
    "```py\nprint(1)\n```",
    "# Heading",
    "### Heading",
    "-# small",
    "> quote",
    ">>> quote",
    "- list",
    "* list",
    "+ list",
    "1. list",
    "12. list",
    "a\n# b\r\nc\u2028d\u2029e\x0bf\x85g",
    "\\",
    "\\\\*x\\*",
    "*\\*",
    "\u202egnp.exe\u202c",
    "\u2066\u2067\u2068\u2069",
    "a\u200bb\u200cc\u200dd\u2060e\ufefff",
    "\u00adsoft\u061c",
    "\x00\x07\x1b[31m",
    "\u3164\u2800\u115f",
    "\U000e0041\U000e0042",
    "\ud800 alone",
    "Z\u0351\u0352\u0353\u0354\u0355\u0356\u0357\u0358\u0359\u035a\u035balgo" * 20,
    "",
    "   ",
    "\u200b",
    "x" * 5_000,
    "*" * 5_000,
    "[" * 5_000,
    "<@1>" * 1_000,
    "🅴" * 3_000,
    "👩\u200d👩\u200d👧\u200d👦" * 500,
    "👩\u200d" * 1_000,
    "\u0645\u200c" * 1_000,
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.\u200dcom",
    "🏴\U000e0067\U000e0062\U000e0041\U000e007f",
    "@\u200deveryone <\u200c@1> discord\u200d.gg/abcdef",
    "1\u200d. list",
    "a/" * 1_000,
    "{link} {operator} {0} %s",
)

ESCAPED_PAIR = re.compile(r"\\[^0-9A-Za-z\s]")  # what Discord's markdown shows as the second character alone
OUR_LINK = re.compile(r"\]\(https://open\.spotify\.com/[A-Za-z0-9/]+\)")
OUR_TAGS = re.compile(r"<t:\d+(?::[A-Za-z])?>|</[a-z]+(?: [a-z]+)*:1>|<@1>")
MARKUP = re.compile(r"[*_~`|\[\]\n]")
SUCCESSES = (
    re.compile(r"@(?:everyone|here)|<@|<#|</|<a?:|<t:|<id:", re.IGNORECASE),
    re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE),
    re.compile(r"\b(?:discord\.gg|evil\.example|evil\.com)", re.IGNORECASE),
    re.compile(r"(?<!\\):[\w+-]+:"),
    re.compile(r"(?<!\\)\]\("),
)
TEXT = 10  # the type of a text among components
GAP = "\u200b"  # ours
BLANKS_AND_LATIN = r"\s\x00-\u05ff\u2000-\u206f\U000e0000-\U000effff"
JOINED = re.compile(rf"(?<=[^{BLANKS_AND_LATIN}])[\u200c\u200d](?=[^{BLANKS_AND_LATIN}])")


def harms(text: str) -> list[str]:
    """What in a text of ours, with names in it, would ping, link or hide."""
    ours_removed = OUR_TAGS.sub("", OUR_LINK.sub("", text))
    found = [hit[0] for pattern in SUCCESSES for hit in pattern.finditer(ours_removed)]
    return found + hidden(text.replace(GAP, "").replace("\n", ""))


def hidden(text: str) -> list[str]:
    """Characters that turn, blank or break a line; joiners between two things that can be joined do not."""
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return [f"U+{ord(char):04X}" for char in JOINED.sub("", text) if unicodedata.category(char) in unseen]


def skeleton(text: str) -> str:
    """The markup Discord would act upon, in order. Names must not add to it."""
    return "".join(MARKUP.findall(ESCAPED_PAIR.sub("", text)))


def markdown_texts(reply: Reply) -> Iterator[str]:
    """Every text of a message that Discord reads as markdown."""
    if reply.content:
        yield reply.content
    if reply.card:
        yield from (part["content"] for part in _parts(reply) if part["type"] == TEXT)


def plain_texts(reply: Reply) -> Iterator[str]:
    """Every text of a message that Discord shows as it is."""
    if reply.card:
        yield from (part["description"] for part in _parts(reply) if part.get("description"))
    for component in components(reply):
        yield from (component[key] for key in ("label", "placeholder") if component.get(key))
        for option in component.get("options", []):
            yield from (option[key] for key in ("label", "description") if option.get(key))


def components(reply: Reply) -> list[dict[str, Any]]:
    """Buttons and menus, in the order in which they are read."""
    if reply.card:
        return [part for part in _parts(reply) if "custom_id" in part or "url" in part]
    rows: list[dict[str, Any]] = reply.view.to_components() if reply.view else []
    return [component for row in rows for component in row["components"]]


def _parts(reply: Reply) -> list[dict[str, Any]]:
    """All components of a card, each before those in it."""

    def walk(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield part
        for inner in part.get("components", []):
            yield from walk(inner)
        if "accessory" in part:
            yield from walk(part["accessory"])

    return [inner for part in components_of(reply) for inner in walk(part)]


def size(text: str) -> int:
    """Characters as Discord's apps count them."""
    return len(text.encode("utf-16-le")) // 2


def over_limits(reply: Reply) -> list[str]:
    """Which limits of Discord a message breaks. Source: docs.discord.com/developers/resources/message,
    /components/reference.
    """
    broken = ["content"] if reply.content is not None and not 0 < size(reply.content) <= 2000 else []
    if reply.card:
        texts = [part["content"] for part in _parts(reply) if part["type"] == TEXT]
        broken += ["empty text"] if not all(text.strip() for text in texts) else []
        broken += ["texts in sum"] if sum(map(size, texts)) > 4000 else []
        broken += ["components"] if len(_parts(reply)) > 40 else []
        broken += ["alt"] if any(size(part.get("description") or "") > 1024 for part in _parts(reply)) else []
    parts = components(reply)
    custom_ids = [part["custom_id"] for part in parts if "custom_id" in part]
    broken += ["custom_id twice"] if len(custom_ids) != len(set(custom_ids)) else []
    broken += ["custom_id"] if not all(0 < len(custom_id) <= 100 for custom_id in custom_ids) else []
    for part in parts:
        broken += ["label"] if size(part.get("label") or "x") > 80 else []
        broken += ["placeholder"] if size(part.get("placeholder") or "x") > 150 else []
        broken += ["url"] if len(part.get("url") or "x") > 512 else []
        options = part.get("options")
        if options is not None:
            broken += ["options"] if not 1 <= len(options) <= 25 else []
            for option in options:
                texts = [option["label"], option["value"], option.get("description") or "x"]
                broken += ["option"] if not all(0 < size(text) <= 100 for text in texts) else []
    return broken
