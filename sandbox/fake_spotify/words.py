"""The words the invented names are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_HEADS = (
    "Bra", "Bris", "Cal", "Dor", "Dro", "Fen", "Gar", "Hul", "Ild", "Jor", "Kes", "Lun", "Mar", "Nim",
    "Nor", "Osk", "Pel", "Quil", "Ras", "Sel", "Tam", "Ul", "Vel", "Wix", "Yor", "Zim",
)  # fmt: skip
_MIDDLES = (
    "", "", "", "a", "e", "i", "o", "an", "el", "in", "or", "u",
)  # fmt: skip
_TAILS = (
    "bek", "bry", "dane", "dle", "fax", "gan", "kel", "lo", "mont", "na", "nick", "plin", "quist", "ra",
    "ric", "sen", "thal", "va", "vik", "wen", "zor",
)  # fmt: skip

_ADJECTIVES = (
    "Amber", "Borrowed", "Broken", "Careful", "Crooked", "Distant", "Early", "Electric", "Empty", "Faded",
    "Folded", "Gentle", "Hollow", "Idle", "Late", "Lonely", "Lucky", "Mild", "Narrow", "Northern",
    "Patient", "Quiet", "Restless", "Rusty", "Second", "Silver", "Slow", "Small", "Spare", "Sudden",
    "Tangled", "Unsent", "Velvet", "Waiting", "Winter", "Wooden",
)  # fmt: skip
_NOUNS = (
    "Afternoon", "Anchor", "Balcony", "Bicycle", "Bridge", "Candle", "Carousel", "Compass", "Corridor",
    "Cupboard", "Engine", "Ferry", "Garden", "Gravel", "Hallway", "Island", "Kettle", "Ladder", "Lantern",
    "Letter", "Lighthouse", "Marble", "Meadow", "Mirror", "Orchard", "Parcel", "Pavement", "Pocket",
    "Postcard", "Quarry", "Radio", "River", "Rooftop", "Shadow", "Staircase", "Station", "Suitcase",
    "Telegram", "Tunnel", "Weather", "Window",
)  # fmt: skip
_VERBS = (
    "Carry", "Count", "Draw", "Find", "Follow", "Forget", "Keep", "Leave", "Lend", "Mend", "Paint",
    "Remember", "Borrow", "Wake",
)  # fmt: skip

GENRES = (
    "alley folk",
    "attic pop",
    "brass drone",
    "canal techno",
    "harbour jazz",
    "kitchen soul",
    "lamp-post punk",
    "slow metal",
    "stairwell ambient",
    "tin-roof rock",
)


def name_of_somebody(random: Random) -> str:
    return random.choice(_HEADS) + random.choice(_MIDDLES) + random.choice(_TAILS)


def name_of_an_artist(random: Random) -> str:
    one, other = name_of_somebody(random), name_of_somebody(random)
    return random.choice(
        (
            f"{one} {other}",
            f"{one} {other}",
            f"The {one} {random.choice(_NOUNS)}s",
            f"{one} & the {random.choice(_NOUNS)}s",
            f"DJ {one}",
            f"{one} Quartet",
            one.upper(),
        )
    )


def title(random: Random) -> str:
    adjective, noun, other = random.choice(_ADJECTIVES), random.choice(_NOUNS), random.choice(_NOUNS)
    return random.choice(
        (
            f"{adjective} {noun}",
            f"{adjective} {noun}",
            f"{noun} and {other}",
            f"{random.choice(_VERBS)} the {noun}",
            f"{noun} for {name_of_somebody(random)}",
            f"{adjective} {noun}, {adjective} {other}",
            f"No {noun} Left",
            f"{noun}",
        )
    )


def place(random: Random) -> str:
    return f"{name_of_somebody(random)} {random.choice(('Hall', 'Arena', 'Docks', 'Cellar', 'Town Square'))}"
