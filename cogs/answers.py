"""From what was asked to the card that answers it: the same for commands and for presses, for one trope or all."""

from dataclasses import dataclass, replace

from bot.render import (
    LIST_PAGE,
    MAX_WORDS,
    Action,
    Card,
    Markdown,
    Press,
    escape,
    example_card,
    list_card,
    list_title,
    message_card,
    words,
)
from bot.store import Corpus, Listing, MediumChoice, Scope

SEARCH_EMOJI = "🔎"
NEAR = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A card, and whether only the member who asked should see it (an apology, a hint)."""

    card: Card
    private: bool = False


class Answers:
    """Answers presses; a command is a press that nobody had to find first."""

    def __init__(self, corpus: Corpus) -> None:
        """Takes the corpus that is served."""
        self.corpus = corpus

    async def answer(self, press: Press, values: list[str]) -> Answer:
        """Returns the answer to a press; one that was forged or has lost its object gets a kind sentence.

        Args:
            press: What was asked for. A medium may be a slug or what a member typed.
            values: What was chosen in a menu.
        """
        if press.trope and self.corpus.trope_of(press.trope) is None:
            return _hint(words.GONE if self.corpus.tropes else words.NOTHING_LOADED)
        if press.action in (Action.OPEN, Action.EXAMPLE):
            return await self._example(press, values[0] if values else press.words)
        choice = self.corpus.media.find(press.medium) if press.medium else None
        if press.medium and choice is None:
            return self._unknown_medium(press)
        settled = replace(press, medium=choice.slug if choice else "")
        if press.action is Action.SEARCH:
            return await self._search(settled, choice)
        if press.action is Action.MEDIUM and choice:
            return await self._medium(settled, choice)
        return await self._random(settled, choice)

    async def _random(self, press: Press, choice: MediumChoice | None) -> Answer:
        entry = await self.corpus.random(self._scope(press, choice))
        return Answer(example_card(entry, press)) if entry else _hint(words.NOTHING_LOADED)

    async def _example(self, press: Press, reference: str) -> Answer:
        entry = await self.corpus.by_reference(reference)
        return Answer(example_card(entry, press)) if entry else _hint(words.GONE)

    async def _medium(self, press: Press, choice: MediumChoice) -> Answer:
        listing = await self.corpus.listing(self._scope(press, choice), press.page, LIST_PAGE)
        if not listing.total:
            return _hint(words.NOTHING_LOADED)
        under = words.examples(listing.total, self._trope_title(press))
        return _list(list_title(choice.name, choice.media[0].emoji, under), listing, press)

    async def _search(self, press: Press, choice: MediumChoice | None) -> Answer:
        typed = press.words[:MAX_WORDS].strip()
        if not any(map(str.isalnum, typed)):
            return _hint(words.EMPTY_SEARCH)
        listing = await self.corpus.search(typed, self._scope(press, choice), press.page, LIST_PAGE)
        if not listing.total:
            return await self._nothing_found(replace(press, words=typed), choice)
        place = escape(choice.name) if choice else self._trope_title(press)
        title = list_title(typed, SEARCH_EMOJI, words.found(listing.total, place))
        return _list(title, listing, replace(press, words=typed))

    async def _nothing_found(self, press: Press, choice: MediumChoice | None) -> Answer:
        near = await self._near(press.words)
        tries = [(text, replace(press, words=text, page=1)) for text in near]
        if choice:
            elsewhere = await self.corpus.search(press.words, self._scope(press, None), 1, 1)
            if elsewhere.total:
                tries.append((words.everywhere(elsewhere.total), replace(press, medium="", page=1)))
        medium = escape(choice.name) if choice else Markdown("")
        text = words.nothing_found(escape(press.words), medium, [escape(text) for text in near])
        return Answer(message_card(text, *tries), private=True)

    async def _near(self, typed: str) -> list[str]:
        """Returns searches like `typed` that find something: its unknown words replaced by the nearest known ones."""
        near: list[str] = []
        for word in typed.split()[:5]:
            for known in await self.corpus.near_words(word, NEAR):
                text = typed.replace(word, known, 1)
                if text != typed and (await self.corpus.search(text, Scope(), 1, 1)).total:
                    near.append(text)
        return list(dict.fromkeys(near))[:NEAR]

    def _unknown_medium(self, press: Press) -> Answer:
        near = self.corpus.media.closest(press.medium, NEAR)
        tries = [(choice.name, replace(press, medium=choice.slug)) for choice in near]
        text = words.unknown_medium(escape(press.medium), [escape(choice.name) for choice in near])
        return Answer(message_card(text, *tries), private=True)

    def _scope(self, press: Press, choice: MediumChoice | None) -> Scope:
        trope = self.corpus.trope_of(press.trope) if press.trope else None
        media = tuple(medium.slug for medium in choice.media) if choice else None
        return Scope(trope.name if trope else None, media)

    def _trope_title(self, press: Press) -> Markdown:
        trope = self.corpus.trope_of(press.trope)
        return escape(trope.title) if trope else words.ALL_TROPES


def _list(title: Markdown, listing: Listing, press: Press) -> Answer:
    return Answer(list_card(title, listing.entries, replace(press, page=listing.page), listing.pages))


def _hint(text: Markdown) -> Answer:
    return Answer(message_card(text), private=True)
