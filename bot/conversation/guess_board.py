"""Draw examples for *Guess the work*, and make the cards of its rounds.

A running round's card is made of its example again for each change, so that nothing of it has to be stored.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.conversation.requests import ResolvedRequest
from bot.conversation.sender import public_language
from bot.conversation.services import Services
from bot.corpus.names import typed_keys
from bot.corpus.rows import SHUFFLE_KEY_BITS
from bot.corpus.scope import Scope
from bot.guessing.judge import Verdict, judge
from bot.guessing.mask import MaskedText
from bot.guessing.playable import is_candidate, read_playable
from bot.guessing.second_reading import telling_words
from bot.guessing.words import read_common_words
from bot.language import current_locale, speaking
from bot.model import Entry
from bot.model.names import normalize_title, work_ref
from bot.render.cards import Card
from bot.render.guess_cards import RoundView, ended_card, round_card
from bot.render.markdown import LISTED_LENGTH, MEDIUM_LENGTH, NO_TEXT, Markdown, escape, fit_name
from bot.render.texts import guessing as texts
from bot.render.texts import medium_name
from bot.state.guesses import GuessRound

DRAWS, MAX_SAME_TITLES = 3, 5
OTHER_TITLES, MAX_TITLES_READ = 3, 24
MIN_LETTERS = 6  # of a title whose first letter is a hint
_ARTICLE = re.compile(r"(?:the|an?)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Riddle:
    """A playable example: what its work is called, and what shows of it."""

    entry: Entry
    names: Sequence[str]
    masked: MaskedText

    @property
    def title(self) -> str:
        """The answer."""
        return self.names[0]


class GuessBoard:
    """Everything about rounds that comes from the corpus."""

    def __init__(self, services: Services) -> None:
        self._corpus, self._shuffler, self._preferences = services.corpus, services.shuffler, services.preferences
        self._common_words = read_common_words(services.settings.tables_dir)

    async def draw(self, channel_id: int, resolved: ResolvedRequest) -> Riddle | None:
        """Return the next example that a channel can play, or None if many in a row cannot be."""
        riddles: dict[str, Riddle | None] = {}

        async def is_playable(entry: Entry) -> bool:
            riddles[entry.ref] = await self._read(entry)
            return riddles[entry.ref] is not None

        policy = resolved.policy
        with speaking(policy.public_language):
            for _ in range(DRAWS):
                draw = await self._shuffler.draw(
                    channel_id, resolved.scope, guild_id=policy.guild_id, name="guess ", accepts=is_playable
                )
                if draw is None:
                    return None
                if draw.entry.ref not in riddles:  # drawn without a state
                    await is_playable(draw.entry)
                if riddle := riddles[draw.entry.ref]:
                    return riddle
        return None

    async def load(self, played: GuessRound) -> Riddle | None:
        """Return a round's example, or None if its page has changed."""
        entry = await self._corpus.by_ref(played.example_ref)
        if entry is None or entry.example.key != played.example_key:
            return None
        with speaking(await self._language_of(played)):
            return await self._read(entry)

    async def _read(self, entry: Entry) -> Riddle | None:
        if not is_candidate(entry, self._common_words):
            return None
        names = await self._corpus.names_of_work(entry.example.works[0])
        medium = medium_name(entry.example.medium.name) if entry.example.medium else ""
        own_words = _own_words(current_locale()) | telling_words([medium])
        masked = read_playable(entry, names, self._common_words, own_words)
        return Riddle(entry, names, masked) if masked else None

    async def judge(self, riddle: Riddle, guess: str) -> Verdict:
        """Judge a guess. It is no typo if it is exactly the title of another work."""
        ref, keys = work_ref(riddle.title), set(typed_keys(guess))
        found = await self._corpus.match_works(guess, None, MAX_SAME_TITLES)
        others = [work for work in found if work.ref != ref and not keys.isdisjoint(typed_keys(work.title))]
        return judge(guess, riddle.names, is_other_work=bool(others))

    async def round_card(self, played: GuessRound, riddle: Riddle) -> Card:
        """Return the card of a running round."""
        with speaking(await self._language_of(played)):
            return await self._round_card(played, riddle)

    async def _round_card(self, played: GuessRound, riddle: Riddle) -> Card:
        hints = await self.hints(played, riddle, played.hint_count + 1)
        view = RoundView(
            played.round_id,
            riddle.masked.lines,
            hints[: played.hint_count],
            texts.status(played.round_number, played.round_count, played.prize, played.ends_at),
            has_more_hints=len(hints) > played.hint_count,
        )
        return round_card(view)

    async def ended_card(self, played: GuessRound, winner: Markdown = NO_TEXT) -> Card:
        """Return the card of a round that is over. `winner` is the winner's name, else they are mentioned."""
        entry = await self._corpus.by_ref(played.example_ref)
        if entry and entry.example.key != played.example_key:
            entry = None
        with speaking(await self._language_of(played)):
            return _ended_card(played, entry, winner)

    async def _language_of(self, played: GuessRound) -> str:
        return public_language(await self._preferences.guild_settings(played.guild_id))

    async def hints(self, played: GuessRound, riddle: Riddle, count: int) -> list[Markdown]:
        """Return the first hints of a round, the same ones each time."""
        hints = _simple_hints(riddle)
        if count > len(hints) and (titles := await self._other_titles(played, riddle)):
            named = [fit_name(title, LISTED_LENGTH) for title in sorted([riddle.title, *titles], key=str.casefold)]
            hints.append(texts.titles_hint(named))
        return hints[:count]

    async def _other_titles(self, played: GuessRound, riddle: Riddle) -> Sequence[str]:
        """Return titles of other works of the same medium, chosen by the random id of the round."""
        medium, settings = riddle.entry.example.medium, await self._preferences.guild_settings(played.guild_id)
        scope = Scope(
            media=(medium.slug,) if medium else None,
            excluded_media=settings.hidden_media,
            excluded_works=settings.hidden_works,
            excluded_tropes=settings.hidden_tropes,
        )
        after, titles = int(played.round_id, 16) >> 64 - SHUFFLE_KEY_BITS, dict[str, str]()
        for _ in range(MAX_TITLES_READ):
            key = await self._corpus.next_shuffle_key(scope, after)
            key = await self._corpus.next_shuffle_key(scope, -1) if key is None else key
            entry = await self._corpus.by_shuffle_key(key) if key is not None else None
            if key is None or entry is None:
                break
            after = key
            if len(entry.example.works) == 1:
                title = entry.example.works[0].title
                if judge(title, riddle.names) is Verdict.WRONG:
                    titles.setdefault(work_ref(title), title)
            if len(titles) == OTHER_TITLES:
                break
        return list(titles.values())


