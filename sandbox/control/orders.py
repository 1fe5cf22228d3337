"""What can be asked of the sandbox over HTTP: the JSON bodies and queries of docs/sandbox.md."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from sandbox.fake_spotify.label import Reason

Days: TypeAlias = Annotated[float, Meta(ge=0, le=36_500)]
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=3_153_600_000)]


class File(Struct):
    """A file a member uploads; `data` is base64 in JSON."""

    filename: str
    data: bytes


Value: TypeAlias = str | int | float | bool | File


class Whose(Struct, rename={"as_": "as"}):
    as_: str


class Place(Whose, kw_only=True, rename={"as_": "as", "in_": "in"}):
    """Who acts and where: `channel` is an id; without any place the music channel of their first server."""

    channel: str | None = None
    in_: str | None = None
    guild: str | None = None
    dm: bool = False


# Discord


class Pages(Place, kw_only=True):
    """Part of a channel: the newest messages, or those before or after one."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    before: int | None = None
    after: int | None = None


class Command(Place, kw_only=True):
    """A slash command: `command` is "name" or "group sub"."""

    command: str
    options: dict[str, Value] = {}


class Suggestion(Place, kw_only=True):
    command: str
    option: str
    text: str
    options: dict[str, Value] = {}


class Press(Place, kw_only=True):
    """`button`: its label or custom_id. `beside`: words of the section it stands in, where several bear the label."""

    message: str
    button: str
    beside: str | None = None


class ChoiceMade(Place, kw_only=True):
    message: str
    values: list[str]
    menu: str | None = None


class Submission(Place, kw_only=True):
    """`modal`: its id, or its custom_id for the latest such form of this member. `fields`: by label or custom_id."""

    modal: str
    fields: dict[str, str | bool | list[str | File]]


class MenuUse(Place, kw_only=True):
    command: str
    message: str


class Saying(Place, kw_only=True):
    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class Forwarding(Place, kw_only=True):
    """To the place; from wherever the member sees the message."""

    message: str


class AppSaying(Place, kw_only=True):
    """What somebody else's bot writes at the place, in Discord's own words."""

    content: str = ""
    embeds: list[dict[str, Any]] = []
    components: list[dict[str, Any]] = []
    flags: int = 0


# Spotify


class Consent(Struct):
    """What a person does on Spotify's consent page, without a browser."""

    address: str
    person: str
    allow: bool = True


class Items(Struct):
    limit: Annotated[int, Meta(ge=1, le=500)] = 100
    offset: Annotated[int, Meta(ge=0)] = 0


class TrackSearch(Struct):
    query: str = ""
    limit: Annotated[int, Meta(ge=1, le=50)] = 10


class NewPlaylist(Struct):
    person: str
    name: Annotated[str, Meta(min_length=1)]
    public: bool = True
    uris: list[str] = []


class Renaming(Struct):
    name: Annotated[str, Meta(min_length=1)] | None = None
    description: str | None = None
    public: bool | None = None


class Addition(Struct):
    uris: Annotated[list[str], Meta(min_length=1)]
    position: Annotated[int, Meta(ge=0)] | None = None
    by: str | None = None


class Removal(Struct):
    """One item by its position, or every copy of a URI."""

    position: Annotated[int, Meta(ge=0)] | None = None
    uri: str | None = None


class Move(Struct, rename={"from_": "from"}):
    """Both positions as a reader sees them, before and after."""

    from_: Annotated[int, Meta(ge=0)]
    to: Annotated[int, Meta(ge=0)]


class Blank(Struct):
    """The item that Spotify can tell nothing about any more."""

    position: Annotated[int, Meta(ge=0)]


class Withdrawal(Struct):
    """What a label does to tracks. reason: why they may not be played, when that is what it does."""

    do: Literal["withdraw", "reissue", "restrict"]
    uris: Annotated[list[str], Meta(min_length=1)]
    reason: Reason = "market"


class Sharing(Struct):
    """What somebody shares as a link of spotify.link."""

    uri: str


# Trouble


class Switching(Struct):
    """The switches to change; the others stay as they are."""

    slow_s: Annotated[float, Meta(ge=0, le=60)] | UnsetType = UNSET
    failing: bool | UnsetType = UNSET
    rate_limited_s: Seconds | UnsetType = UNSET
    quota_exceeded: bool | UnsetType = UNSET
    owner_has_premium: bool | UnsetType = UNSET
    playlist_size: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    discord_failing: bool | UnsetType = UNSET


class GatewayTrouble(Struct):
    """shard: None means all of them."""

    do: Literal["drop", "close", "reconnect", "invalidate"]
    shard: Annotated[int, Meta(ge=0)] | None = None


class Step(Struct):
    """How far the clock moves."""

    days: Days = 0
    hours: Seconds = 0
    seconds: Seconds = 0


class CallPages(Struct):
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    before: int | None = None
