"""The people of the sandbox, as Spotify knows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.fake_spotify.ids import make_id
from sandbox.fake_spotify.listening import Listening, make_listening

ACCOUNT_ID_LENGTH = 10


@dataclass(slots=True)
class Person:
    """A Spotify account. `name` is what tests call it; `id` is free text, `account_id` stable."""

    name: str
    id: str
    display_name: str | None
    country: str = "DE"
    playlist_ids: list[str] = field(default_factory=list)  # own and followed ones, as the sidebar shows them
    listening: Listening = field(init=False)

    def __post_init__(self) -> None:
        self.listening = make_listening(self.name)

    @property
    def account_id(self) -> str:
        return make_id("account", self.name)[:ACCOUNT_ID_LENGTH]


def make_people() -> dict[str, Person]:
    """Six people, one more than development mode lets in. Ids and display names are as uneven as real ones."""
    everybody = (
        Person("ada", "ada.reel", "Ada"),
        Person("grace", make_id("user", "grace").lower(), "Grace ✨"),
        Person("linus", "1130004711", "linus*the*loud"),
        Person("margaret", "margaret_side_b", "Margaret"),
        Person("edsger", "edsger", None),
        Person("barbara", "barbara-tape", "Barbara", country="GB"),
    )
    return {person.name: person for person in everybody}


def make_spotify() -> Person:
    """The account that owns editorial playlists; nobody can be it."""
    return Person("spotify", "spotify", "Spotify")
