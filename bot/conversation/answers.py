"""Turn requests into the cards that answer them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.components.custom_ids import MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.conversation.shuffle import Shuffler
from bot.conversation.suggestions import MAX_SUGGESTIONS, is_hidden, suggest
from bot.corpus.media import MediumOption
from bot.corpus.reader import Corpus
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.search.query_parser import highlight_words
from bot.model import Entry, Trope, normalize_title, work_ref
from bot.preferences import AnswerPolicy, SpoilerMode
from bot.render.cards import (
    BRAND_COLOUR,
    EXAMPLES_PER_PAGE,
    Card,
    about_card,
    example_card,
    list_card,
    list_heading,
    message_card,
    notes_card,
)
from bot.render.markdown import NO_TEXT, Markdown, escape
from bot.render.names import SCOPE_LENGTH, fit_name
from bot.render.saved_cards import report_card
from bot.render.texts import examples as texts

SEARCH_EMOJI = "🔎"
WORK_EMOJI = "📖"
FEW_HITS, SUGGESTION_RATIO = 2, 5  # few hits suggest a typo, if a similar query finds five times as many
MAX_RARE_WORDS = 3
MAX_SEEN_BUTTONS = 4  # beside the button to share
MAX_WORDS_CORRECTED = 5
MIN_TITLE_SIMILARITY = 70
DEFAULT_POLICY = AnswerPolicy()
OPENING_ACTIONS = (Action.OPEN_FROM_LIST, Action.EXAMPLE, Action.NOTES, Action.REPORT)  # need only an example


@dataclass(frozen=True, slots=True)
class Answer:
    """A card, and whether only the member should see it.

    Attributes:
        private: Also true for notices and matches in hidden text.
        share_request: Shows the card to everyone. None if it cannot be shared.
        seen_requests: Say of works that the card spoils whether the member knows them, with labels.
    """

    card: Card
    private: bool = False
    share_request: ExampleRequest | None = None
    seen_requests: Sequence[tuple[str, ExampleRequest]] = ()


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """A request with its names looked up in the corpus."""

    request: ExampleRequest
    policy: AnswerPolicy
    trope: Trope | None
    medium: MediumOption | None
    scope: Scope

    @property
    def scope_name(self) -> Markdown:
        """The medium, the trope, or "all tropes"."""
        if self.medium:
            return fit_name(self.medium.name, SCOPE_LENGTH)
        return fit_name(self.trope.title, SCOPE_LENGTH) if self.trope else texts.ALL_TROPES


class Answers:
    """Answer requests from the corpus."""

    def __init__(self, corpus: Corpus, shuffler: Shuffler, feedback_url: str | None = None) -> None:
        self._corpus, self._shuffler, self._feedback_url = corpus, shuffler, feedback_url

    async def answer(
        self,
        request: ExampleRequest,
        policy: AnswerPolicy = DEFAULT_POLICY,
        *,
        trope: str | None = None,
        work: str | None = None,
    ) -> Answer:
        """Answer a request. A forged or outdated one gets a notice.

        `trope` and `work`, typed by a member, override the request's.
        """
        resolved = await self._resolve(request, policy, trope, work)
        if isinstance(resolved, Answer):
            return resolved
        request = resolved.request
        match request.action:
            case Action.RANDOM:
                return await self._random(resolved)
            case Action.SEARCH:
                return await self._search(resolved)
            case Action.OPEN_FROM_LIST | Action.EXAMPLE | Action.NOTES | Action.REPORT:
                return await self._open_example(request, policy)
            case Action.MEDIUM:
                if medium := resolved.medium:
                    return await self._list_examples(resolved, medium.name, medium.emoji)
            case Action.WORK:
                titles = await self._corpus.titles_by_ref([request.work_ref])
                if title := titles.get(request.work_ref):
                    return await self._list_examples(resolved, title, WORK_EMOJI)
            case Action.ABOUT:
                if resolved.trope and (overview := await self._corpus.overview(resolved.scope)):
                    card = about_card(overview, request, spoiler=policy.hides_card)
                    return Answer(card, share_request=request)
        return notice(texts.EXAMPLE_GONE)

    async def by_number(self, trope: Trope, number: int, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer:
        """Return an example by number, or a notice of the valid numbers."""
        entry = await self._corpus.by_number(trope.name, number)
        if entry:
            request = ExampleRequest(Action.EXAMPLE, trope.ref)
            refusal = await self.refusal(entry, policy)
            return notice(refusal) if refusal else example_answer(entry, request, policy)
        total = await self._corpus.count(Scope(trope.name))
        return notice(texts.no_such_number(number, total) if total else texts.CORPUS_EMPTY)

    async def similar_to_message(self, text: str, trope: Trope, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer:
        """Privately list examples with a message's rarest words."""
        words = await self._corpus.rarest_words(text, MAX_RARE_WORDS)
        for count in range(len(words), 0, -1):
            query = " ".join(words[:count])
            request = ExampleRequest(Action.SEARCH, trope.ref, flags=Flag.FROM_MESSAGE, page=1, query=query)
            if (await self._corpus.search(query, scope_for(request, policy, trope, None), 1, 1)).total:
                return await self.answer(request, policy)
        return notice(texts.NO_MESSAGE_MATCH)

    async def _resolve(
        self, request: ExampleRequest, policy: AnswerPolicy, typed_trope: str | None, typed_work: str | None
    ) -> ResolvedRequest | Answer:
        """Look up the names in a request, or return a notice."""
        corpus = self._corpus
        medium = corpus.media.find(request.medium) if request.medium else None
        if typed_trope:
            found = corpus.find_trope(typed_trope)
            if found is None:
                suggested = await suggest("trope", typed_trope, corpus, policy)
                title = await corpus.find_work(typed_work) if typed_work else None
                # A custom_id has no room for what was typed.
                known = replace(request, medium=medium.slug if medium else "", work_ref=title.ref if title else "")
                asked = [(name, replace(known, trope_ref=ref)) for name, ref in suggested.names]
                return notice(suggested.text, *(one for one in asked if one[1].is_complete))
            request = replace(request, trope_ref=found.ref)
        trope = corpus.tropes_by_ref.get(request.trope_ref)
        if typed_work:
            title = await corpus.find_work(typed_work)
            if title is None:
                suggested = await suggest("work", typed_work, corpus, policy, trope)
                request = replace(request, medium=medium.slug if medium else "")
                return notice(suggested.text, *((name, replace(request, work_ref=r)) for name, r in suggested.names))
            request = replace(request, work_ref=title.ref)
        if request.trope_ref and trope is None:
            return notice(texts.EXAMPLE_GONE if corpus.tropes else texts.CORPUS_EMPTY)
        if medium:
            request = replace(request, medium=medium.slug)
        elif request.medium and request.action not in OPENING_ACTIONS:
            suggested = await suggest("medium", request.medium, corpus, policy)
            return notice(suggested.text, *((name, replace(request, medium=slug)) for name, slug in suggested.names))
        return ResolvedRequest(request, policy, trope, medium, scope_for(request, policy, trope, medium))

    async def _random(self, resolved: ResolvedRequest) -> Answer:
        request, policy = resolved.request, resolved.policy
        draw = await self._shuffler.draw(policy.audience_id, resolved.scope, guild_id=policy.guild_id)
        if draw is None:
            return empty_scope_notice(resolved)
        position = NO_TEXT
        if draw.position:
            titles = await self._corpus.titles_by_ref([request.work_ref]) if request.work_ref else {}
            title = titles.get(request.work_ref)
            name = fit_name(title, SCOPE_LENGTH) if title else resolved.scope_name
            position = texts.shuffle_position(draw.position, draw.total, name)
        return example_answer(draw.entry, request, policy, position)

    async def _open_example(self, request: ExampleRequest, policy: AnswerPolicy) -> Answer:
        entry = await self._corpus.by_ref(request.example_ref)
        if entry is None:
            return notice(texts.EXAMPLE_GONE)
        if refusal := await self.refusal(entry, policy):
            return notice(refusal)
        if request.action is Action.NOTES:  # always private, so seen works can be revealed
            entry = await self._corpus.turn_to_notes(entry)
            shown = reveal_if_seen(entry, replace(policy, private=True))
            return Answer(notes_card(shown, spoiler=policy.hides_card), private=True)
        if request.action is Action.REPORT:
            line = await self._corpus.source_line(entry)
            return Answer(report_card(entry, line, self._feedback_url), private=True)
        return example_answer(await self._corpus.turn_to_page(entry, request.page), request, policy)

    async def refusal(self, entry: Entry, policy: AnswerPolicy) -> Markdown | None:
        """Return why the example must not be shown here, or None if it may."""
        medium, works = entry.example.medium, policy.hidden_works
        if medium is not None and medium.slug in policy.hidden_media:
            return texts.HIDDEN_BY_SERVER
        if works and await self._corpus.is_about(entry, works):
            return texts.HIDDEN_BY_SERVER
        if policy.spoiler_mode is SpoilerMode.EXCLUDE and entry.spoiler_count:
            return texts.SPOILERS_EXCLUDED
        return None

    async def _list_examples(self, resolved: ResolvedRequest, title: str, emoji: str) -> Answer:
        page = await self._corpus.page(resolved.scope, resolved.request.page, EXAMPLES_PER_PAGE)
        if not page.total:
            return empty_scope_notice(resolved)
        trope_name = replace(resolved, medium=None).scope_name
        return list_answer(list_heading(title, emoji, texts.example_count(page.total, trope_name)), page, resolved)

    async def _search(self, resolved: ResolvedRequest) -> Answer:
        query = resolved.request.query[:MAX_QUERY_LENGTH].strip()
        resolved = replace(resolved, request=replace(resolved.request, query=query))
        request = resolved.request
        if not any(map(str.isalnum, query)):
            return notice(texts.EMPTY_QUERY)
        hidden, from_message = Flag.SEARCH_HIDDEN in request.flags, Flag.FROM_MESSAGE in request.flags
        page = await self._corpus.search(query, resolved.scope, request.page, EXAMPLES_PER_PAGE, hidden=hidden)
        if not page.total:
            return await self._no_matches(resolved)
        summary = texts.search_summary(page.total, resolved.scope_name, more=page.truncated)
        heading = list_heading(texts.MATCHES_FOR_MESSAGE if from_message else query, SEARCH_EMOJI, summary)
        words = highlight_words(query)
        entries = tuple([await self._corpus.turn_to_words(entry, words) for entry in page.entries])
        answer = list_answer(heading, replace(page, entries=entries), resolved, words)
        if page.total <= FEW_HITS and not from_message:
            suggestions = await self._suggestions(resolved, min_hits=SUGGESTION_RATIO * page.total)
            answer.card.add_suggestions(*((texts.try_query(text), suggested) for text, suggested in suggestions))
        # Matches in hidden text, or with somebody's message, are for the member who asked.
        return replace(answer, private=True, share_request=None) if hidden or from_message else answer

    async def _no_matches(self, resolved: ResolvedRequest) -> Answer:
        request = replace(resolved.request, page=1)
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
        request = replace(resolved.request, page=1)
        query = request.query
        found: dict[str, tuple[str, ExampleRequest]] = {}
        for word in query.split()[:MAX_WORDS_CORRECTED]:
            for spelling in await self._corpus.suggest_spellings(word, MAX_SUGGESTIONS):
                text = query.replace(word, spelling, 1)[:MAX_QUERY_LENGTH]
                total = (await self._corpus.search(text, resolved.scope, 1, 1)).total
                if text.casefold() != query.casefold() and total >= min_hits:
                    found.setdefault(text, (text, replace(request, query=text)))
        suggestions = list(found.values())[:MAX_SUGGESTIONS]
        known = {text.casefold() for text, _ in suggestions} | {query.casefold()}
        for work in await self._corpus.suggest_works(query, resolved.scope.trope, MAX_SUGGESTIONS):
            hidden = work.ref in resolved.policy.hidden_works or work.title.casefold() in known
            if not hidden and is_similar_title(query, work.title):
                listed = request.to(Action.WORK, work_ref=work.ref)
                suggestions.append((work.title, listed))
        return suggestions[:MAX_SUGGESTIONS]


