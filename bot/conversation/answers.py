"""Turn requests into the cards that answer them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.components.custom_ids import MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.conversation.left_out import (
    is_hidden_by_guild,
    nothing_left,
    on_demand,
    refuse_example,
    show_button,
    shows_spoilers,
)
from bot.conversation.shuffle import Shuffler
from bot.conversation.suggestions import MAX_SUGGESTIONS, is_hidden, suggest
from bot.corpus.addresses import title_of
from bot.corpus.media import MediumOption
from bot.corpus.reader import Corpus
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.search.query_parser import highlight_words
from bot.corpus.shown import ShownCorpus
from bot.model import Entry, Trope, normalize_title, work_ref
from bot.preferences import AnswerPolicy, PrivacyReason, SpoilerMode
from bot.render.about_card import about_card
from bot.render.cards import BRAND_COLOUR, Card, message_card
from bot.render.example_cards import display_title, example_card, notes_card
from bot.render.list_cards import EXAMPLES_PER_PAGE, ListView, list_card, list_heading
from bot.render.markdown import NO_TEXT, Markdown, escape
from bot.render.names import SCOPE_LENGTH, SHORT_LENGTH, fit_name
from bot.render.saved_cards import report_card
from bot.render.texts import examples as texts
from bot.wiki.saved_form import page_from_address

SEARCH_EMOJI = "🔎"
WORK_EMOJI = "📖"
FEW_HITS, SUGGESTION_RATIO = 2, 5  # few hits suggest a typo, if a similar query finds five times as many
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
        privacy_reason: Why it is private, whatever the policy.
        share_request: Shows the card to everyone. None if it cannot be shared.
        seen_requests: Say of works that the card spoils whether the member knows them, with labels.
        title: An example's title, which is visible text.
    """

    card: Card
    private: bool = False
    privacy_reason: PrivacyReason | None = None
    share_request: ExampleRequest | None = None
    seen_requests: Sequence[tuple[str, ExampleRequest]] = ()
    title: str = ""


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

    def tropes_of(self, page: ExamplePage) -> Markdown:
        """Return the trope of a list's examples, or how many they are from."""
        if page.trope_count > 1:
            return texts.trope_count(page.trope_count)
        return fit_name(page.entries[0].trope.title, SCOPE_LENGTH)


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
        policy = on_demand(request, policy)
        resolved = await self._resolve(request, policy, trope, work)
        if isinstance(resolved, Answer):
            return resolved
        request = resolved.request
        if request.action is Action.SEARCH and (linked := await self._linked_or_unknown(request, policy)):
            return linked
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
                titles = await self._shown(policy).titles_by_ref([request.work_ref])
                if title := titles.get(request.work_ref):
                    return await self._list_examples(resolved, title, WORK_EMOJI)
            case Action.ABOUT:
                if resolved.trope and (overview := await self._corpus.overview(resolved.scope)):
                    card = about_card(overview, request, spoiler=policy.hides_card)
                    return Answer(card, share_request=request)
        return notice(texts.EXAMPLE_GONE)

    async def by_number(self, trope: Trope | str, number: int, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer:
        """Return an example of a trope (or its typed name) by number, or a notice of the valid ones."""
        shown = self._shown(policy)
        if isinstance(trope, str):
            found = shown.find_trope(trope)
            if found is None:
                suggested = await suggest("trope", trope, self._corpus, policy)
                asked = [
                    (name, ExampleRequest(Action.EXAMPLE, ref, example_ref=f"{ref}/{number}"))
                    for name, ref in suggested.names
                    if await shown.by_ref(f"{ref}/{number}")
                ]
                return notice(suggested.text, *asked)
            trope = found
        entry = await self._corpus.by_number(trope.name, number) if trope.ref in shown.tropes_by_ref else None
        if entry:
            request = ExampleRequest(Action.EXAMPLE, trope.ref, example_ref=entry.ref)
            return await self._refusal(entry, request, policy) or example_answer(entry, request, policy)
        total = await self._corpus.count(Scope(trope.name, excluded_tropes=policy.hidden_tropes))
        if total:
            return notice(texts.no_such_number(number, total))
        return notice(texts.EXAMPLE_GONE if shown.tropes else texts.CORPUS_EMPTY)

    async def linked(self, address: str, trope_ref: str, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer | None:
        """Return the trope or the work that an address of TV Tropes names, or None. Works of a trope come first."""
        shown = self._shown(policy)
        if trope := shown.find_trope(address):
            return await self.answer(ExampleRequest(Action.ABOUT, trope.ref), policy)
        if work := await shown.find_work(address):
            here = shown.tropes_by_ref.get(trope_ref)
            scope = Scope(here.name if here else None, work_ref=work.ref, excluded_tropes=policy.hidden_tropes)
            is_there = await self._corpus.count(scope)
            return await self.answer(
                ExampleRequest(Action.WORK, trope_ref if is_there else "", work_ref=work.ref, page=1), policy
            )
        return None

    async def _resolve(
        self, request: ExampleRequest, policy: AnswerPolicy, typed_trope: str | None, typed_work: str | None
    ) -> ResolvedRequest | Answer:
        """Look up the names in a request, or return a notice."""
        corpus, spoilers = self._shown(policy), shows_spoilers(request, policy)
        medium = corpus.media.find(request.medium) if request.medium else None
        if typed_trope:
            found = corpus.find_trope(typed_trope)
            if found is None:
                suggested = await suggest("trope", typed_trope, self._corpus, policy, spoilers=spoilers)
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
                suggested = await suggest("work", typed_work, self._corpus, policy, trope, spoilers=spoilers)
                request = replace(request, medium=medium.slug if medium else "")
                return notice(suggested.text, *((name, replace(request, work_ref=r)) for name, r in suggested.names))
            request = replace(request, work_ref=title.ref)
        if request.trope_ref and trope is None:
            return notice(texts.EXAMPLE_GONE if corpus.tropes else texts.CORPUS_EMPTY)
        if medium:
            request = replace(request, medium=medium.slug)
        elif request.medium and request.action not in OPENING_ACTIONS:
            suggested = await suggest("medium", request.medium, self._corpus, policy, trope, spoilers=spoilers)
            return notice(suggested.text, *((name, replace(request, medium=slug)) for name, slug in suggested.names))
        return ResolvedRequest(request, policy, trope, medium, scope_for(request, policy, trope, medium))

    def _shown(self, policy: AnswerPolicy) -> ShownCorpus:
        return ShownCorpus(self._corpus, policy.hidden_tropes)

    async def _random(self, resolved: ResolvedRequest) -> Answer:
        request, policy = resolved.request, resolved.policy
        draw = await self._shuffler.draw(policy.audience_id, resolved.scope, guild_id=policy.guild_id)
        if draw is None:
            return await self._empty_scope(resolved)
        position = NO_TEXT
        if draw.position:
            titles = await self._corpus.titles_by_ref([request.work_ref]) if request.work_ref else {}
            title = titles.get(request.work_ref)
            name = fit_name(title, SCOPE_LENGTH) if title else resolved.scope_name
            position = texts.shuffle_position(draw.position, draw.total, name, spoilers=resolved.scope.include_spoilers)
        return example_answer(draw.entry, request, policy, position)

    async def _open_example(self, request: ExampleRequest, policy: AnswerPolicy) -> Answer:
        entry = await self._shown(policy).by_ref(request.example_ref)
        if entry is None:
            return notice(texts.EXAMPLE_GONE)
        if refusal := await self._refusal(entry, request, policy):
            return refusal
        if request.action is Action.NOTES:  # always private, so seen works can be revealed
            entry = await self._corpus.turn_to_notes(entry)
            shown = reveal_if_seen(entry, replace(policy, private=True))
            reason = None if policy.private else PrivacyReason.NOTES
            return Answer(notes_card(shown, spoiler=policy.hides_card), private=True, privacy_reason=reason)
        if request.action is Action.REPORT:
            line = await self._corpus.source_line(entry)
            reason = None if policy.private else PrivacyReason.REPORT
            return Answer(report_card(entry, line, self._feedback_url), private=True, privacy_reason=reason)
        return example_answer(await self._corpus.turn_to_page(entry, request.page), request, policy)

    async def _refusal(self, entry: Entry, request: ExampleRequest, policy: AnswerPolicy) -> Answer | None:
        """Return a notice if the example must not be shown here, else None."""
        if await is_hidden_by_guild(entry, self._corpus, policy):
            return notice(texts.HIDDEN_BY_SERVER)
        is_report = request.action is Action.REPORT  # which has nothing of the text
        if policy.spoiler_mode is SpoilerMode.EXCLUDE and entry.spoiler_count and not is_report:
            action = Action.NOTES if request.action is Action.NOTES else Action.EXAMPLE
            text, buttons = refuse_example(request.to(action, example_ref=entry.ref), policy)
            return notice(text, *buttons)
        return None

    async def _list_examples(self, resolved: ResolvedRequest, title: str, emoji: str) -> Answer:
        page = await self._corpus.page(resolved.scope, resolved.request.page, EXAMPLES_PER_PAGE)
        if not page.total:
            return await self._empty_scope(resolved)
        left_out = 0
        if not resolved.scope.include_spoilers:
            left_out = await self._corpus.count(replace(resolved.scope, include_spoilers=True)) - page.total
        count = texts.example_count(page.total, resolved.tropes_of(page))
        heading = list_heading(title, emoji, count, texts.left_out(left_out) if left_out else NO_TEXT)
        return list_answer(heading, page, resolved, left_out=left_out)

    async def _empty_scope(self, resolved: ResolvedRequest) -> Answer:
        """Explain why there is nothing to show."""
        policy, medium = resolved.policy, resolved.medium
        hidden_medium = medium is not None and is_hidden(medium, policy.hidden_media)
        if hidden_medium or resolved.request.work_ref in policy.hidden_works:
            return notice(texts.HIDDEN_BY_SERVER)
        everything = replace(resolved.scope, include_spoilers=True)
        if not resolved.scope.include_spoilers and (left_out := await self._corpus.count(everything)):
            text, buttons = nothing_left(resolved.request, left_out, policy)
            return notice(text, *buttons)
        return notice(texts.NO_MATCHING_EXAMPLE)

    async def _linked_or_unknown(self, request: ExampleRequest, policy: AnswerPolicy) -> Answer | None:
        """Answer a search for an address. Return None if it is not one."""
        if page_from_address(request.query) is None:
            return None
        if answer := await self.linked(request.query, request.trope_ref, policy):
            return answer
        suggested = await suggest("work", title_of(request.query), self._corpus, policy)
        works = [(name, request.to(Action.WORK, work_ref=ref, page=1, trope_ref="")) for name, ref in suggested.names]
        return notice(suggested.text, *works)

    async def _search(self, resolved: ResolvedRequest) -> Answer:
        query = resolved.request.query[:MAX_QUERY_LENGTH].strip()
        resolved = replace(resolved, request=replace(resolved.request, query=query))
        request = resolved.request
        if not any(map(str.isalnum, query)):
            return notice(texts.EMPTY_QUERY)
        hidden, from_message = Flag.SEARCH_HIDDEN in request.flags, Flag.FROM_MESSAGE in request.flags
        page = await self._corpus.search(query, resolved.scope, request.page, EXAMPLES_PER_PAGE, hidden=hidden)
        left_out = 0
        if not resolved.scope.include_spoilers:
            everything = replace(resolved.scope, include_spoilers=True)
            left_out = (await self._corpus.search(query, everything, 1, 1, hidden=hidden)).total - page.total
        if not page.total:
            if left_out <= 0:
                return await self._no_matches(resolved)
            text, buttons = nothing_left(request, left_out, resolved.policy)
            return notice(text, *buttons)
        medium = resolved.scope_name if resolved.medium else NO_TEXT
        summary = texts.example_count(page.total, resolved.tropes_of(page), medium, more=page.truncated)
        details = [summary, texts.left_out(left_out) if left_out > 0 else NO_TEXT]
        words = highlight_words(query)
        heading = list_heading(query, SEARCH_EMOJI, *details)
        if from_message:
            looked_for = texts.looked_for([fit_name(word, SHORT_LENGTH) for word in words])
            heading = list_heading(texts.MATCHES_FOR_MESSAGE, SEARCH_EMOJI, *details, looked_for)
        turn = self._corpus.turn_to_words
        entries = tuple([await turn(entry, words) if entry.is_long else entry for entry in page.entries])
        answer = list_answer(heading, replace(page, entries=entries), resolved, words, left_out=left_out)
        if page.total <= FEW_HITS and not from_message:
            suggestions = await self._suggestions(resolved, min_hits=SUGGESTION_RATIO * page.total)
            answer.card.add_suggestions(*((texts.try_query(text), suggested) for text, suggested in suggestions))
        # Matches in hidden text, or with somebody's message, are for the member who asked.
        if not hidden and not from_message:
            return answer
        reason = PrivacyReason.HIDDEN_SEARCH if hidden else PrivacyReason.MESSAGE_SEARCH
        return replace(answer, private=True, privacy_reason=reason, share_request=None)

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
        works = await self._shown(resolved.policy).suggest_works(query, resolved.scope.trope, MAX_SUGGESTIONS)
        for work in works:
            hidden = work.ref in resolved.policy.hidden_works or work.title.casefold() in known
            listed_there = replace(resolved.scope, media=None, work_ref=work.ref)
            if not hidden and is_similar_title(query, work.title) and await self._corpus.count(listed_there):
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
        shows_spoilers(request, policy),
        policy.hidden_media,
        policy.hidden_works,
        policy.hidden_tropes,
    )


def example_answer(entry: Entry, request: ExampleRequest, policy: AnswerPolicy, position: Markdown = NO_TEXT) -> Answer:
    """Return the answer with one example."""
    share = request.to(Action.EXAMPLE, example_ref=entry.ref)
    card = example_card(reveal_if_seen(entry, policy), request, spoiler=policy.hides_card, position=position)
    # Only private cards reveal spoilers, so only they have these buttons.
    seen = seen_requests(entry, share, policy.seen_works) if policy.private else ()
    return Answer(card, share_request=shareable(share), seen_requests=seen, title=display_title(entry))


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


def shareable(request: ExampleRequest) -> ExampleRequest | None:
    """Return the request to share an answer, or None if it is for one member only."""
    return None if Flag.WITH_SPOILERS in request.flags else request


def list_answer(
    heading: Markdown,
    page: ExamplePage,
    resolved: ResolvedRequest,
    highlight: Sequence[str] = (),
    *,
    left_out: int = 0,
) -> Answer:
    """Return the answer with one page of a list. Only private ones offer what is left out."""
    request = replace(resolved.request, page=page.number)
    offers = left_out > 0 and resolved.policy.private
    view = ListView(
        resolved.medium.colour if resolved.medium else BRAND_COLOUR,
        highlight,
        page.trope_count > 1,
        show_button(replace(request, page=1), left_out, resolved.policy) if offers else None,
    )
    card = list_card(heading, page.entries, request, page.page_count, view)
    return Answer(card, share_request=shareable(request))


def reveal_if_seen(entry: Entry, policy: AnswerPolicy) -> Entry:
    """Reveal spoilers in a private answer, if the member has seen all their works."""
    if policy.private and policy.seen_works:
        works = entry.works_spoiled
        if works and all(work_ref(work.title) in policy.seen_works for work in works):
            return entry.reveal()
    return entry


def is_similar_title(query: str, title: str) -> bool:
    """Return whether a title contains the query or is spelled much like it."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - only for queries with few hits

    wanted, normalized = normalize_title(query), normalize_title(title)
    return wanted in normalized or fuzz.ratio(wanted, normalized) >= MIN_TITLE_SIMILARITY
