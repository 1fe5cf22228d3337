"""What went wrong with a shared playlist, in sentences. Merged into the table of `errors`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

from bot import shared_errors as lists
from bot.languages import Plural, Text, any_of, number
from bot.services.shared.proposals.outcomes import StoppedMidwayError
from bot.services.shared.rules.values import LONGEST_S, LONGEST_WORD
from bot.services.track_files.lines import MOST_LINES, Problem, UnreadableFileError
from bot.stores.contributions import State
from bot.stores.lists import Trouble
from cogs.words import grants
from cogs.words.counts import MORE
from cogs.words.error_sentences import SHOWN, Answer, permissions
from cogs.words.names import length, mention
from cogs.words.rules import refused_by_rules
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cogs.words.error_sentences import Place, Wording


NAMES_SHOWN = 5
NAME_TAKEN = Text("This server already has a shared playlist called “{name}”. Choose another name.")
WHICH = Text("Which playlist? This server has no default.")
NOT_SHARED = Text("That playlist isn't shared here.")
NONE_CALLED = Text("No shared playlist here is called “{name}”.")
CHOOSE = Text("Choose {playlists}.")
NONE_YET = Text("No shared playlist here yet. Start one with {create}.")
NOWHERE_TO_ADD = Text(
    "No shared playlist here yet. Start one with {create}. "
    "To add music to a playlist of your own, use {link} first."
)
LINK_TO_READ = Text(
    "I can only read a playlist's tracks once you've linked Spotify with {link}. "
    "You can add tracks and albums to {playlist} without one."
)
TOO_MANY_LISTS = Plural(
    "A member can lend at most {n:,} playlist to a server. "
    "Close one with `/shared close`, or pass one on with `/shared transfer`.",
    "A member can lend at most {n:,} playlists to a server. "
    "Close one with `/shared close`, or pass one on with `/shared transfer`.",
)
LENDER_NOT_READY = Text(
    "{member} needs to {link} again before I can reach their Spotify account. "
    "Nothing was lent. Press again once they have."
)
PAUSED_ALREADY = Text("“{playlist}” is already paused. `/shared resume` opens it again.")
NOT_PAUSED = Text("“{playlist}” isn't paused.")
PAUSED = Text(
    "“{playlist}” is paused, so nothing was added or changed. Try again once a manager has resumed it."
)
CLOSED = Text("“{playlist}” is closed: its owner has it back. `/shared list` shows the others.")
OWNERLESS = Text(
    "“{playlist}” has had no owner for 30 days, so nothing can be added. "
    "A manager can find a new owner with `/shared transfer`."
)
OUT_OF_REACH = {
    Trouble.OWNER_UNLINKED: Text(
        "I can't open “{playlist}”: its owner unlinked Spotify. Try again once they've used {link}. "
        "Nothing is lost."
    ),
    Trouble.CONSENT_ENDED: Text(
        "I can't open “{playlist}”: the Spotify link of its owner has expired. "
        "Try again once they've used {link}. Nothing is lost."
    ),
    Trouble.OWNER_LEFT: Text(
        "I can't open “{playlist}”: its owner left this server. "
        "Try again once they're back, or find a new owner with `/shared transfer`. Nothing is lost."
    ),
    Trouble.FORBIDDEN: Text(
        "I can't open “{playlist}”: Spotify doesn't let its owner change it right now. "
        "Try again in an hour. Nothing is lost."
    ),
    Trouble.PLAYLIST_GONE: Text(
        "I can't open “{playlist}”: Spotify can't find it anymore. "
        "A manager can offer it anew with `/shared transfer`, or use `/shared close`. Nothing is lost."
    ),
    Trouble.BOT_REMOVED: Text(
        "I can't open “{playlist}”: I was removed from its server. Try again once I'm back. Nothing is lost."
    ),
}
OUT_OF_REACH_NOW = Text(
    "I can't open “{playlist}”: its owner can't be reached right now. Try again later. Nothing is lost."
)
NEEDED = {
    "add": Text("Your roles don't allow adding to this playlist. Its managers choose which ones do."),
    "vote": Text("Your roles don't allow voting in this playlist. Its managers choose which ones do."),
    "like": Text("Curators blocked you from this playlist, so you can't like what's in it."),
    "members": Text("Members vote on this one, so nobody can decide it alone."),
    "curate": Text("Only curators of this playlist can do that."),
    "manage": Text("Only managers of this playlist can do that."),
    "own": Text("Only the owner of this playlist can do that."),
    "second": Text("Somebody else has to confirm what you started: another curator, or the owner."),
    "take_over": Text("This offer is for somebody else."),
    "guild": Text("Only server managers can do that."),
}
NOT_ALLOWED = Text("You can't do that here.")
COVER_NOT_ALLOWED = Text(
    "For covers, {owner} has to let me upload pictures to Spotify first. "
    "They get a button for it from `/shared edit` with a picture. Nothing was changed."
)
TOO_YOUNG = Plural(
    "Tracks can be voted out after {n:,} hour in the playlist.",
    "Tracks can be voted out after {n:,} hours in the playlist.",
)
TOO_NEW_TO_VOTE = Plural(
    "In this playlist, members can vote once they've been in the server for {n:,} day. You can vote {when}.",
    "In this playlist, members can vote once they've been in the server for {n:,} days. You can vote {when}.",
)
TOO_NEW_UNKNOWN = Plural(
    "In this playlist, members can vote once they've been in the server for {n:,} day. "
    "Discord doesn't say when you joined, so your vote wasn't counted.",
    "In this playlist, members can vote once they've been in the server for {n:,} days. "
    "Discord doesn't say when you joined, so your vote wasn't counted.",
)
KEPT_RECENTLY = Text("Members just voted to keep this. You can start another vote {when}.")
TAKEN_BACK_TOO_OFTEN = Plural(
    "You took back {n:,} track of this playlist within an hour, which is the limit, "
    "so this one stays. Try again {when}.",
    "You took back {n:,} tracks of this playlist within an hour, which is the limit, "
    "so this one stays. Try again {when}.",
)
TOO_MANY_VOTES = Plural(
    "You already have {n:,} open vote here. Wait until one of them ends.",
    "You already have {n:,} open votes here. Wait until one of them ends.",
)
TOO_LATE = {
    State.SENDING: Text("It's already on its way into the playlist. `/shared undo` can take it out again."),
    State.LANDED: Text("It's already in the playlist. `/shared undo` can take it out again."),
    State.PARKED: Text(
        "Spotify didn't say whether it went in, so it can't be taken back yet. "
        "A curator has to check it in `/shared pending`."
    ),
}
NOT_PENDING = Text("It isn't pending anymore.")
# Any number within the limits, and whole numbers only.
RANGE = (
    Text("{field} must be {least} to {most}."),
    Text("{field} must be {least} to {most} in whole numbers."),
)
RANGE_OF_HOURS = (
    Text("{field} must be {least} to {most} hours."),
    Text("{field} must be {least} to {most} hours in whole numbers."),
)
RANGE_OF_DAYS = (
    Text("{field} must be {least} to {most} days."),
    Text("{field} must be {least} to {most} days in whole numbers."),
)
RANGE_OF_MINUTES = (
    Text("{field} must be {least} to {most} minutes."),
    Text("{field} must be {least} to {most} minutes in whole numbers."),
)
RANGE_OF_TRACKS = (
    Text("{field} must be {least} to {most} tracks."),
    Text("{field} must be {least} to {most} tracks in whole numbers."),
)
FIELDS = {  # what a value is called, and its limits
    "votes_needed": (Text("Votes needed"), RANGE),
    "vote_hours": (Text("Voting time"), RANGE_OF_HOURS),
    "approval_days": (Text("Approval time"), RANGE_OF_DAYS),
    "voters_to_remove": (Text("Votes needed"), RANGE),
    "age_to_remove_hours": (Text("Time in the playlist"), RANGE_OF_HOURS),
    "voter_days": (Text("Days in the server"), RANGE_OF_DAYS),
    "round_hour": (Text("The hour"), RANGE),
    "round_weeks": (Text("Weeks in a round"), RANGE),
    "digest_hour": (Text("The hour"), RANGE),
    "time_zone": (Text("The time zone"), RANGE),
    "per_member": (Text("Tracks per member"), RANGE),
    "open_proposals": (Text("Open proposals"), RANGE),
    "per_artist": (Text("Tracks per artist"), RANGE),
    "shortest_s": (Text("Shortest length"), RANGE),
    "longest_s": (Text("Longest length"), RANGE),
    "first_year": (Text("The first year"), RANGE),
    "last_year": (Text("The last year"), RANGE),
    "most_items": (Text("Playlist size"), RANGE_OF_TRACKS),
    "again_days": (Text("Time before it can come back"), RANGE_OF_DAYS),
    "minutes_between": (Text("Time between tracks"), RANGE_OF_MINUTES),
    "stay_days": (Text("Longest stay"), RANGE_OF_DAYS),
    "name": (Text("The name"), RANGE),
    "description": (Text("The description"), RANGE),
}
OTHER_FIELD = (Text("This value"), RANGE)
UNKNOWN_ZONE = Text("I don't know that time zone. Use a region and a city, like “Europe/Stockholm”.")
ZONE_IS_OFFSET = Text(
    "Use a region and a city, like “Europe/Stockholm”, so that daylight saving time counts. UTC works, too."
)
NOT_WHOLE = Text("{field} must be a whole number.")
BLOCKED_ENOUGH = Text("At most {most:,} can be blocked. Unblock another one first.")
INVISIBLE = Text("{field} needs at least one visible letter or sign.")
TOO_LONG = Text("{field} must be one line of 1 to {most:,} characters.")
LENGTHS = Text("{field} must be 0:01 to {longest}, like 3:30.")
PROBLEMS = {
    ("shortest_s", "time"): LENGTHS,
    ("longest_s", "time"): LENGTHS,
    ("longest_s", "order"): Text("The shortest length can't be more than the longest one."),
    ("last_year", "order"): Text("The first year can't be after the last one."),
    ("member", "owner"): Text("They already own this playlist. Choose another member."),
    ("member", "bot"): Text("A bot can't own a playlist. Choose a member."),
    ("member", "unlinked"): Text(
        "They haven't linked Spotify yet, so they can't take it over. Ask them to use {link}, then offer it again."
    ),
}
WORDS = Text(
    "Type at most {most} words or phrases, with commas between them. "
    "Each can have {longest} characters, and needs a letter or a number."
)
OTHER_PROBLEM = Text("{field} can't be used like that.")
DROPS_ELSEWHERE = Text(
    "Links dropped in {channel} already go into “{playlist}”. "
    "Choose another channel, or change it in the settings of that playlist."
)
CANNOT_POST = Text(
    "I can't post in {channel}. I need {permissions} there. "
    "Ask someone who manages the server, or choose another channel."
)
UNREADABLE: Mapping[Problem, Text] = {
    Problem.SIZE: Text("That file is too large: up to {bytes} works. Split it and import the parts."),
    Problem.LINES: Text(
        "That's too much at once: up to {most:,} tracks work. Split it and import the parts."
    ),
    Problem.EMPTY: Text(
        "There are no tracks in that. Paste links, or lines with an artist, a dash and a title."
    ),
    Problem.COLUMNS: Text(
        "I can't tell which columns name tracks. The first row needs names such as “Title” and “Artist”, or “Link”."
    ),
    Problem.BROKEN: Text(
        "I can't read that file. CSV, JSPF, XSPF, M3U8 and plain text work. Export it again, or paste the lines."
    ),
    Problem.DOCTYPE: Text(
        "That XSPF file has a document type, which I don't open because it can hide anything. "
        "Remove its DOCTYPE and try again."
    ),
}


def name_taken(error: lists.ListNameTakenError, _place: Place) -> Answer:
    return Answer(NAME_TAKEN(name=safe_text(error.name, SHOWN)))


def list_not_found(error: lists.ListNotFoundError, _place: Place) -> Answer:
    there = [f"**{safe_text(name, SHOWN)}**" for name in error.names[:NAMES_SHOWN]]
    more = len(error.names) - len(there)
    if more > 0:
        there.append(MORE(more))
    if not error.query:
        said = WHICH()
    elif "spotify.com/" in error.query or error.query.startswith("spotify:"):
        said = NOT_SHARED()
    else:
        said = NONE_CALLED(name=safe_text(error.query, SHOWN))
    return Answer(f"{said} {CHOOSE(playlists=any_of(there))}" if there else said)


def no_lists(_error: lists.NoListsError, place: Place) -> Answer:
    return Answer(NONE_YET(create=place.create))


def nowhere_to_add(_error: lists.NowhereToAddError, place: Place) -> Answer:
    return Answer(NOWHERE_TO_ADD(create=place.create, link=place.link))


def link_to_read(error: lists.LinkToReadError, place: Place) -> Answer:
    return Answer(LINK_TO_READ(link=place.link, playlist=f"**{safe_text(error.name, SHOWN)}**"))


def too_many_lists(error: lists.TooManyListsError, _place: Place) -> Answer:
    return Answer(TOO_MANY_LISTS(error.most))


def lender_not_ready(error: lists.LenderNotReadyError, place: Place) -> Answer:
    return Answer(LENDER_NOT_READY(member=mention(error.member_id), link=place.link))


def status_unchanged(error: lists.StatusUnchangedError, _place: Place) -> Answer:
    return Answer((PAUSED_ALREADY if error.paused else NOT_PAUSED)(playlist=safe_text(error.name, SHOWN)))


def list_paused(error: lists.ListPausedError, _place: Place) -> Answer:
    return Answer(PAUSED(playlist=safe_text(error.name, SHOWN)))


def list_closed(error: lists.ListClosedError, _place: Place) -> Answer:
    return Answer(CLOSED(playlist=safe_text(error.name, SHOWN)))


def out_of_reach(error: lists.ListOutOfReachError, place: Place) -> Answer:
    words = OUT_OF_REACH.get(error.trouble, OUT_OF_REACH_NOW)
    return Answer(words(playlist=safe_text(error.name, SHOWN), link=place.link))


def list_ownerless(error: lists.ListOwnerlessError, _place: Place) -> Answer:
    return Answer(OWNERLESS(playlist=safe_text(error.name, SHOWN)))


def not_allowed(error: lists.NotAllowedError, _place: Place) -> Answer:
    return Answer(NEEDED.get(error.needs, NOT_ALLOWED)())


def not_granted(error: lists.NotGrantedError, _place: Place) -> Answer:
    return Answer(grants.not_granted(error.name, error.owner_id, error.grant, asked=error.asked))


def cover_not_allowed(error: lists.CoverNotAllowedError, _place: Place) -> Answer:
    return Answer(COVER_NOT_ALLOWED(owner=mention(error.owner_id)))


def too_young(error: lists.TooYoungError, _place: Place) -> Answer:
    return Answer(TOO_YOUNG(error.hours))


def too_new_to_vote(error: lists.TooNewToVoteError, _place: Place) -> Answer:
    if error.until is None:
        return Answer(TOO_NEW_UNKNOWN(error.days))
    return Answer(TOO_NEW_TO_VOTE(error.days, when=format_dt(error.until, "R")))


def kept_recently(error: lists.KeptRecentlyError, _place: Place) -> Answer:
    return Answer(KEPT_RECENTLY(when=format_dt(error.until, "R")))


def taken_back_too_often(error: lists.TakenBackTooOftenError, _place: Place) -> Answer:
    return Answer(TAKEN_BACK_TOO_OFTEN(error.most, when=format_dt(error.until, "R")))


def too_many_votes(error: lists.TooManyVotesError, _place: Place) -> Answer:
    return Answer(TOO_MANY_VOTES(error.most))


def too_late(error: lists.TooLateToWithdrawError, _place: Place) -> Answer:
    return Answer(TOO_LATE.get(error.contribution.state, NOT_PENDING)())


def setting_unusable(error: lists.SettingError, place: Place) -> Answer:
    name, within = FIELDS.get(error.field, OTHER_FIELD)
    field = name()
    match error.problem:
        case "zone":
            why = UNKNOWN_ZONE()
        case "offset":
            why = ZONE_IS_OFFSET()
        case "range" | "number" if error.least is not None and error.most is not None:
            shown = str if error.field.endswith("year") else number
            words = within[error.problem == "number"]
            why = words(field=field, least=shown(error.least), most=shown(error.most))
        case "number":
            why = NOT_WHOLE(field=field)
        case "most":
            why = BLOCKED_ENOUGH(most=error.most)
        case "invisible":
            why = INVISIBLE(field=field)
        case "words":
            why = WORDS(most=error.most, longest=LONGEST_WORD)
        case "length" if error.most is not None:
            why = TOO_LONG(field=field, most=error.most)
        case _:
            words = PROBLEMS.get((error.field, error.problem), OTHER_PROBLEM)
            why = words(field=field, link=place.link, longest=length(LONGEST_S * 1000))
    return Answer(why)


def channel_unusable(error: lists.ChannelError, _place: Place) -> Answer:
    channel = f"<#{error.channel_id}>"
    if error.other:
        return Answer(DROPS_ELSEWHERE(channel=channel, playlist=safe_text(error.other, SHOWN)))
    return Answer(CANNOT_POST(channel=channel, permissions=permissions(error.missing)))


def unreadable_file(error: UnreadableFileError, _place: Place) -> Answer:
    return Answer(UNREADABLE[error.problem](bytes="1 MB", most=MOST_LINES))


LIST_TABLE: Mapping[type[BaseException], Wording | Text] = {
    lists.ListError: Text("That doesn't work with this playlist."),
    lists.ListNameTakenError: name_taken,
    lists.PlaylistLentError: Text(
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
    lists.ListChangedError: Text(
        "Somebody changed this at the same moment, so your change wasn't saved. Please try again."
    ),
    lists.NotAllowedError: not_allowed,
    lists.NotGrantedError: not_granted,
    lists.CoverNotAllowedError: cover_not_allowed,
    lists.RuleError: refused_by_rules,
    lists.ContributionGoneError: Text("That's no longer there."),
    lists.NotYoursError: Text("Only the member who added it can take it back."),
    lists.TooLateToWithdrawError: too_late,
    lists.PlaylistNeededError: Text(
        "Which of your playlists? Start typing its name in the `playlist` option and pick one."
    ),
    lists.ContentsHiddenError: Text(
        "Spotify shows that playlist's tracks only to its owner and collaborators. "
        "Links to tracks and albums work for everybody."
    ),
    lists.AlreadyDecidedError: Text("That's already decided."),
    lists.OwnVoteError: Text("You proposed this, so your own vote doesn't count."),
    lists.TooNewToVoteError: too_new_to_vote,
    lists.OwnLikeError: Text("You added this one, so your own like doesn't count."),
    lists.NothingLikedError: Text(
        "Nobody likes a track from that time yet, so there's nothing to put in. "
        "Members can press ♥ under `/shared show` and where tracks are announced."
    ),
    lists.TooYoungError: too_young,
    lists.KeptRecentlyError: kept_recently,
    lists.TooManyVotesError: too_many_votes,
    lists.TakenBackTooOftenError: taken_back_too_often,
    lists.NothingToUndoError: Text("There's nothing from the last 30 days that you can undo here."),
    UnreadableFileError: unreadable_file,
    lists.ImportGoneError: Text(
        "That import has expired, so nothing was imported. Use `/shared import` again."
    ),
    lists.ImportRunningError: Text(
        "You can run one import at a time for a playlist, and one is still running. `/shared import` shows it."
    ),
    lists.NotRemovableError: Text(
        "Spotify refuses to remove one of these tracks, because it took it down itself. "
        "Nothing was changed. The owner can remove it in Spotify's app."
    ),
    lists.SnapshotNotFoundError: Text("That version is no longer kept. Pick one of the suggestions."),
    lists.ListBusyError: Text(
        "Another big change of this playlist is running, so yours wasn't started. Try again in a few minutes."
    ),
    StoppedMidwayError: Text(
        "I was interrupted halfway. What went in before that stays; `/shared show` lists it."
    ),
    lists.ListOutOfReachError: out_of_reach,
    lists.OwnerChangedAccountError: Text(
        "The owner of this playlist has linked another Spotify account, so I can't change it. "
        "Pending tracks are kept until they link the account that lent it."
    ),
    lists.PromptExpiredError: Text("This prompt has expired. Use the command again."),
    lists.SettingError: setting_unusable,
    lists.ChannelError: channel_unusable,
}