def notice(text: Markdown, *suggestions: tuple[str, ExampleRequest]) -> Answer:
    """Return a private message with a button for each suggestion."""
    return Answer(message_card(text, *suggestions), private=True)


def scope_for(request: ExampleRequest, policy: AnswerPolicy, trope: Trope | None, medium: MediumOption | None) -> Scope:
    """Return the examples that match and may be shown here."""
    return Scope(
        trope.name if trope else None,
        tuple([each.slug for each in medium.media]) if medium else None,
        request.work_ref or None,
        Flag.NO_SPOILERS not in request.flags and policy.spoiler_mode is not SpoilerMode.EXCLUDE,
        policy.hidden_media,
        policy.hidden_works,
    )


def example_answer(entry: Entry, request: ExampleRequest, policy: AnswerPolicy, position: Markdown = NO_TEXT) -> Answer:
    """Return the answer with one example."""
    share = request.to(Action.EXAMPLE, example_ref=entry.ref)
    card = example_card(reveal_if_seen(entry, policy), request, spoiler=policy.hides_card, position=position)
    # Only private cards reveal spoilers, so only they have these buttons.
    seen = seen_requests(entry, share, policy.seen_works) if policy.private else ()
    return Answer(card, share_request=share, seen_requests=seen)


def seen_requests(
    entry: Entry, request: ExampleRequest, seen_works: Collection[str]
) -> Sequence[tuple[str, ExampleRequest]]:
    """Return what a member can say about the works that an example spoils and its card names."""
    works = entry.works_spoiled[:MAX_SEEN_BUTTONS]
    requests = []
    for work in works:
        ref = work_ref(work.title)
        action = Action.UNMARK_SEEN if ref in seen_works else Action.MARK_SEEN
        label = texts.seen_label(work.title if len(works) > 1 else "", seen=ref in seen_works)
        requests.append((label, request.to(action, seen_ref=ref)))
    return requests


