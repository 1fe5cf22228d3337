"""Spotify links inside what people write: in sentences, behind any sign of any script, and short ones."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.spotify.errors import RefError
from bot.spotify.models import Ref
from bot.spotify.refs import KINDS, named_in, parse_ref, ref_in, short_links_in, with_followed
from tests.bot.spotify.test_refs import ID, IDS, PIECES, TRACK


@pytest.mark.parametrize(
    "text",
    [
        f"hear https://open.spotify.com/track/{ID}",
        f"https://open.spotify.com/track/{ID} please",
        f"hear [this](https://open.spotify.com/track/{ID}), please",
        f"https://open.spotify.com/track/{ID}\u3000please",
        f"https://open.spotify.com/album/{ID[::-1]} or rather spotify:track:{ID}.",
        f"これ、https://open.spotify.com/track/{ID}、いいよ",
        f"https://youtube.com/watch?v=x https://open.spotify.com/track/{ID}",
    ],
)
def test_inside_a_sentence(text: str) -> None:
    """A link is found inside a sentence, too; the first one of the kind that is wanted."""
    assert ref_in(text, TRACK) == Ref("track", ID)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"hear https://open.spotify.com/album/{ID} please", "kind"),
        (f"hear https://open.spotify.com/track/{ID}x please", "id"),
        ("hear https://spotify.link/AbC please", "short"),
    ],
)
def test_nothing_usable_in_a_sentence(text: str, problem: str) -> None:
    """A link that is not usable is said to be so inside a sentence, too."""
    with pytest.raises(RefError) as caught:
        ref_in(text, TRACK)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    "text", ["harbour lights", "spotify:hm: great", "see https://youtube.com/watch?v=x now", "AC/DC"]
)
def test_words_stay_words(text: str) -> None:
    """Text without a link of Spotify's is searched for, whatever else it holds."""
    assert ref_in(text, TRACK) is None


def test_short_links_in_a_text() -> None:
    """Short links are found in any dress and replaced by what they lead to; the rest of the text stays as it is."""
    text = "a <https://spotify.link/AbC?si=1>, (spotify.link/AbCd). Spotify.App.Link/x! https://evil.example/spotify.link/no"
    found = ("https://spotify.link/AbC", "https://spotify.link/AbCd", "https://spotify.app.link/x")
    assert short_links_in(text) == found
    ref = Ref("track", ID)
    assert with_followed(text, {found[0]: ref}) == text.replace("https://spotify.link/AbC?si=1", ref.url)
    assert with_followed(text, {}) == text


REFS = st.builds(Ref, st.sampled_from(sorted(KINDS - {"user", "local"})), IDS)
FORMS = st.sampled_from(
    [
        "https://open.spotify.com/{kind}/{id}",
        "http://OPEN.spotify.com/intl-pt-BR/{kind}/{id}",
        "open.spotify.com/embed/{kind}/{id}",
        "https://open.spotify.com/{kind}/{id}?si=ab12",
        "https://open.spotify.com/{kind}/{id}/?si=ab12#x",
        "spotify:{kind}:{id}",
        "SPOTIFY:{kind}:{id}?si=ab12",
    ]
)
# Whatever cannot belong to an address: any character but ASCII letters, digits and the signs of addresses.
OUTSIDE = st.characters(
    exclude_characters=string.ascii_letters + string.digits + "!#$%&+-./:;=?@\\^_~", codec="utf-8"
)
BEHIND = OUTSIDE | st.sampled_from(
    [*".;!_~", "\u200b", "\u200d", "\u3000", "\u00a0", "。", "」", "、", "”", "]", ")"]
)


@settings(deadline=None)
@given(REFS, FORMS, st.text(OUTSIDE, max_size=3), BEHIND, st.text(OUTSIDE, max_size=8))
def test_whatever_stands_around(ref: Ref, form: str, before: str, behind: str, after: str) -> None:
    """Before and behind a link may stand anything Unicode has: it is found, and it alone."""
    text = f"{before}{form.format(kind=ref.kind, id=ref.id)}{behind}{after}"
    assert ref_in(text, (ref.kind,)) == ref
    assert list(named_in(text, (ref.kind,))) == [ref]


@settings(deadline=None)
@given(REFS, FORMS, st.sampled_from(string.ascii_letters + string.digits))
def test_longer_ids(ref: Ref, form: str, more: str) -> None:
    """One letter or digit more, and it is no id, whatever the form."""
    text = form.partition("{id}")[0].format(kind=ref.kind) + ref.id + more
    with pytest.raises(RefError):
        ref_in(text, (ref.kind,))


@settings(deadline=None)
@given(st.lists(st.tuples(REFS, FORMS, st.text(OUTSIDE, min_size=1, max_size=4)), max_size=5))
def test_any_number(links: list[tuple[Ref, str, str]]) -> None:
    """Links that touch nothing but foreign signs are all found, in their order."""
    text = "".join(form.format(kind=ref.kind, id=ref.id) + talk for ref, form, talk in links)
    assert list(named_in(text, KINDS)) == [ref for ref, _, _ in links]


@settings(deadline=None)
@given(st.text() | st.lists(PIECES, max_size=12).map("".join))
@example("spotify.link/" * 500)
@example("https://open.spotify.com/track/" * 300)
@example("a" * 20_000 + "://")
def test_no_text_breaks_the_search(text: str) -> None:
    """Any text at all can be looked through, and what is found in it was in it."""
    for one in named_in(text, TRACK):
        assert isinstance(one, RefError) or one.id in text
    assert with_followed(text, {}) == text
    for short in short_links_in(text):
        assert short.rpartition("/")[2] in text


@settings(deadline=None)
@given(st.from_regex(r"[a-z0-9.@:\\-]{1,30}", fullmatch=True), IDS)
def test_no_other_host_is_accepted(host: str, spotify_id: str) -> None:
    """Whatever stands where the host belongs, only the one exact name is accepted."""
    for text in (f"https://{host}/track/{spotify_id}", f"https://open.spotify.com{host}/track/{spotify_id}"):
        if text != f"https://open.spotify.com/track/{spotify_id}":
            with pytest.raises(RefError):
                parse_ref(text, TRACK)
