"""What went wrong with a shared playlist, in sentences. Merged into the table of `errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

from bot import shared_errors as lists
from bot.services.shared.proposals.outcomes import StoppedMidwayError
from bot.services.shared.rules.values import LONGEST_S
from bot.stores.contributions import State
from bot.stores.lists import Trouble
from cogs.words.error_sentences import SHOWN, Answer, either, permissions, says
from cogs.words.names import length, mention
from cogs.words.rules import refused_by_rules
from cogs.words.text import count, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cogs.words.error_sentences import Place, Wording


NAMES_SHOWN = 5


def name_taken(error: lists.ListNameTakenError, _place: Place) -> Answer:
    return Answer(
        f"This server already has a shared playlist called “{safe_text(error.name, SHOWN)}”. Choose another name."
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
        f"A member can lend at most {error.most} playlists to a server. "
        "Close one with `/shared close`, or pass one on with `/shared transfer`."
    )


def lender_not_ready(error: lists.LenderNotReadyError, place: Place) -> Answer:
    return Answer(
        f"{mention(error.member_id)} needs to {place.link} again before I can reach their Spotify account. "
        "Nothing was lent. Press again once they have."
    )


def status_unchanged(error: lists.StatusUnchangedError, _place: Place) -> Answer:
    name = safe_text(error.name, SHOWN)
    if error.paused:
        return Answer(f"“{name}” is already paused. `/shared resume` opens it again.")
    return Answer(f"“{name}” isn't paused.")


def list_paused(error: lists.ListPausedError, _place: Place) -> Answer:
    return Answer(
        f"“{safe_text(error.name, SHOWN)}” is paused, so nothing was added or changed. "
        "Try again once a manager has resumed it."
    )


def list_closed(error: lists.ListClosedError, _place: Place) -> Answer:
    return Answer(
        f"“{safe_text(error.name, SHOWN)}” is closed: its owner has it back. `/shared list` shows the others."
    )


OUT_OF_REACH = {
    Trouble.OWNER_UNLINKED: "its owner unlinked Spotify. Try again once they've used {link}",
    Trouble.CONSENT_ENDED: "the Spotify link of its owner has expired. Try again once they've used {link}",
    Trouble.OWNER_LEFT: (
        "its owner left this server. Try again once they're back, or find a new owner with `/shared transfer`"
    ),
    Trouble.FORBIDDEN: "Spotify doesn't let its owner change it right now. Try again in an hour",
    Trouble.PLAYLIST_GONE: (
        "Spotify can't find it anymore. A manager can offer it anew with `/shared transfer`, or use `/shared close`"
    ),
    Trouble.BOT_REMOVED: "I was removed from its server. Try again once I'm back",
}
OUT_OF_REACH_NOW = "its owner can't be reached right now. Try again later"


def out_of_reach(error: lists.ListOutOfReachError, place: Place) -> Answer:
    why = OUT_OF_REACH.get(error.trouble, OUT_OF_REACH_NOW).format(link=place.link)
    return Answer(f"I can't open “{safe_text(error.name, SHOWN)}”: {why}. Nothing is lost.")


def list_ownerless(error: lists.ListOwnerlessError, _place: Place) -> Answer:
    return Answer(
        f"“{safe_text(error.name, SHOWN)}” has had no owner for 30 days, so nothing can be added. "
        "A manager can find a new owner with `/shared transfer`."
    )


NEEDED = {
    "add": "Your roles don't allow adding to this playlist. Its managers choose which ones do.",
    "vote": "Your roles don't allow voting in this playlist. Its managers choose which ones do.",
    "members": "Members vote on this one, so nobody can decide it alone.",
    "curate": "Only curators of this playlist can do that.",
    "manage": "Only managers of this playlist can do that.",
    "take_over": "This offer is for somebody else.",
    "guild": "Only server managers can do that.",
}


def not_allowed(error: lists.NotAllowedError, _place: Place) -> Answer:
    return Answer(NEEDED.get(error.needs, "You can't do that here."))


def too_young(error: lists.TooYoungError, _place: Place) -> Answer:
    return Answer(f"Tracks can be voted out after {count(error.hours, 'hour')} in the playlist.")


def kept_recently(error: lists.KeptRecentlyError, _place: Place) -> Answer:
    return Answer(
        f"Members just voted to keep this. You can start another vote {format_dt(error.until, 'R')}."
    )


def taken_back_too_often(error: lists.TakenBackTooOftenError, _place: Place) -> Answer:
    return Answer(
        f"You took back {count(error.most, 'track')} of this playlist within an hour, which is the limit, "
        f"so this one stays. Try again {format_dt(error.until, 'R')}."
    )


def too_many_votes(error: lists.TooManyVotesError, _place: Place) -> Answer:
    return Answer(f"You already have {count(error.most, 'open vote')} here. Wait until one of them ends.")


TOO_LATE = {
    State.SENDING: "It's already on its way into the playlist. `/shared undo` can take it out again.",
    State.LANDED: "It's already in the playlist. `/shared undo` can take it out again.",
    State.PARKED: (
        "Spotify didn't say whether it went in, so it can't be taken back yet. "
        "A curator has to check it in `/shared pending`."
    ),
}


def too_late(error: lists.TooLateToWithdrawError, _place: Place) -> Answer:
    return Answer(TOO_LATE.get(error.contribution.state, "It isn't pending anymore."))


FIELDS = {  # what a value is called, and what it counts
    "votes_needed": ("Votes needed", ""),
    "vote_hours": ("Voting time", " hours"),
    "approval_days": ("Approval time", " days"),
    "voters_to_remove": ("Votes needed", ""),
    "age_to_remove_hours": ("Time in the playlist", " hours"),
    "time_zone": ("The time zone", ""),
    "per_member": ("Tracks per member", ""),
    "open_proposals": ("Open proposals", ""),
    "per_artist": ("Tracks per artist", ""),
    "shortest_s": ("Shortest length", ""),
    "longest_s": ("Longest length", ""),
    "first_year": ("The first year", ""),
    "last_year": ("The last year", ""),
    "most_items": ("Playlist size", " tracks"),
    "name": ("The name", ""),
    "description": ("The description", ""),
}
OTHER_FIELD = ("This value", "")
WHOLE = {"number": " in whole numbers"}  # by the problem
RANGE = "{field} must be {least} to {most}{unit}{whole}."
LENGTHS = f"{{field}} must be 0:01 to {length(LONGEST_S * 1000)}, like 3:30."
PROBLEMS = {
    ("shortest_s", "time"): LENGTHS,
    ("longest_s", "time"): LENGTHS,
    ("longest_s", "order"): "The shortest length can't be more than the longest one.",
    ("last_year", "order"): "The first year can't be after the last one.",
    ("member", "owner"): "They already own this playlist. Choose another member.",
    ("member", "bot"): "A bot can't own a playlist. Choose a member.",
    ("member", "unlinked"): (
        "They haven't linked Spotify yet, so they can't take it over. Ask them to use {link}, then offer it again."
    ),
}
OTHER_PROBLEM = "{field} can't be used like that."


def setting_unusable(error: lists.SettingError, place: Place) -> Answer:
    field, unit = FIELDS.get(error.field, OTHER_FIELD)
    match error.problem:
        case "zone":
            why = "I don't know that time zone. Use a region and a city, like “Europe/Stockholm”."
        case "offset":
            why = (
                "Use a region and a city, like “Europe/Stockholm”, so that daylight saving time counts. "
                "UTC works, too."
            )
        case "range" | "number" if error.least is not None and error.most is not None:
            comma = "" if error.field.endswith("year") else ","
            least, most = f"{error.least:{comma}}", f"{error.most:{comma}}"
            whole = WHOLE.get(error.problem, "")
            why = RANGE.format(field=field, least=least, most=most, unit=unit, whole=whole)
        case "number":
            why = f"{field} must be a whole number."
        case "most":
            why = f"At most {error.most} can be blocked. Unblock another one first."
        case "invisible":
            why = f"{field} needs at least one visible letter or sign."
        case "length" if error.most is not None:
            why = f"{field} must be one line of 1 to {error.most} characters."
        case _:
            words = PROBLEMS.get((error.field, error.problem)) or OTHER_PROBLEM
            why = words.format(field=field, link=place.link)
    return Answer(why)


def channel_unusable(error: lists.ChannelError, _place: Place) -> Answer:
    channel = f"<#{error.channel_id}>"
    if error.other:
        return Answer(
            f"Links dropped in {channel} already go into “{safe_text(error.other, SHOWN)}”. "
            "Choose another channel, or change it in the settings of that playlist."
        )
    return Answer(
        f"I can't post in {channel}. I need {permissions(error.missing)} there. "
        "Ask someone who manages the server, or choose another channel."
    )


LIST_TABLE: Mapping[type[BaseException], Wording] = {
    lists.ListError: says("That doesn't work with this playlist."),
    lists.ListNameTakenError: name_taken,
    lists.PlaylistLentError: says(
        "That playlist is already lent, and it can only be lent once. "
        "Pick another one, or close it with `/shared close` where it's lent."
    ),
    lists.ListNotFoundError: list_not_found,
    lists.NoListsError: no_lists,
    lists.NowhereToAddError: nowhere_to_add,
    lists.LinkToReadError: link_to_read,
    lists.TooManyListsError: too_many_lists,
    lists.LenderNotReadyError: lender_not_ready,
    lists.StatusUnchangedError: status_unchanged,
    lists.ListPausedError: list_paused,
    lists.ListClosedError: list_closed,
    lists.ListOwnerlessError: list_ownerless,
    lists.ListChangedError: says(
        "Somebody changed this at the same moment, so your change wasn't saved. Please try again."
    ),
    lists.NotAllowedError: not_allowed,
    lists.RuleError: refused_by_rules,
    lists.ContributionGoneError: says("That's no longer there."),
    lists.NotYoursError: says("Only the member who added it can take it back."),
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
    lists.AlreadyDecidedError: says("That's already decided."),
    lists.OwnVoteError: says("You proposed this, so your own vote doesn't count."),
    lists.TooYoungError: too_young,
    lists.KeptRecentlyError: kept_recently,
    lists.TooManyVotesError: too_many_votes,
    lists.TakenBackTooOftenError: taken_back_too_often,
    lists.NothingToUndoError: says("There's nothing from the last 30 days that you can undo here."),
    lists.SnapshotNotFoundError: says("That version is no longer kept. Pick one of the suggestions."),
    lists.ListBusyError: says(
        "Another big change of this playlist is running, so yours wasn't started. Try again in a few minutes."
    ),
    StoppedMidwayError: says(
        "I was interrupted halfway. What went in before that stays; `/shared show` lists it."
    ),
    lists.ListOutOfReachError: out_of_reach,
    lists.OwnerChangedAccountError: says(
        "The owner of this playlist has linked another Spotify account, so I can't change it. "
        "Pending tracks are kept until they link the account that lent it."
    ),
    lists.PromptExpiredError: says("This prompt has expired. Use the command again."),
    lists.SettingError: setting_unusable,
    lists.ChannelError: channel_unusable,
}