def list_answer(
    heading: Markdown, page: ExamplePage, resolved: ResolvedRequest, highlight: Sequence[str] = ()
) -> Answer:
    """Return the answer with one page of a list."""
    request = replace(resolved.request, page=page.number)
    colour = resolved.medium.colour if resolved.medium else BRAND_COLOUR
    card = list_card(heading, page.entries, request, page.page_count, colour=colour, highlight=highlight)
    return Answer(card, share_request=request)


def reveal_if_seen(entry: Entry, policy: AnswerPolicy) -> Entry:
    """Reveal spoilers in a private answer, if the member has seen all their works."""
    if policy.private and policy.seen_works:
        works = entry.works_spoiled
        if works and all(work_ref(work.title) in policy.seen_works for work in works):
            return entry.reveal()
    return entry


def empty_scope_notice(resolved: ResolvedRequest) -> Answer:
    """Explain why there is nothing to show."""
    policy, medium = resolved.policy, resolved.medium
    hidden_medium = medium is not None and is_hidden(medium, policy.hidden_media)
    hidden = hidden_medium or resolved.request.work_ref in policy.hidden_works
    return notice(texts.HIDDEN_BY_SERVER if hidden else texts.NO_MATCHING_EXAMPLE)


def is_similar_title(query: str, title: str) -> bool:
    """Return whether a title contains the query or is spelled much like it."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only for queries with few hits

    wanted, normalized = normalize_title(query), normalize_title(title)
    return wanted in normalized or fuzz.ratio(wanted, normalized) >= MIN_TITLE_SIMILARITY
