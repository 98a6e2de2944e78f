"""Turn requests into the cards that answer them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import MAX_OPTIONS
from bot.conversation.answer import (
    Answer,
    example_answer,
    list_answer,
    notice,
    question,
    reveal_if_seen,
)
from bot.conversation.left_out import is_hidden_by_guild, nothing_left, refuse_example
from bot.conversation.requests import DEFAULT_POLICY, Question, ResolvedRequest, ask_for_medium, resolve_request
from bot.conversation.searches import Searches
from bot.conversation.shuffle import Draw, Shuffler
from bot.conversation.suggestions import suggest
from bot.conversation.work_cards import WorkCards
from bot.corpus.addresses import title_of
from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.corpus.shown import ShownCorpus
from bot.language import speaking
from bot.model import Entry, Trope
from bot.model.page_names import page_from_address
from bot.model.preferences import AnswerPolicy, PrivacyReason, SpoilerMode
from bot.render.about_card import about_card
from bot.render.cards import quote_input
from bot.render.example_cards import EXAMPLES_PER_PAGE, list_heading, notes_card
from bot.render.markdown import NO_TEXT, SCOPE_LENGTH, Markdown, fit_name
from bot.render.saved_cards import report_card
from bot.render.several_card import several_card
from bot.render.texts import examples as texts
from bot.render.texts import medium_name

MAX_DRAWS_PER_EXAMPLE = 3


class Answers:
    """Answer requests from the corpus."""

    def __init__(self, corpus: Corpus, shuffler: Shuffler, feedback_url: str | None = None) -> None:
        self._corpus, self._shuffler, self._feedback_url = corpus, shuffler, feedback_url
        self._searches, self._works = Searches(corpus), WorkCards(corpus)

    async def answer(
        self,
        request: ExampleRequest,
        policy: AnswerPolicy = DEFAULT_POLICY,
        *,
        trope: str | None = None,
        work: str | None = None,
        other_work: str | None = None,
    ) -> Answer:
        """Answer a request. A forged or outdated one gets a notice.

        `trope` and `work`, typed by a member, override the request's. `other_work` is to be compared with.
        """
        private = policy.private or request.is_for_asker
        if policy.private and Flag.WITH_SPOILERS in request.flags:  # asks for what the member usually leaves out
            policy = replace(policy, spoiler_mode=policy.mode_on_demand)
        make = partial(self._answer, request, policy, trope, work, other_work)
        return await in_its_language(make, policy, private=private)

    async def _answer(
        self, request: ExampleRequest, policy: AnswerPolicy, trope: str | None, work: str | None, other_work: str | None
    ) -> Answer:
        if other_work:
            return await self._works.compare_typed(request, work, other_work, policy)
        resolved = await resolve_request(self._corpus, request, policy, trope, work)
        if isinstance(resolved, Question):
            return question(resolved)
        request = resolved.request
        match request.action:
            case Action.RANDOM:
                return await self._random(resolved)
            case Action.SEARCH:
                return await self._linked_or_unknown(request, policy) or await self._searches.answer(resolved)
            case Action.OPEN_FROM_LIST | Action.EXAMPLE | Action.NOTES | Action.REPORT:
                return await self._open_example(request, policy)
            case Action.MEDIUM:
                if medium := resolved.medium:
                    return await self._list_examples(resolved, medium_name(medium.name), medium.emoji)
            case Action.WORK | Action.COMPARE | Action.SIMILAR | Action.OPENED:
                return await self._works.answer(resolved) or await self._empty_scope(resolved)
            case Action.ABOUT:
                if resolved.trope and (overview := await self._corpus.overview(resolved.scope)):
                    left_out = await self._count_left_out(resolved.scope, overview.total)
                    card = about_card(overview, request, left_out=left_out, spoiler=policy.hides_card)
                    return Answer(card, share_request=request)
        return notice(texts.EXAMPLE_GONE())

    async def by_number(self, trope: Trope | str, number: int, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer:
        """Return an example of a trope (or its typed name) by number, or a notice of the valid ones."""
        return await in_its_language(partial(self._by_number, trope, number, policy), policy, private=policy.private)

    async def _by_number(self, trope: Trope | str, number: int, policy: AnswerPolicy) -> Answer:
        shown = self._shown(policy)
        if isinstance(trope, str):
            found = await shown.match_tropes(trope, MAX_OPTIONS)
            if len(found) != 1:
                return await self._which_trope(trope, found, number, policy)
            trope = found[0]
        entry = await self._corpus.by_number(trope.name, number) if await shown.trope(trope.ref) else None
        if entry:
            request = ExampleRequest(Action.EXAMPLE, trope.ref, example_ref=entry.ref)
            return await self._refusal(entry, request, policy) or example_answer(entry, request, policy)
        total = await self._corpus.count(Scope(trope.name, excluded_tropes=policy.hidden_tropes))
        if total:
            return notice(texts.no_such_number(number, total))
        return notice(texts.EXAMPLE_GONE() if await shown.count_tropes() else texts.CORPUS_EMPTY())

    async def _which_trope(self, typed: str, tropes: Sequence[Trope], number: int, policy: AnswerPolicy) -> Answer:
        """Ask which trope's example of that number is meant: of `tropes`, or if there are none of similar ones."""
        shown, suggested = self._shown(policy), await suggest("trope", typed, self._corpus, policy)
        names = [(trope.title, trope.ref) for trope in tropes] or suggested.names
        requests = [
            (name, ExampleRequest(Action.EXAMPLE, ref, example_ref=f"{ref}/{number}"))
            for name, ref in names
            if await shown.by_ref(f"{ref}/{number}")
        ]
        if tropes and requests:
            return question(Question(texts.several_matches(quote_input(typed)), menu=requests))
        return notice(suggested.text, *requests)

    async def linked(self, address: str, trope_ref: str, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer | None:
        """Return the trope or the work that an address of TV Tropes names, or None. Works of a trope come first."""
        shown = self._shown(policy)
        if trope := await shown.find_trope(address):
            return await self.answer(ExampleRequest(Action.ABOUT, trope.ref), policy)
        if work := await shown.find_work(address):
            here = await shown.trope(trope_ref)
            scope = Scope(here.name if here else None, work_ref=work.ref, excluded_tropes=policy.hidden_tropes)
            is_there = await self._corpus.count(scope)
            return await self.answer(
                ExampleRequest(Action.WORK, trope_ref if is_there else "", work_ref=work.ref, page=1), policy
            )
        return None

    async def _linked_or_unknown(self, request: ExampleRequest, policy: AnswerPolicy) -> Answer | None:
        """Answer a search for an address. Return None if it is not one."""
        if page_from_address(request.query) is None:
            return None
        if answer := await self.linked(request.query, request.trope_ref, policy):
            return answer
        suggested = await suggest("work", title_of(request.query), self._corpus, policy)
        works = [(name, request.to(Action.WORK, work_ref=ref, page=1, trope_ref="")) for name, ref in suggested.names]
        return notice(suggested.text, *works)

    def _shown(self, policy: AnswerPolicy) -> ShownCorpus:
        return ShownCorpus(self._corpus, policy.hidden_tropes)

    async def _random(self, resolved: ResolvedRequest) -> Answer:
        request, policy = resolved.request, resolved.policy
        hidden = bool(request.query) and Flag.SEARCH_HIDDEN in request.flags
        draws = await self._draw(resolved, request.count, hidden=hidden)
        if not draws:
            return await (self._searches.no_matches(resolved) if request.query else self._empty_scope(resolved))
        if draws[1:]:
            entries = [reveal_if_seen(draw.entry, policy) for draw in draws]
            card = several_card(entries, request, names_tropes=not resolved.trope, spoiler=policy.hides_card)
            return Answer(card, example_refs=[entry.ref for entry in entries])
        [draw] = draws
        answer = example_answer(draw.entry, request, policy, await self._position(draw, resolved))
        return answer.only_for_asker(PrivacyReason.HIDDEN_SEARCH) if hidden else answer

    async def _draw(self, resolved: ResolvedRequest, count: int, *, hidden: bool) -> Sequence[Draw]:
        """Return different examples: `count`, or all that there are."""
        request, policy, scope = resolved.request, resolved.policy, resolved.scope
        draws: dict[str, Draw] = {}
        for _ in range(1 if count == 1 else MAX_DRAWS_PER_EXAMPLE * count):
            audience, guild_id = policy.audience_id, policy.guild_id
            if request.query:
                draw = await self._shuffler.draw_hit(audience, request.query, scope, hidden=hidden, guild_id=guild_id)
            elif resolved.franchise:
                refs = resolved.franchise.refs
                draw = await self._shuffler.draw_of_works(audience, refs, scope, guild_id=guild_id)
            else:
                draw = await self._shuffler.draw(audience, scope, guild_id=guild_id)
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
        if request.query:
            return texts.hit_position(draw.position, draw.total, quote_input(request.query))
        titles = await self._corpus.titles_by_ref([request.work_ref]) if request.work_ref else {}
        title = resolved.franchise.name if resolved.franchise else titles.get(request.work_ref)
        name = fit_name(title, SCOPE_LENGTH) if title else resolved.scope_name
        return texts.shuffle_position(draw.position, draw.total, name, spoilers=resolved.scope.include_spoilers)

    async def _open_example(self, request: ExampleRequest, policy: AnswerPolicy) -> Answer:
        entry = await self._shown(policy).by_ref(request.example_ref)
        if entry is None:
            return notice(texts.EXAMPLE_GONE())
        if refusal := await self._refusal(entry, request, policy):
            return refusal
        if request.action is Action.NOTES:  # always private, so seen works can be revealed
            entry = await self._corpus.turn_to_notes(entry)
            shown = reveal_if_seen(entry, replace(policy, private=True))
            reason = None if policy.private else PrivacyReason.NOTES
            card = notes_card(shown, spoiler=policy.hides_card)
            return Answer(card, private=True, privacy_reason=reason, example_refs=(entry.ref,))
        if request.action is Action.REPORT:
            line = await self._corpus.source_line(entry)
            reason = None if policy.private else PrivacyReason.REPORT
            return Answer(report_card(entry, line, self._feedback_url), private=True, privacy_reason=reason)
        return example_answer(await self._corpus.turn_to_page(entry, request.page), request, policy)

    async def _refusal(self, entry: Entry, request: ExampleRequest, policy: AnswerPolicy) -> Answer | None:
        """Return a notice if the example must not be shown here, else None."""
        if await is_hidden_by_guild(entry, self._corpus, policy):
            return notice(texts.HIDDEN_BY_SERVER())
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
        left_out = await self._count_left_out(resolved.scope, page.total)
        count = texts.example_count(page.total, resolved.tropes_of(page))
        heading = list_heading(title, emoji, count, texts.left_out(left_out) if left_out else NO_TEXT)
        return list_answer(heading, page, resolved, left_out=left_out)

    async def _count_left_out(self, scope: Scope, total: int) -> int:
        """Return how many examples a scope of so many leaves out because they have spoilers."""
        if scope.include_spoilers:
            return 0
        return await self._corpus.count(replace(scope, include_spoilers=True)) - total

    async def _empty_scope(self, resolved: ResolvedRequest) -> Answer:
        """Explain why there is nothing to show. If the medium has no example here, list those that do."""
        request, policy, medium = resolved.request, resolved.policy, resolved.medium
        hidden_medium = medium is not None and medium.is_hidden(policy.hidden_media)
        if hidden_medium or request.work_ref in policy.hidden_works:
            return notice(texts.HIDDEN_BY_SERVER())
        everything = replace(resolved.scope, include_spoilers=True)
        if not resolved.scope.include_spoilers and (left_out := await self._corpus.count(everything)):
            text, buttons = nothing_left(request, left_out, policy)
            return notice(text, *buttons)
        if medium and not request.work_ref and resolved.trope:
            of_medium = Scope(resolved.trope.name, tuple([each.slug for each in medium.media]))
            if not await self._corpus.count(of_medium):
                return question(await ask_for_medium(self._corpus, request, policy, resolved.trope))
        return notice(texts.NO_MATCHING_EXAMPLE())


async def in_its_language(make: Callable[[], Awaitable[Answer]], policy: AnswerPolicy, *, private: bool) -> Answer:
    """Return an answer in the language of those who see it. A notice of a public one is made again, for the member.

    `private` says what is known of the answer before it is made.
    """
    language = policy.member_language if private else policy.public_language
    with speaking(language):
        answer = await make()
    if not answer.private or language == policy.member_language:
        return answer
    with speaking(policy.member_language):
        return await make()