@cache
def _own_words(locale: str) -> frozenset[str]:
    """Return the words of what the bot says in a round, in a language."""
    with speaking(locale):
        return telling_words(texts.own_texts())


def _ended_card(played: GuessRound, entry: Entry | None, winner: Markdown) -> Card:
    outcome = texts.outcome_text(played.outcome, winner or texts.mention(played.winner_id), played.points)
    title = entry.example.works[0].title if entry else ""
    is_game_over = played.is_last and played.round_count > 1
    standings = [(score.user_id, score.points, score.wins) for score in played.scores] if is_game_over else ()
    return ended_card(played.round_id, title, outcome, played.example_ref, standings, is_last=played.is_last)


def _simple_hints(riddle: Riddle) -> list[Markdown]:
    """Return the hints that need no other works."""
    medium = riddle.entry.example.medium
    hints = [texts.medium_hint(fit_name(medium_name(medium.name), MEDIUM_LENGTH))] if medium else []
    words = normalize_title(riddle.title).split()
    hints.append(texts.words_hint(len(words)))
    letter = next((char for char in _ARTICLE.sub("", riddle.title, count=1) if char.isalnum()), "")
    if letter and len("".join(words)) >= MIN_LETTERS:
        hints.append(texts.letter_hint(escape(letter.upper())))
    return hints


def new_round_id() -> str:
    """Return a random id, of which nothing follows about the example."""
    return secrets.token_hex(8)
