"""What is said to a name that nothing has: the closest ones that may be shown."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.corpus.media import MediumOption
from bot.corpus.reader import Corpus
from bot.render.cards import quote_input
from bot.render.markdown import Markdown, escape
from bot.render.texts import examples as texts

MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Suggestions:
    """A sentence for the member, and the names in it, each with its ref or slug."""

    text: Markdown
    names: list[tuple[str, str]]


def suggest_media(corpus: Corpus, typed: str, hidden_media: Collection[str] = ()) -> Suggestions:
    """Return the media whose names are closest to what was typed, without hidden ones."""
    found = corpus.media.closest(typed, MAX_SUGGESTIONS)
    names = [(option.name, option.slug) for option in found if not is_hidden(option, hidden_media)]
    return Suggestions(texts.unknown_medium(quote_input(typed), [escape(name) for name, _ in names]), names)


async def suggest_works(
    corpus: Corpus, typed: str, hidden_works: Collection[str] = (), trope: str | None = None
) -> Suggestions:
    """Return the works whose titles are closest to what was typed, without hidden ones."""
    found = await corpus.suggest_works(typed, trope, MAX_SUGGESTIONS)
    names = [(work.title, work.ref) for work in found if work.ref not in hidden_works]
    return Suggestions(texts.unknown_work(quote_input(typed), [escape(name) for name, _ in names]), names)


async def suggest_tropes(corpus: Corpus, typed: str) -> Suggestions:
    """Return the tropes whose titles are closest to what was typed."""
    names = [(trope.title, trope.ref) for trope in await corpus.suggest_tropes(typed, MAX_SUGGESTIONS)]
    return Suggestions(texts.unknown_trope(quote_input(typed), [escape(name) for name, _ in names]), names)


def is_hidden(medium: MediumOption, hidden_media: Collection[str]) -> bool:
    """Return whether every medium of an option is hidden."""
    return all(each.slug in hidden_media for each in medium.media)
