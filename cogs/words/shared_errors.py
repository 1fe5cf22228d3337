"""What went wrong with a shared playlist, in sentences. Merged into the table of `errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

from bot import shared_errors as lists
from bot.services.shared.proposals.outcomes import StoppedMidwayError
from bot.stores.contributions import State
from bot.stores.lists import Trouble
from cogs.words.error_sentences import SHOWN, Answer, either, says
from cogs.words.names import mention
from cogs.words.rules import refused_by_rules
from cogs.words.text import count, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cogs.words.error_sentences import Place, Wording


NAMES_SHOWN = 5


def name_taken(error: lists.ListNameTakenError, _place: Place) -> Answer:
    return Answer(
        f"This server already has a shared playlist called “{safe_text(error.name, SHOWN)}”, "
        "so nothing was changed. Give this one another name."
    )


def list_not_found(error: lists.ListNotFoundError, _place: Place) -> Answer:
    there = [f"**{safe_text(name, SHOWN)}**" for name in error.names[:NAMES_SHOWN]]
    more = len(error.names) - len(there)
    if more > 0:
        there.append(f"{more:,} more")
    choose = f" Choose {either(there)}." if there else ""
    if not error.query:
        return Answer(f"Which playlist? This server has no default.{choose}")
    called = f"No shared playlist here is called “{safe_text(error.query, SHOWN)}”"
    if "spotify.com/" in error.query or error.query.startswith("spotify:"):
        called = "That playlist isn't shared here"
    return Answer(f"{called}.{choose}")


def no_lists(_error: lists.NoListsError, place: Place) -> Answer:
    return Answer(f"No shared playlist here yet. Start one with {place.create}.")


def nowhere_to_add(_error: lists.NowhereToAddError, place: Place) -> Answer:
    return Answer(
        f"No shared playlist here yet. Start one with {place.create}. "
        f"To add music to a playlist of your own, use {place.link} first."
    )


def link_to_read(error: lists.LinkToReadError, place: Place) -> Answer:
    return Answer(
        f"I can only read a playlist's tracks once you've linked Spotify with {place.link}. "
        f"You can add tracks and albums to **{safe_text(error.name, SHOWN)}** without one."
    )


def too_many_lists(error: lists.TooManyListsError, _place: Place) -> Answer:
    return Answer(
        f"One member can lend {error.most} playlists to a server at a time, and that many are lent already. "
        "Nothing was changed. "
        "Close one with `/shared close`, or offer it to somebody else with `/shared transfer`."
    )


def lender_not_ready(error: lists.LenderNotReadyError, place: Place) -> Answer:
    return Answer(
        f"{mention(error.member_id)} has to use {place.link} again before I can reach their Spotify account. "
        "Nothing was lent; the question stays open, so press again afterwards."
    )


def list_paused(error: lists.ListPausedError, _place: Place) -> Answer:
    return Answer(
        f"“{safe_text(error.name, SHOWN)}” is paused, so nothing was changed. "
        "Try again once one of its managers has resumed it."
    )


def list_closed(error: lists.ListClosedError, _place: Place) -> Answer:
    return Answer(f"“{safe_text(error.name, SHOWN)}” was given back to its owner, so nothing was changed.")


OUT_OF_REACH = {
    Trouble.OWNER_UNLINKED: "its owner is not linked to Spotify any more. Try again once they have used {link}",
    Trouble.CONSENT_ENDED: "its owner's link to Spotify has ended. Try again once they have used {link}",
    Trouble.OWNER_LEFT: (
        "its owner has left this server. Try again once they are back, or somebody else has taken it over"
    ),
    Trouble.FORBIDDEN: "Spotify does not let its owner change it at the moment. Try again in an hour",
    Trouble.PLAYLIST_GONE: "Spotify does not know that playlist any more. Its managers have to look after it",
    Trouble.BOT_REMOVED: "I was removed from its server. Try again once I'm back there",
}
OUT_OF_REACH_NOW = "its owner cannot be asked at the moment. Try again later"


def out_of_reach(error: lists.ListOutOfReachError, place: Place) -> Answer:
    why = OUT_OF_REACH.get(error.trouble, OUT_OF_REACH_NOW).format(link=place.link)
    return Answer(
        f"I could not look into “{safe_text(error.name, SHOWN)}”: {why}. Everything is kept; nothing was changed."
    )


def list_ownerless(error: lists.ListOwnerlessError, _place: Place) -> Answer:
    return Answer(
        f"“{safe_text(error.name, SHOWN)}” has had no owner for 30 days, so nothing was added. "
        "Try again once somebody has taken it over; its managers can offer it with `/shared transfer`."
    )


NEEDED = {
    "add": "Adding to this playlist is not open to you here, so nothing was added. "
    "Its managers decide which roles may.",
    "vote": "Voting about this playlist is not open to you here, so nothing was counted. "
    "Its managers decide which roles may.",
    "members": "The members vote about this one, so nobody decides it alone. Nothing was changed.",
    "curate": "Only curators of this playlist can do that, and nothing was changed.",
    "manage": "Only managers of this playlist can do that, and nothing was changed.",
    "take_over": "This offer is for somebody else, and nothing was changed.",
    "guild": "Only members who may manage this server can do that, and nothing was changed.",
}


def not_allowed(error: lists.NotAllowedError, _place: Place) -> Answer:
    return Answer(NEEDED.get(error.needs, "That is not open to you here, and nothing was changed."))


def too_young(error: lists.TooYoungError, _place: Place) -> Answer:
    hours = "1 hour" if error.hours == 1 else f"{error.hours} hours"
    return Answer(
        f"A vote to throw something out can begin once it has been in the playlist for {hours}. "
        "Nothing was changed."
    )


def kept_recently(error: lists.KeptRecentlyError, _place: Place) -> Answer:
    return Answer(
        "The last vote about this ended with keeping it, so nothing was changed. "
        f"Members can be asked again {format_dt(error.until, 'R')}."
    )


def taken_back_too_often(error: lists.TakenBackTooOftenError, _place: Place) -> Answer:
    return Answer(
        f"You took back {count(error.most, 'track')} of this playlist within an hour, and more is not possible. "
        f"It stays as it is; try again {format_dt(error.until, 'R')}."
    )


def too_many_votes(error: lists.TooManyVotesError, _place: Place) -> Answer:
    return Answer(
        f"You have begun {error.most} votes here that are still open, so this one was not begun. "
        "Wait until one of them is over."
    )


TAKING_OUT = "It can be taken out again with /shared undo."
TOO_LATE = {
    State.SENDING: f"It is on its way into the playlist already, so it could not be taken back. {TAKING_OUT}",
    State.LANDED: f"It is in the playlist already, so it could not be taken back. {TAKING_OUT}",
    State.PARKED: (
        "Spotify does not say whether it went into the playlist, so it could not be taken back. "
        "A curator has to look first, with `/shared pending`."
    ),
}


def too_late(error: lists.TooLateToWithdrawError, _place: Place) -> Answer:
    return Answer(
        TOO_LATE.get(error.contribution.state, "It is no longer waiting, so there is nothing to take back.")
    )


FIELDS = {
    "votes_needed": "The number of votes needed",
    "vote_hours": "The hours for a vote",
    "voters_to_remove": "The number of voters",
    "age_to_remove_hours": "The age in hours",
    "approval_days": "The days for an approval",
    "time_zone": "The time zone",
    "per_member": "The number of tracks",
    "open_proposals": "The number of open proposals",
    "per_artist": "The number of tracks",
    "shortest_s": "The shortest length",
    "longest_s": "The longest length",
    "first_year": "The first year",
    "last_year": "The last year",
    "most_items": "The number of tracks",
    "name": "The name",
    "description": "The description",
}
OTHER_FIELD = "One of the values"
LENGTHS = "{field} has to be minutes and seconds, such as 3:30, and a day at most."
PROBLEMS = {
    ("shortest_s", "time"): LENGTHS,
    ("longest_s", "time"): LENGTHS,
    ("longest_s", "order"): "The shortest length cannot be more than the longest one.",
    ("last_year", "order"): "The first year cannot be later than the last one.",
    ("member", "owner"): "That member is its owner already.",
    ("member", "bot"): "A bot cannot own a playlist.",
    (
        "channel",
        "closed",
    ): "I cannot write in that channel: I need to see it, to send messages and to embed links.",
    ("drop_channel", "taken"): "What is dropped there goes into another shared playlist already.",
}
OTHER_PROBLEM = "{field} cannot be used like that."


def setting_unusable(error: lists.SettingError, _place: Place) -> Answer:
    field = FIELDS.get(error.field, OTHER_FIELD)
    match error.problem:
        case "zone":
            why = f"{field} is not one I know. It looks like “Europe/Stockholm”, with a region and a city."
        case "offset":
            why = (
                f"{field} needs a region and a city, such as “Europe/Stockholm”, so that it follows summer time. "
                "Without summer time, use UTC."
            )
        case "range" | "number" if error.least is not None and error.most is not None:
            comma = "" if error.field.endswith("year") else ","
            why = f"{field} has to be a whole number from {error.least:{comma}} to {error.most:{comma}}."
        case "number":
            why = f"{field} has to be a whole number."
        case "most":
            why = f"At most {error.most} can be blocked at the same time. Let another one in again first."
        case "invisible":
            why = f"{field} needs at least one letter or sign that can be seen."
        case "length" if error.most is not None:
            why = f"{field} has to be one line of at most {error.most} characters."
        case _:
            why = (PROBLEMS.get((error.field, error.problem)) or OTHER_PROBLEM).format(field=field)
    return Answer(f"{why} Nothing was changed.")


LIST_TABLE: Mapping[type[BaseException], Wording] = {
    lists.ListError: says("That does not work with this playlist, and nothing was changed."),
    lists.ListNameTakenError: name_taken,
    lists.PlaylistLentError: says(
        "That playlist is lent already, and it can be lent only once at a time. "
        "Nothing was changed; pick another one, or close it where it is lent first."
    ),
    lists.ListNotFoundError: list_not_found,
    lists.NoListsError: no_lists,
    lists.NowhereToAddError: nowhere_to_add,
    lists.LinkToReadError: link_to_read,
    lists.TooManyListsError: too_many_lists,
    lists.LenderNotReadyError: lender_not_ready,
    lists.ListPausedError: list_paused,
    lists.ListClosedError: list_closed,
    lists.ListOwnerlessError: list_ownerless,
    lists.ListChangedError: says(
        "Somebody changed the same thing at the same moment, so your change was not kept. Please try again."
    ),
    lists.NotAllowedError: not_allowed,
    lists.RuleError: refused_by_rules,
    lists.ContributionGoneError: says("That is no longer there, so nothing was changed."),
    lists.NotYoursError: says("Only whoever added it can take it back. Nothing was changed."),
    lists.TooLateToWithdrawError: too_late,
    lists.PlaylistNeededError: says(
        "Which of your playlists? Start typing its name in the `playlist` option and pick one."
    ),
    lists.ContentsHiddenError: says(
        "Spotify shows that playlist's tracks only to its owner and collaborators. "
        "Links to tracks and albums work for everybody."
    ),
    lists.AlreadyDecidedError: says("That was decided already, so nothing was changed."),
    lists.OwnVoteError: says(
        "This was proposed by you, so your own vote does not count. Nothing was changed."
    ),
    lists.TooYoungError: too_young,
    lists.KeptRecentlyError: kept_recently,
    lists.TooManyVotesError: too_many_votes,
    lists.TakenBackTooOftenError: taken_back_too_often,
    lists.NothingToUndoError: says(
        "There is nothing of the last 30 days that you could take back here, so nothing was changed."
    ),
    lists.SnapshotNotFoundError: says(
        "That earlier version is no longer kept, so nothing was changed. Pick one of the suggestions."
    ),
    lists.ListBusyError: says(
        "Another big change of this playlist is under way, so nothing was begun. Try again in a few minutes."
    ),
    StoppedMidwayError: says(
        "Something came in the way before all of it was looked at. What went in before that is kept; "
        "`/shared show` tells what there is."
    ),
    lists.ListOutOfReachError: out_of_reach,
    lists.OwnerChangedAccountError: says(
        "The owner of this playlist is linked to another Spotify account now, so I may not change it. "
        "What was accepted is kept until the account that lent it is linked again."
    ),
    lists.PromptExpiredError: says(
        "This question is over: it was answered, asked anew, or is too old. Nothing was changed by this press."
    ),
    lists.SettingError: setting_unusable,
}
