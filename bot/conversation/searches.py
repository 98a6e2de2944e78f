"""Answer searches: hits, and what to try instead."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.components import builders
from bot.components.custom_ids import MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.conversation.answer import SEARCH_EMOJI, Answer, list_answer, looked_for, notice, only_hit_answer
from bot.conversation.left_out import nothing_left
from bot.conversation.requests import ResolvedRequest
from bot.conversation.suggestions import MAX_SUGGESTIONS, spelled_in
from bot.corpus.names import canonical_key
from bot.corpus.reader import Corpus
from bot.corpus.scope import ExamplePage
from bot.corpus.search.query_parser import highlight_words
from bot.corpus.shown import ShownCorpus
from bot.model.preferences import PrivacyReason
from bot.render.example_cards import EXAMPLES_PER_PAGE, list_heading
from bot.render.markdown import NO_TEXT, SCOPE_LENGTH, Markdown, escape, fit_name
from bot.render.texts import examples as texts

FEW_HITS, SUGGESTION_RATIO = 2, 5  # few hits suggest a typo, if a similar query finds five times as many
MAX_WORDS_CORRECTED = 5
MINUS_SIGNS = ("-", "−")
MIN_TITLE_SIMILARITY = 70


class Searches:
    """Answer searches from the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    async def answer(self, resolved: ResolvedRequest) -> Answer:
        """Show the only hit, or list a page of hits."""
        request = resolved.request
        query = request.query[:MAX_QUERY_LENGTH].strip()
        if query != request.query:
            resolved = replace(resolved, request=(request := replace(request, query=query)))
        if not (words := highlight_words(query)):
            return notice(texts.EMPTY_QUERY())
        hidden, from_message = Flag.SEARCH_HIDDEN in request.flags, Flag.FROM_MESSAGE in request.flags
        page = await self._corpus.search(query, resolved.scope, request.page, EXAMPLES_PER_PAGE, hidden=hidden)
        left_out = 0
        if not resolved.scope.include_spoilers:
            everything = replace(resolved.scope, include_spoilers=True)
            left_out = (await self._corpus.search(query, everything, 1, 1, hidden=hidden)).total - page.total
        if not page.total:
            if left_out <= 0:
                return await self.no_matches(resolved)
            text, buttons = nothing_left(request, left_out, resolved.policy)
            return notice(text, *buttons)
        answer = await self._show_hits(page, resolved, words, left_out)
        if page.total <= FEW_HITS and not from_message:
            suggestions = await self._suggestions(resolved, min_hits=SUGGESTION_RATIO * page.total)
            answer.card.add_suggestions(*((texts.try_query(text), suggested) for text, suggested in suggestions))
        # Matches in hidden text, or with somebody's message, are for the member who asked.
        if not hidden and not from_message:
            return answer
        return answer.only_for_asker(PrivacyReason.HIDDEN_SEARCH if hidden else PrivacyReason.MESSAGE_SEARCH)

    async def _show_hits(
        self, page: ExamplePage, resolved: ResolvedRequest, words: Sequence[str], left_out: int
    ) -> Answer:
        request = resolved.request
        if any(entry.is_long for entry in page.entries):
            turn = self._corpus.turn_to_words
            turned = [await turn(entry, words) if entry.is_long else entry for entry in page.entries]
            page = replace(page, entries=tuple(turned))
        if page.total == 1 and left_out <= 0 and Flag.AS_LIST not in request.flags:
            return only_hit_answer(page.entries[0], resolved)
        heading = self._heading(page, resolved, left_out)
        answer = list_answer(heading, page, resolved, words, left_out=left_out)
        if page.total > 1:
            answer.card.add_row(builders.button(texts.SURPRISE_ME(), request.another().custom_id, emoji="🎲"))
        return answer

    def _heading(self, page: ExamplePage, resolved: ResolvedRequest, left_out: int) -> Markdown:
        medium = resolved.scope_name if resolved.medium else NO_TEXT
        details = [
            texts.example_count(page.total, resolved.tropes_of(page), medium, more=page.truncated),
            texts.left_out(left_out) if left_out > 0 else NO_TEXT,
        ]
        if Flag.FROM_MESSAGE not in resolved.request.flags:
            return list_heading(resolved.request.query, SEARCH_EMOJI, *details)
        return list_heading(texts.MATCHES_FOR_MESSAGE(), SEARCH_EMOJI, *details, looked_for(resolved.request))

    async def no_matches(self, resolved: ResolvedRequest) -> Answer:
        """Say that a search, or a draw from one, finds nothing, and what would."""
        request = first_page(resolved.request)
        suggestions = await self._suggestions(resolved)
        names, medium = [fit_name(text, SCOPE_LENGTH) for text, _ in suggestions], NO_TEXT
        if resolved.medium:
            medium = resolved.scope_name
            elsewhere = await self._corpus.search(request.query, replace(resolved.scope, media=None), 1, 1)
            if elsewhere.total:
                label = texts.all_media_label(elsewhere.total, more=elsewhere.truncated)
                suggestions = [*suggestions, (label, replace(request, medium=""))]
        return notice(texts.no_matches(escape(request.query), medium, names), *suggestions)

    async def _suggestions(self, resolved: ResolvedRequest, min_hits: int = 1) -> list[tuple[str, ExampleRequest]]:
        """Return queries with one word corrected, then works with similar titles."""
        request = first_page(resolved.request)
        shown = ShownCorpus(self._corpus, resolved.policy.hidden_tropes)
        suggestions, works = await asyncio.gather(  # each waits for the database most of the time
            self._corrected(request, resolved, min_hits),
            shown.suggest_works(request.query, resolved.scope.trope, MAX_SUGGESTIONS),
        )
        known = {text.casefold() for text, _ in suggestions} | {request.query.casefold()}
        for work in works:
            hidden = work.ref in resolved.policy.hidden_works or work.title.casefold() in known
            listed_there = replace(resolved.scope, media=None, work_ref=work.ref)
            if not hidden and is_similar_title(request.query, work.title) and await self._corpus.count(listed_there):
                suggestions.append((work.title, request.to(Action.WORK, work_ref=work.ref)))
        return suggestions[:MAX_SUGGESTIONS]

    async def _corrected(
        self, request: ExampleRequest, resolved: ResolvedRequest, min_hits: int
    ) -> list[tuple[str, ExampleRequest]]:
        """Return queries with one word corrected, spelled as one of their hits spells it."""
        query = request.query
        words = [word for word in query.split() if not word.startswith(MINUS_SIGNS)][:MAX_WORDS_CORRECTED]
        corrected: dict[str, tuple[str, str]] = {}
        for word, spellings in zip(words, await self._corpus.suggest_spellings(words, MAX_SUGGESTIONS), strict=True):
            for spelling in spellings:
                text = query.replace(word, spelling, 1)[:MAX_QUERY_LENGTH]
                if text.casefold() != query.casefold():
                    corrected.setdefault(text, (word, spelling))
        found = await self._corpus.finding(list(corrected), resolved.scope, min_hits, MAX_SUGGESTIONS)
        suggestions: list[tuple[str, ExampleRequest]] = []
        for text, entry in found.items():
            word, spelling = corrected[text]
            spelled = query.replace(word, spelled_in(entry, spelling), 1)[:MAX_QUERY_LENGTH]
            suggestions.append((spelled, replace(request, query=spelled)))
        return suggestions


def first_page(request: ExampleRequest) -> ExampleRequest:
    """Return the request for the first page of a search, whatever was asked of it."""
    kept = (Flag.SEARCH_HIDDEN, Flag.FROM_MESSAGE, Flag.WITH_SPOILERS)
    flags = "".join([flag for flag in request.flags if flag in kept])
    return request.to(Action.SEARCH, flags=flags, page=1)


def is_similar_title(query: str, title: str) -> bool:
    """Return whether a title contains the query or is spelled much like it."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only for queries with few hits

    wanted, known = canonical_key(query), canonical_key(title)
    return bool(wanted) and (wanted in known or fuzz.ratio(wanted, known) >= MIN_TITLE_SIMILARITY)
