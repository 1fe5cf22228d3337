"""The rules of a shared playlist as members and managers read them: complete, harmless, within Discord's limits."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import discord
import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.rules.blocking import Blocked
from bot.services.shared.rules.check import Verdict
from bot.services.shared.rules.table import ADDED_AGAIN, RULES
from bot.services.shared.rules.values import read_rules
from bot.stores.lists import Duplicates, Explicit, Period, Roles, Rules, Settings, WhenFull
from bot.stores.refusals import Refusal
from cogs.shared.rules import verdict_reply
from cogs.ui.reply import Reply
from cogs.ui.shared.rule_blocks import things_reply
from cogs.ui.shared.rule_panel import RuleForm, rules_reply
from cogs.words.rule_topics import HOW_VOTES_GO, TOPICS, current, sentences, topic_sentence
from cogs.words.rules import WORDS, reason, refusal_sentences, rule_sentence
from tests.cogs.hostile import HOSTILE, harms, hidden, markdown_texts, over_limits, plain_texts, skeleton
from tests.cogs.list_error_samples import REFUSALS
from tests.cogs.samples import track
from tests.shared_records import a_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Press

OWNER = Actor(1)
ARTIST_ID = "a" * 22
FULL = Rules(
    per_member=1,
    per_artist=2,
    shortest_s=60,
    longest_s=1200,
    explicit=Explicit.CLEAN_ONLY,
    first_year=1980,
    last_year=1989,
    blocked_artists=tuple(f"{number:022d}" for number in range(25)),
    blocked_tracks=tuple(f"spotify:track:{number:022d}" for number in range(25)),
    blocked_members=tuple(range(2**63 - 25, 2**63)),
    most_items=10_000,
    when_full=WhenFull.DROP_LOWEST,
    again_days=30,
    minutes_between=10,
    stay_days=90,
    closed_while_voting=True,
    refused_words=tuple(f"word {number}" for number in range(25)),
    required_words=("jazz", "soul"),
)


def a_shared(name: str = "Friday Mix", rules: Rules = FULL, **changes: object) -> SharedPlaylist:
    return a_list("0" * 22, owner_id=1, account_id="ada", name=name, rules=rules, **changes)


def test_every_rule_has_its_words() -> None:
    """One sentence and one reason for each rule of the table, for the one no list has to set, and for nothing else."""
    rules = (*RULES, ADDED_AGAIN)
    assert set(WORDS) == {rule.name for rule in rules}
    shared = a_shared(roles=Roles(add=(5,)))
    said = [rule_sentence(shared, rule.name) for rule in rules]
    assert len(set(said)) == len(rules)
    assert all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.rule}-{refusal.earlier}")
def test_one_reason(refusal: Refusal) -> None:
    """Each no is one or two plain sentences, with or without the list at hand."""
    for shared in (None, a_shared(roles=Roles(add=(5,)))):
        text = reason(shared, refusal)
        assert text.endswith(".")
        assert len(text) < 220
        assert "None" not in text


def test_not_more_than_a_member_reads() -> None:
    """Five reasons are enough."""
    assert len(refusal_sentences(None, REFUSALS)) == 5


def test_every_setting_can_be_set() -> None:
    """Each field of the rules is in one form, or is a list of what is blocked; each rule belongs to one of them."""
    typed = [field.name for topic in TOPICS for field in topic.fields]
    lists = [topic.key for topic in TOPICS if not topic.fields]
    assert sorted(typed + lists) == sorted(field.name for field in fields(Rules))
    assert sorted(lists) == sorted(Blocked)
    ruled = [name for topic in TOPICS for name in topic.rules]
    assert sorted([*ruled, *HOW_VOTES_GO, "who_may_add"]) == sorted(rule.name for rule in RULES)


@pytest.mark.parametrize(
    "rules", [Rules(), FULL, replace(FULL, duplicates=Duplicates.ALLOWED, never_again=False)]
)
def test_forms_are_filled_in(rules: Rules) -> None:
    """Sending a form as it opens changes nothing."""
    shared = a_shared(rules=rules)
    for topic in TOPICS:
        if topic.fields:
            typed = {field.name: current(shared, field) for field in topic.fields}
            assert read_rules(rules, typed) == rules, topic.key


async def sent(_press: Press, _typed: Mapping[str, str]) -> None:
    """Nobody sends these forms."""


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic.fields], ids=lambda topic: topic.key)
def test_forms_fit(topic: object) -> None:
    """Discord refuses a form whose texts are too long."""
    (form,) = (RuleForm(a_shared(), each, sent) for each in TOPICS if each is topic)
    assert len(form.title) <= 45
    for label in form.children:
        assert isinstance(label, discord.ui.Label)
        assert len(label.text) <= 45
        assert len(label.description or "") <= 100


def test_sentences_change_with_the_rule() -> None:
    """Every value of every choice reads differently."""
    plain = Rules(per_member=5, most_items=9, first_year=None)
    variants = [
        *(replace(plain, duplicates=each) for each in Duplicates),
        *(replace(plain, never_again=each) for each in (True, False)),
        *(replace(plain, per_member_period=each) for each in Period),
        *(replace(plain, explicit=each) for each in Explicit),
        *(replace(plain, when_full=each) for each in WhenFull),
        *(replace(plain, again_days=each) for each in (1, 30)),
        *(replace(plain, minutes_between=each) for each in (1, 10)),
        *(replace(plain, stay_days=each) for each in (1, 30)),
        *(replace(plain, refused_words=each) for each in (("live",), ("live", "remix"))),
        *(replace(plain, required_words=each) for each in (("live",), ("live", "remix"))),
        *(
            replace(plain, first_year=first, last_year=last)
            for first in (None, 1980)
            for last in (None, 1980, 1990)
        ),
    ]
    distinct = set(variants)
    assert len({"\n".join(sentences(a_shared(rules=rules))) for rules in distinct}) == len(distinct)


def test_nothing_set() -> None:
    """Each topic says what holds when it is not limited."""
    free = a_shared(rules=Rules(duplicates=Duplicates.ALLOWED, never_again=False, music_only=False))
    assert sentences(free) == []
    assert [topic_sentence(free, topic) for topic in TOPICS] == [topic.off() for topic in TOPICS]


VIEWS: dict[str, Callable[[str], Reply]] = {
    "rules": lambda name: rules_reply(a_shared(name, settings=Settings(time_zone=name)), OWNER, "Changed."),
    "test: no": lambda name: verdict_reply(
        a_shared(name),
        track(name),
        [Verdict(rule.name, Refusal(rule.name, limit=2, found=1, artist=name, word=name)) for rule in RULES],
    ),
    "test: yes": lambda name: verdict_reply(
        a_shared(name, replace(FULL, refused_words=(name,) * 3, required_words=(name,))),
        track(name),
        [Verdict(rule.name) for rule in RULES],
    ),
    "test: skipped": lambda name: verdict_reply(
        a_shared(name), track(name), [Verdict(rule.name, skipped=True) for rule in RULES]
    ),
    "blocked artists": lambda name: things_reply(
        a_shared(name), Blocked.ARTISTS, dict.fromkeys(FULL.blocked_artists, name), None
    ),
    "blocked tracks": lambda name: things_reply(
        a_shared(name), Blocked.TRACKS, dict.fromkeys(FULL.blocked_tracks, name), None
    ),
    "no blocked artist": lambda name: things_reply(a_shared(name, Rules()), Blocked.ARTISTS, {}, None),
    "refused": lambda name: Reply(
        " ".join(reason(None, Refusal(rule.name, limit=2, artist=name, word=name)) for rule in RULES)
    ),
}


@pytest.mark.parametrize("view", VIEWS)
async def test_names(view: str) -> None:
    """A name adds nothing to what Discord acts upon, wherever it stands."""
    harmless = [skeleton(text) for text in markdown_texts(VIEWS[view]("x"))]
    for name in HOSTILE:
        reply = VIEWS[view](name)
        assert [found for text in markdown_texts(reply) for found in harms(text)] == [], name
        assert [found for text in plain_texts(reply) for found in hidden(text)] == [], name
        assert [skeleton(text) for text in markdown_texts(reply)] == harmless, name
        assert over_limits(reply) == [], name
