"""One error of each class around shared playlists that carries facts, as `test_errors.py` puts them into words."""

from __future__ import annotations

from dataclasses import replace

from bot import shared_errors as lists
from bot.services.shared.proposals.outcomes import StoppedMidwayError
from bot.services.shared.rules.table import RULES
from bot.services.track_files.lines import Problem, UnreadableFileError
from bot.stores.contributions import Contribution, Recording, State, Via
from bot.stores.lists import Grant, Trouble
from bot.stores.refusals import Refusal
from tests.cogs.samples import NOW

CONTRIBUTION = Contribution(
    contribution_id="a1b2c3d4e5f6",
    origin="interaction 1/0",
    list_id="a1b2c3d4",
    guild_id=1,
    member_id=2,
    via=Via.COMMAND,
    recording=Recording("spotify:track:4uLU6hMCjMI75M1A2tKUQC"),
    state=State.DECLINED,
    created_at=NOW,
    changed_at=NOW,
)
REFUSALS: tuple[Refusal, ...] = (
    *(Refusal(rule.name, limit=9, found=7, artist="Ada") for rule in RULES),
    *(Refusal(rule.name, limit=3, found=9, until=NOW, earlier=True) for rule in RULES),
    *(
        Refusal("same_recording", held=replace(CONTRIBUTION, state=state, member_id=by))
        for state in (State.PENDING, State.QUEUED, State.PARKED, State.LANDED)
        for by in (2, None)
    ),
    Refusal("years"),
    Refusal("not_again", limit=30, found=1, until=NOW),
    Refusal("not_again", limit=30, found=0, until=NOW),
    Refusal("refused_words", word="live"),
    Refusal("added_again", limit=3, until=NOW),
    Refusal("a rule of tomorrow"),
)

LISTS_WITH_FACTS: list[Exception] = [
    lists.ListNameTakenError("Road Trip"),
    lists.ListNotFoundError(),
    lists.ListNotFoundError("a list", ("Road Trip",)),
    lists.ListNotFoundError("a list", tuple(f"Tape {number}" for number in range(9))),
    lists.LinkToReadError("Road Trip"),
    lists.ListPausedError("Road Trip"),
    lists.ListClosedError("Road Trip"),
    lists.ListOwnerlessError("Road Trip"),
    lists.ImportRunningError("0123456789abcdef"),
    *(UnreadableFileError(problem) for problem in Problem),
    StoppedMidwayError([], lists.ListPausedError("Road Trip")),
    *(lists.ListOutOfReachError("Road Trip", trouble) for trouble in Trouble),
    *(
        lists.NotAllowedError(needs)
        for needs in (
            "add",
            "vote",
            "like",
            "members",
            "curate",
            "manage",
            "own",
            "second",
            "take_over",
            "guild",
        )
    ),
    *(
        lists.NotGrantedError("Road Trip", 2, grant, asked=asked)
        for grant in Grant
        for asked in (True, False)
    ),
    lists.CoverNotAllowedError(2),
    *(lists.RuleError([refusal]) for refusal in REFUSALS),
    lists.AlreadyDecidedError(CONTRIBUTION),
    *(
        lists.TooLateToWithdrawError(replace(CONTRIBUTION, state=state))
        for state in (State.SENDING, State.LANDED, State.PARKED, State.DECLINED)
    ),
    lists.TooNewToVoteError(7, NOW),
    lists.TooNewToVoteError(1, None),
    lists.TooYoungError(24),
    lists.TooYoungError(1),
    lists.KeptRecentlyError(NOW),
    lists.TooManyVotesError(3),
    lists.TakenBackTooOftenError(NOW, 10),
    lists.TooManyListsError(5),
    lists.LenderNotReadyError(7),
    lists.SettingError("vote_hours", "range", least=1, most=720),
    lists.SettingError("votes_needed", "number", least=1, most=50),
    lists.SettingError("votes_needed", "number"),
    lists.SettingError("time_zone", "zone"),
    lists.SettingError("time_zone", "offset"),
    lists.SettingError("name", "length", most=80),
    lists.SettingError("per_artist", "range", least=1, most=1000),
    lists.SettingError("shortest_s", "time"),
    lists.SettingError("longest_s", "order"),
    lists.SettingError("last_year", "order"),
    lists.SettingError("blocked_artists", "most", most=25),
    lists.SettingError("refused_words", "words", most=25),
    lists.SettingError("stay_days", "range", least=1, most=3650),
    lists.SettingError("minutes_between", "number", least=1, most=10_080),
    lists.SettingError("member", "owner"),
    lists.SettingError("member", "bot"),
    lists.SettingError("member", "unlinked"),
    lists.ChannelError(5, missing=["view_channel", "send_messages", "embed_links"]),
    lists.ChannelError(5, other="Road Trip"),
    lists.StatusUnchangedError("Road Trip", paused=True),
    lists.StatusUnchangedError("Road Trip", paused=False),
    lists.SettingError("something", "odd"),
]
