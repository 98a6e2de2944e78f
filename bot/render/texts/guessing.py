"""What the bot says in *Guess the work*."""

from collections.abc import Sequence

from bot.language import Label
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import Text, bold_choice, commands, count_text, text
from bot.render.texts.commands import TextOnCommand
from bot.render.texts.examples import LICENCE_LINE

EMOJI, SCORES_EMOJI = "🕵️", "🏆"
QUESTION = Text("Which work is this?")
GUESS, HINT, GIVE_UP = Label("Guess"), Label("Hint −1"), Label("Give up")
SHOW, NEXT = Label("Show the example"), Label("Next")
NEW_GAME, SCORES = Label("Play again"), Label("Scores")
MODAL_TITLE, MODAL_LABEL = Label("Which work is this?"), Label("Title of a film, book, game…")

STARTED = Text("The round is on. Good luck!")
CANNOT_POST = Text("You can’t send messages in this channel, so you can’t start a round here.")
I_CANNOT_POST = Text("I can’t post here. I need *View Channel* and *Send Messages* in this channel.")
SWITCHED_OFF = TextOnCommand(
    "There are no games here. Someone with *Manage Server* can change that in **{command}**.", commands.SETTINGS
)
RUNNING = Text("A round is already running in this channel. Finish that one first.")
NOTHING_TO_GUESS = Text("I have nothing to guess there. Try another medium.")
ROUND_OVER = Text("That round is over.")
GAME_OVER = TextOnCommand("That game ended a while ago. Start a new one with **{command}**.", commands.GUESS)
NO_GUESSES_LEFT = Text("You’ve used all three guesses in this round.")
OUT_OF_ROUND = Text("You gave up this round. The answer comes when it’s over.")
GAVE_UP = Text("You’re out of this round. The answer comes when it’s over.")
CLOSE = Text("Close! Which one exactly? That didn’t cost you a guess.")
NO_MORE_HINTS = Text("There are no more hints.")
HINT_TAKEN = Text("Someone just took that hint.")
NO_SEARCH = Text("No peeking! I don’t search with this card.")
NO_SCORES = TextOnCommand("Nobody has won a round here yet. Start one with **{command}**.", commands.GUESS)
NONE_THIS_MONTH = Text("Nobody yet.")
SCORES_TITLE = Text("Scores in this server")
THIS_MONTH, ALL_TIME = Text("This month"), Text("All time")
UNKNOWN_TITLE = Text("The round is over")


def started(number: int, count: int) -> Markdown:
    """Return the private answer to who started a round."""
    if count == 1:
        return STARTED()
    return text("Round {number} of {count} is on. Good luck!", number=number, count=count)


def status(number: int, count: int, prize: int, ends_at: int) -> Markdown:
    """Return the state of a round. Clients count the seconds down."""
    ends = f"<t:{ends_at}:R>"
    rules = count_text(
        "{count} point · three guesses each · ends {time}", "{count} points · three guesses each · ends {time}",
        prize, time=ends,
    )  # fmt: skip
    return text("round {number} of {count} · {rules}", number=number, count=count, rules=rules) if count > 1 else rules


def wrong(left: int) -> Markdown:
    """Return the answer to a wrong guess."""
    if not left:
        return text("Not it, and that was your last guess in this round.")
    return count_text("Not it, {count} left.", "Not it, {count} left.", left)


def too_late(winner: Markdown) -> Markdown:
    """Return the answer to a right guess after another one."""
    return text("That’s it, but {winner} was faster.", winner=winner)


def won(winner: Markdown, points: int) -> Markdown:
    """Return who won a round."""
    if not points:
        return text("{winner} has it, but looked the example up during the round: no points.", winner=winner)
    return count_text("{winner} has it, {count} point.", "{winner} has it, {count} points.", points, winner=winner)


GIVEN_UP = Text("Given up. Nobody had it.")
TIMED_OUT = Text("Time’s up. Nobody had it.")
SHOWN = Text("I was asked to show this example here, so the round ends without points.")
GONE = Text("The example is no longer on its page, so the round ends without points.")
SOMEONE = Text("Someone")


def name(escaped: Markdown) -> Markdown:
    """Return a winner's name in bold."""
    return Markdown(f"**{escaped}**")


def mention(user_id: int) -> Markdown:
    """Return a member's mention, or a word for one who was forgotten. It pings nobody."""
    return Markdown(f"<@{user_id}>") if user_id else SOMEONE()


def medium_hint(medium: Markdown) -> Markdown:
    """Return the hint that tells the medium."""
    return text("Medium: **{medium}**", medium=medium)


def words_hint(count: int) -> Markdown:
    """Return the hint that tells how long the title is."""
    return count_text("The title has **{count} word**.", "The title has **{count} words**.", count)


def letter_hint(letter: Markdown) -> Markdown:
    """Return the hint that tells the first letter."""
    return text("It starts with **{letter}**, not counting “a” or “the”.", letter=letter)


def titles_hint(titles: Sequence[Markdown]) -> Markdown:
    """Return the hint that offers titles to choose from."""
    return text("It’s {titles}.", titles=bold_choice(titles))


def hint_line(number: int, hint: Markdown) -> Markdown:
    """Return a hint as a line of the card."""
    return Markdown(f"💡 {number}. {hint}")


def scores_line(place: int, user_id: int, points: int, wins: int) -> Markdown:
    """Return a member's place in the scores."""
    won_points = count_text("{count} point", "{count} points", points)
    rounds = count_text("{count} round", "{count} rounds", wins)
    return Markdown(f"{place}\\. {mention(user_id)} **{won_points}**, {rounds}")


def outcome_text(outcome: str, winner: Markdown = NO_TEXT, points: int = 0) -> Markdown:
    """Return how a round ended."""
    match outcome:
        case "won":
            return won(winner, points)
        case "given up":
            return GIVEN_UP()
        case "shown":
            return SHOWN()
        case "gone":
            return GONE()
        case _:
            return TIMED_OUT()


def own_texts() -> list[str]:
    """Return what the bot says while a round runs, whatever its example is.

    Works whose names have a word of it are not played.
    """
    constants = (
        *(QUESTION, GUESS, HINT, GIVE_UP, MODAL_TITLE, MODAL_LABEL, RUNNING, ROUND_OVER, NO_GUESSES_LEFT),
        *(OUT_OF_ROUND, GAVE_UP, CLOSE, NO_MORE_HINTS, HINT_TAKEN, NO_SEARCH, LICENCE_LINE),
    )
    return [
        *[constant() for constant in constants],
        *(started(1, 1), started(1, 2), status(1, 2, 1, 0), status(1, 2, 2, 0), wrong(0), wrong(1)),
        *(medium_hint(NO_TEXT), words_hint(1), words_hint(2), letter_hint(NO_TEXT), titles_hint([NO_TEXT, NO_TEXT])),
    ]
