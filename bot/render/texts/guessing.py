"""What the bot says in *Guess the work*."""

from collections.abc import Sequence

from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import bold_list, plural
from bot.render.texts.examples import LICENCE_LINE

EMOJI, SCORES_EMOJI = "🕵️", "🏆"
QUESTION = Markdown("Which work is this?")
GUESS, HINT, GIVE_UP = "Guess", "Hint −1", "Give up"
SHOW, NEXT, NEW_GAME, SCORES = "Show the example", "Next", "Play again", "Scores"
MODAL_TITLE, MODAL_LABEL = "Which work is this?", "Title of a film, book, game…"
RULES = Markdown("three guesses each")

STARTED = Markdown("The round is on. Good luck!")
CANNOT_POST = Markdown("You can’t send messages in this channel, so you can’t start a round here.")
I_CANNOT_POST = Markdown("I can’t post here. I need *View Channel* and *Send Messages* in this channel.")
SWITCHED_OFF = Markdown(
    "There are no games here. Someone with *Manage Server* can change that in **/bigrun settings**."
)
RUNNING = Markdown("A round is already running in this channel. Finish that one first.")
NOTHING_TO_GUESS = Markdown("I have nothing to guess there. Try another medium.")
ROUND_OVER = Markdown("That round is over.")
GAME_OVER = Markdown("That game ended a while ago. Start a new one with **/bigrun guess**.")
NO_GUESSES_LEFT = Markdown("You’ve used all three guesses in this round.")
OUT_OF_ROUND = Markdown("You gave up this round. The answer comes when it’s over.")
GAVE_UP = Markdown("You’re out of this round. The answer comes when it’s over.")
CLOSE = Markdown("Close! Which one exactly? That didn’t cost you a guess.")
NO_MORE_HINTS = Markdown("There are no more hints.")
HINT_TAKEN = Markdown("Someone just took that hint.")
NO_SEARCH = Markdown("No peeking! I don’t search with this card.")
NO_SCORES = Markdown("Nobody has won a round here yet. Start one with **/bigrun guess**.")
NONE_THIS_MONTH = Markdown("Nobody yet.")
SCORES_TITLE = Markdown("Scores in this server")
THIS_MONTH, ALL_TIME = Markdown("This month"), Markdown("All time")
UNKNOWN_TITLE = Markdown("The round is over")


def started(number: int, count: int) -> Markdown:
    """Return the private answer to who started a round."""
    return STARTED if count == 1 else Markdown(f"Round {number} of {count} is on. Good luck!")


def status(number: int, count: int, prize: int, ends_at: int) -> Markdown:
    """Return the state of a round. Clients count the seconds down."""
    round_name = f"round {number} of {count} · " if count > 1 else ""
    return Markdown(f"{round_name}{plural(prize, 'point')} · {RULES} · ends <t:{ends_at}:R>")


def wrong(left: int) -> Markdown:
    """Return the answer to a wrong guess."""
    return Markdown(f"Not it, {left} left." if left else "Not it, and that was your last guess in this round.")


def too_late(winner: Markdown) -> Markdown:
    """Return the answer to a right guess after another one."""
    return Markdown(f"That’s it, but {winner} was faster.")


def won(winner: Markdown, points: int) -> Markdown:
    """Return who won a round."""
    if not points:
        return Markdown(f"{winner} has it, but looked the example up during the round: no points.")
    return Markdown(f"{winner} has it, {plural(points, 'point')}.")


GIVEN_UP = Markdown("Given up. Nobody had it.")
TIMED_OUT = Markdown("Time’s up. Nobody had it.")
SHOWN = Markdown("I was asked to show this example here, so the round ends without points.")
GONE = Markdown("The example is no longer on its page, so the round ends without points.")


def name(escaped: Markdown) -> Markdown:
    """Return a winner's name in bold."""
    return Markdown(f"**{escaped}**")


def mention(user_id: int) -> Markdown:
    """Return a member's mention, or a word for one who was forgotten. It pings nobody."""
    return Markdown(f"<@{user_id}>") if user_id else Markdown("Someone")


def medium_hint(medium: Markdown) -> Markdown:
    """Return the hint that tells the medium."""
    return Markdown(f"Medium: **{medium}**")


def words_hint(count: int) -> Markdown:
    """Return the hint that tells how long the title is."""
    return Markdown(f"The title has **{plural(count, 'word')}**.")


def letter_hint(letter: Markdown) -> Markdown:
    """Return the hint that tells the first letter."""
    return Markdown(f"It starts with **{letter}**, not counting “a” or “the”.")


def titles_hint(titles: Sequence[Markdown]) -> Markdown:
    """Return the hint that offers titles to choose from."""
    return Markdown(f"It’s {bold_list(titles, 'or')}.")


def hint_line(number: int, hint: Markdown) -> Markdown:
    """Return a hint as a line of the card."""
    return Markdown(f"💡 {number}. {hint}")


def scores_line(place: int, user_id: int, points: int, wins: int) -> Markdown:
    """Return a member's place in the scores."""
    return Markdown(f"{place}\\. {mention(user_id)} **{plural(points, 'point')}**, {plural(wins, 'round')}")


def outcome_text(outcome: str, winner: Markdown = NO_TEXT, points: int = 0) -> Markdown:
    """Return how a round ended."""
    match outcome:
        case "won":
            return won(winner, points)
        case "given up":
            return GIVEN_UP
        case "shown":
            return SHOWN
        case "gone":
            return GONE
        case _:
            return TIMED_OUT


# What the bot says while a round runs, whatever its example is. Works whose names have a word of it are not played.
OWN_TEXTS = (
    *(QUESTION, GUESS, HINT, GIVE_UP, MODAL_TITLE, MODAL_LABEL, RUNNING, ROUND_OVER, NO_GUESSES_LEFT, OUT_OF_ROUND),
    *(GAVE_UP, CLOSE, NO_MORE_HINTS, HINT_TAKEN, NO_SEARCH, LICENCE_LINE),
    *(started(1, 1), started(1, 2), status(1, 2, 1, 0), status(1, 2, 2, 0), wrong(0), wrong(1)),
    *(medium_hint(NO_TEXT), words_hint(1), words_hint(2), letter_hint(NO_TEXT), titles_hint([NO_TEXT, NO_TEXT])),
)
