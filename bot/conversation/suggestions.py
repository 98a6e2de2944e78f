"""Suggest names close to an unknown one."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from bot.corpus.media import MediumOption
from bot.corpus.reader import Corpus
from bot.model import Entry, Trope, normalize_title, visible_text
from bot.preferences import AnswerPolicy, GuildSettings
from bot.render.cards import quote_input
from bot.render.markdown import Markdown, escape
from bot.render.texts import examples as texts

MAX_SUGGESTIONS = 3
WORD = re.compile(r"\w+")

NameKind = Literal["medium", "work", "trope"]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """A sentence for the member, and the names in it with refs or slugs."""

    text: Markdown
    names: list[tuple[str, str]]


async def suggest(
    kind: NameKind, typed: str, corpus: Corpus, hidden: AnswerPolicy | GuildSettings, trope: Trope | None = None
) -> Suggestions:
    """Return the names closest to typed text, except hidden ones. Works come from `trope`, if given."""
    match kind:
        case "medium":
            options = corpus.media.match(typed, MAX_SUGGESTIONS) or await corpus.media.closest(typed, MAX_SUGGESTIONS)
            names = [(option.name, option.slug) for option in options if not is_hidden(option, hidden.hidden_media)]
            unknown = texts.unknown_medium
        case "work":
            here = trope.name if trope else None
            matching = await corpus.match_works(typed, here, MAX_SUGGESTIONS)
            works = matching or await corpus.near_works(typed, here, MAX_SUGGESTIONS)
            names = [(work.title, work.ref) for work in works if work.ref not in hidden.hidden_works]
            unknown = texts.unknown_work
        case "trope":
            names = [(trope.title, trope.ref) for trope in await corpus.near_tropes(typed, MAX_SUGGESTIONS)]
            unknown = texts.unknown_trope
    return Suggestions(unknown(quote_input(typed), [escape(name) for name, _ in names]), names)


def spelled_in(entry: Entry, word: str) -> str:
    """Return a normalized word as an example's works or visible text spell it, in small letters if one does."""
    titles = " ".join([work.title for work in entry.example.works])
    for text in (titles, " ".join([visible_text(part.spans, " ") for part in entry.example.parts])):
        forms: list[str] = [form for form in WORD.findall(text) if normalize_title(form) == word]
        if forms:
            return max(forms)
    return word


def is_hidden(medium: MediumOption, hidden_media: Collection[str]) -> bool:
    """Return whether all media of an option are hidden."""
    return all(each.slug in hidden_media for each in medium.media)
