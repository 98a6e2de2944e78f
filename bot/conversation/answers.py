"""Turn requests into the cards that answer them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.components import builders
from bot.components.custom_ids import MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.conversation.requests import Question, ResolvedRequest, ask_for_medium, resolve_request, scope_for
from bot.conversation.shuffle import Draw, Shuffler
from bot.conversation.suggestions import MAX_SUGGESTIONS, is_hidden, spelled_in
from bot.corpus.names import canonical_key
from bot.corpus.reader import Corpus
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.search.query_parser import highlight_words, parse_query
from bot.model import Entry, Trope, work_ref
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
    quote_input,
)
from bot.render.markdown import NO_TEXT, Markdown, escape
from bot.render.several_card import several_card
from bot.render.texts import examples as texts

SEARCH_EMOJI = "🔎"
WORK_EMOJI = "📖"
FEW_HITS, SUGGESTION_RATIO = 2, 5  # few hits suggest a typo, if a similar query finds five times as many
MAX_RARE_WORDS = 3
MAX_SEEN_BUTTONS = 4  # beside the button to share
MAX_WORDS_CORRECTED = 5
MAX_DRAWS_PER_EXAMPLE = 3
MINUS_SIGNS = ("-", "−")
MIN_TITLE_SIMILARITY = 70
DEFAULT_POLICY = AnswerPolicy()


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


class Answers:
    """Answer requests from the corpus."""

    def __init__(self, corpus: Corpus, shuffler: Shuffler) -> None:
        self._corpus, self._shuffler = corpus, shuffler

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
        resolved = await resolve_request(self._corpus, request, policy, trope, work)
        if isinstance(resolved, Question):
            return question(resolved)
        request = resolved.request
        match request.action:
            case Action.RANDOM:
                return await self._random(resolved)
            case Action.SEARCH:
                return await self._search(resolved)
            case Action.OPEN_FROM_LIST | Action.EXAMPLE | Action.NOTES:
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
            return refusal_for(entry, policy) or example_answer(entry, request, policy)
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

    async def _random(self, resolved: ResolvedRequest) -> Answer:
        request, policy = resolved.request, resolved.policy
        hidden = bool(request.query) and Flag.SEARCH_HIDDEN in request.flags
        draws = await self._draw(resolved, request.count, hidden=hidden)
        if not draws:
            return await self._no_matches(resolved) if request.query else await self._nothing_in_scope(resolved)
        if draws[1:]:
            entries = [reveal_if_seen(draw.entry, policy) for draw in draws]
            return Answer(several_card(entries, request, names_trope=not resolved.trope, spoiler=policy.hides_card))
        [draw] = draws
        answer = example_answer(draw.entry, request, policy, await self._position(draw, resolved))
        return replace(answer, private=answer.private or hidden)

    async def _draw(self, resolved: ResolvedRequest, count: int, *, hidden: bool) -> Sequence[Draw]:
        """Return different examples: `count`, or all that there are."""
        request, policy, scope = resolved.request, resolved.policy, resolved.scope
        draws: dict[str, Draw] = {}
        for _ in range(1 if count == 1 else MAX_DRAWS_PER_EXAMPLE * count):
            if request.query:
                audience, guild_id = policy.audience_id, policy.guild_id
                draw = await self._shuffler.draw_hit(audience, request.query, scope, hidden=hidden, guild_id=guild_id)
            else:
                draw = await self._shuffler.draw(policy.audience_id, scope, guild_id=policy.guild_id)
            if draw is None:
                break
            draws.setdefault(draw.entry.ref, draw)  # a shuffle can end and begin again meanwhile
            if len(draws) == min(count, draw.total):
                break
        return list(draws.values())

    async def _position(self, draw: Draw, resolved: ResolvedRequest) -> Markdown:
        if not draw.position:
            return NO_TEXT
        request = resolved.request
        titles = await self._corpus.titles_by_ref([request.work_ref]) if request.work_ref else {}
        title = titles.get(request.work_ref)
        if request.query:
            return texts.hit_position(draw.position, draw.total, quote_input(request.query))
        return texts.shuffle_position(draw.position, draw.total, escape(title) if title else resolved.scope_name)

    async def _nothing_in_scope(self, resolved: ResolvedRequest) -> Answer:
        """Explain why there is nothing to show. If the medium has no example here, list those that do."""
        request, policy, medium = resolved.request, resolved.policy, resolved.medium
        hidden_medium = medium is not None and is_hidden(medium, policy.hidden_media)
        if hidden_medium or request.work_ref in policy.hidden_works:
            return notice(texts.HIDDEN_BY_SERVER)
        if medium and not request.work_ref and resolved.trope:
            of_medium = Scope(resolved.trope.name, tuple([each.slug for each in medium.media]))
            if not await self._corpus.count(of_medium):
                return question(await ask_for_medium(self._corpus, request, policy, resolved.trope))
        return notice(texts.NO_MATCHING_EXAMPLE)

    async def _open_example(self, request: ExampleRequest, policy: AnswerPolicy) -> Answer:
        entry = await self._corpus.by_ref(request.example_ref)
        if entry is None:
            return notice(texts.EXAMPLE_GONE)
        if refusal := refusal_for(entry, policy):
            return refusal
        if request.action is Action.NOTES:  # always private, so seen works can be revealed
            shown = reveal_if_seen(entry, replace(policy, private=True))
            return Answer(notes_card(shown, spoiler=policy.hides_card), private=True)
        return example_answer(entry, request, policy)

    async def _list_examples(self, resolved: ResolvedRequest, title: str, emoji: str) -> Answer:
        page = await self._corpus.page(resolved.scope, resolved.request.page, EXAMPLES_PER_PAGE)
        if not page.total:
            return await self._nothing_in_scope(resolved)
        trope_name = replace(resolved, medium=None).scope_name
        return list_answer(list_heading(title, emoji, texts.example_count(page.total, trope_name)), page, resolved)

    async def _search(self, resolved: ResolvedRequest) -> Answer:
        query = resolved.request.query[:MAX_QUERY_LENGTH].strip()
        resolved = replace(resolved, request=replace(resolved.request, query=query))
        request = resolved.request
        if not parse_query(query):
            return notice(texts.EMPTY_QUERY)
        hidden, from_message = Flag.SEARCH_HIDDEN in request.flags, Flag.FROM_MESSAGE in request.flags
        page = await self._corpus.search(query, resolved.scope, request.page, EXAMPLES_PER_PAGE, hidden=hidden)
        if not page.total:
            return await self._no_matches(resolved)
        if page.total == 1 and Flag.AS_LIST not in request.flags:
            answer = only_hit_answer(page.entries[0], resolved)
        else:
            answer = self._list_hits(page, resolved)
        if page.total <= FEW_HITS and not from_message:
            suggestions = await self._suggestions(resolved, min_hits=SUGGESTION_RATIO * page.total)
            answer.card.add_suggestions(*((texts.try_query(text), suggested) for text, suggested in suggestions))
        # Matches in hidden text, or with somebody's message, are for the member who asked.
        return replace(answer, private=True, share_request=None) if hidden or from_message else answer

    def _list_hits(self, page: ExamplePage, resolved: ResolvedRequest) -> Answer:
        request = resolved.request
        summary = texts.search_summary(page.total, resolved.scope_name, more=page.truncated)
        from_message = Flag.FROM_MESSAGE in request.flags
        heading = list_heading(texts.MATCHES_FOR_MESSAGE if from_message else request.query, SEARCH_EMOJI, summary)
        answer = list_answer(heading, page, resolved, highlight_words(request.query))
        if page.total > 1:
            answer.card.add_row(builders.button(texts.SURPRISE_ME, request.another().custom_id, emoji="🎲"))
        return answer

    async def _no_matches(self, resolved: ResolvedRequest) -> Answer:
        request = resolved.request.to(Action.SEARCH, flags=searching_flags(resolved.request), page=1)
        suggestions = await self._suggestions(resolved)
        names, medium = [escape(text) for text, _ in suggestions], NO_TEXT
        if resolved.medium:
            medium = resolved.scope_name
            elsewhere = await self._corpus.search(request.query, replace(resolved.scope, media=None), 1, 1)
            if elsewhere.total:
                label = texts.all_media_label(elsewhere.total, more=elsewhere.truncated)
                suggestions = [*suggestions, (label, replace(request, medium=""))]
        return notice(texts.no_matches(escape(request.query), medium, names), *suggestions)

    async def _suggestions(self, resolved: ResolvedRequest, min_hits: int = 1) -> list[tuple[str, ExampleRequest]]:
        """Return queries with one word corrected, then works with similar titles."""
        request = resolved.request.to(Action.SEARCH, flags=searching_flags(resolved.request), page=1)
        query = request.query
        found: dict[str, tuple[str, ExampleRequest]] = {}
        for word in [word for word in query.split() if not word.startswith(MINUS_SIGNS)][:MAX_WORDS_CORRECTED]:
            for spelling in await self._corpus.suggest_spellings(word, MAX_SUGGESTIONS):
                text = query.replace(word, spelling, 1)[:MAX_QUERY_LENGTH]
                page = await self._corpus.search(text, resolved.scope, 1, 1)
                if text.casefold() != query.casefold() and page.total >= min_hits:
                    spelled = query.replace(word, spelled_in(page.entries[0], spelling), 1)[:MAX_QUERY_LENGTH]
                    found.setdefault(text, (spelled, replace(request, query=spelled)))
        suggestions = list(found.values())[:MAX_SUGGESTIONS]
        known = {text.casefold() for text, _ in suggestions} | {query.casefold()}
        for work in await self._corpus.suggest_works(query, resolved.scope.trope, MAX_SUGGESTIONS):
            hidden = work.ref in resolved.policy.hidden_works or work.title.casefold() in known
            if not hidden and is_similar_title(query, work.title):
                listed = request.to(Action.WORK, work_ref=work.ref)
                suggestions.append((work.title, listed))
        return suggestions[:MAX_SUGGESTIONS]


def question(asked: Question) -> Answer:
    """Return a private message that asks what a name means."""
    answer = notice(asked.text, *asked.near)
    answer.card.add_choices(texts.CHOOSE_ONE, asked.menu)
    return answer


def searching_flags(request: ExampleRequest) -> str:
    """Return the flags of a request that a search keeps on its other pages."""
    return "".join([flag for flag in request.flags if flag in (Flag.SEARCH_HIDDEN, Flag.FROM_MESSAGE)])


def only_hit_answer(entry: Entry, resolved: ResolvedRequest) -> Answer:
    """Return the only hit of a search, with the list behind a button."""
    request = resolved.request
    drawing = request.to(Action.RANDOM, query="")  # the search has no other
    position = NO_TEXT if Flag.FROM_MESSAGE in request.flags else texts.only_match(quote_input(request.query))
    answer = example_answer(entry, drawing, resolved.policy, position)
    flags = "".join(sorted([*searching_flags(request), Flag.AS_LIST]))
    as_list = replace(request, page=1, flags=flags)
    answer.card.add_row(builders.button(texts.SHOW_AS_LIST, as_list.custom_id, emoji=SEARCH_EMOJI))
    return answer


def notice(text: Markdown, *suggestions: tuple[str, ExampleRequest]) -> Answer:
    """Return a private message with a button for each suggestion."""
    return Answer(message_card(text, *suggestions), private=True)


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
    works = entry.example.works_spoiled[:MAX_SEEN_BUTTONS]
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
        works = entry.example.works_spoiled
        if works and all(work_ref(work.title) in policy.seen_works for work in works):
            return replace(entry, example=entry.example.reveal())
    return entry


def refusal_for(entry: Entry, policy: AnswerPolicy) -> Answer | None:
    """Return a notice if the example must not be shown here, else None."""
    example = entry.example
    hidden_medium = example.medium is not None and example.medium.slug in policy.hidden_media
    if hidden_medium or not policy.hidden_works.isdisjoint(work_ref(work.title) for work in example.works):
        return notice(texts.HIDDEN_BY_SERVER)
    if policy.spoiler_mode is SpoilerMode.EXCLUDE and example.spoiler_count:
        return notice(texts.SPOILERS_EXCLUDED)
    return None


def is_similar_title(query: str, title: str) -> bool:
    """Return whether a title contains the query or is spelled much like it."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only for queries with few hits

    wanted, known = canonical_key(query), canonical_key(title)
    return bool(wanted) and (wanted in known or fuzz.ratio(wanted, known) >= MIN_TITLE_SIMILARITY)
