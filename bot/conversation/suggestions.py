"""Suggest names close to an unknown one."""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.corpus.addresses import title_of
from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.corpus.shown import ShownCorpus
from bot.model import Entry, Trope, visible_text
from bot.model.names import normalize_title
from bot.model.preferences import AnswerPolicy, GuildSettings
from bot.render.cards import quote_input
from bot.render.markdown import SCOPE_LENGTH, Markdown, fit_name
from bot.render.texts import examples as texts
from bot.render.texts import medium_name

MAX_SUGGESTIONS = 3
WORD = re.compile(r"\w+")

NameKind = Literal["medium", "work", "trope"]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """A sentence for the member, and the names in it with refs or slugs."""

    text: Markdown
    names: list[tuple[str, str]]


async def suggest(
    kind: NameKind,
    typed: str,
    corpus: Corpus,
    hidden: AnswerPolicy | GuildSettings,
    trope: Trope | None = None,
    *,
    spoilers: bool = True,
) -> Suggestions:
    """Return the names closest to typed text, except hidden ones. Works come from `trope`, if given.

    Without `spoilers`, return only those with examples that have none.
    """
    shown = ShownCorpus(corpus, hidden.hidden_tropes)
    match kind:
        case "medium":
            options = corpus.media.match(typed, MAX_SUGGESTIONS) or await corpus.media.closest(typed, MAX_SUGGESTIONS)
            shown_media = [option for option in options if not option.is_hidden(hidden.hidden_media)]
            names = [(medium_name(option.name), option.slug) for option in shown_media]
        case "work":
            here = trope.name if trope else None
            matching = await shown.match_works(typed, here, MAX_SUGGESTIONS)
            works = matching or await shown.near_works(typed, here, MAX_SUGGESTIONS)
            names = [(work.title, work.ref) for work in works if work.ref not in hidden.hidden_works]
        case "trope":
            names = [(trope.title, trope.ref) for trope in await shown.near_tropes(typed, MAX_SUGGESTIONS)]
    if not spoilers:
        excluded = hidden.hidden_media, hidden.hidden_works, hidden.hidden_tropes
        clear = Scope(trope.name if trope else None, None, None, False, *excluded)
        scopes = [replace(clear, **await narrowed(kind, ref, corpus)) for _, ref in names]
        names = [each for each, scope in zip(names, scopes, strict=True) if await corpus.count(scope)]
    unknown = texts.unknown_trope if kind == "trope" else texts.no_examples_from
    return Suggestions(
        unknown(quote_input(title_of(typed)), [fit_name(name, SCOPE_LENGTH) for name, _ in names]), names
    )


async def narrowed(kind: NameKind, ref: str, corpus: Corpus) -> dict[str, Any]:
    """Return the fields of the scope that a name stands for."""
    match kind:
        case "medium":
            option = corpus.media.find(ref)
            return {"media": tuple([each.slug for each in option.media]) if option else ()}
        case "work":
            return {"work_ref": ref}
        case "trope":
            trope = await corpus.trope_by_ref(ref)
            return {"trope": trope.name if trope else ""}


def spelled_in(entry: Entry, word: str) -> str:
    """Return a normalized word as an example's works or visible text spell it, in small letters if one does."""
    titles = " ".join([work.title for work in entry.example.works])
    for text in (titles, " ".join([visible_text(part.spans, " ") for part in entry.lines or entry.example.parts])):
        forms: list[str] = [form for form in WORD.findall(text) if normalize_title(form) == word]
        if forms:
            return max(forms)
    return word
