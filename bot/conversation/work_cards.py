"""Answer what works have to do with tropes and with each other."""

from dataclasses import replace

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import MAX_OPTIONS
from bot.conversation.answer import Answer, notice, question, shareable
from bot.conversation.left_out import show_button
from bot.conversation.opened import list_opened
from bot.conversation.requests import Question, ResolvedRequest, resolve_request, shown_franchise, visible_works
from bot.conversation.suggestions import suggest
from bot.corpus.reader import Corpus
from bot.corpus.shown import ShownCorpus
from bot.corpus.works import WorkPage
from bot.model.preferences import AnswerPolicy
from bot.render.cards import quote_input
from bot.render.markdown import NO_TEXT, SCOPE_LENGTH, Markdown, fit_name
from bot.render.texts import examples as texts
from bot.render.texts import works as work_texts
from bot.render.work_cards import (
    COMPARE_EMOJI,
    FRANCHISE_EMOJI,
    MAX_SIMILAR,
    MAX_TROPES_NAMED,
    ROWS_PER_PAGE,
    SHARED_PER_PAGE,
    SIMILAR_EMOJI,
    WORK_EMOJI,
    CompareView,
    Offer,
    WorkView,
    compare_card,
    similar_card,
    work_card,
)


class WorkCards:
    """Answer from the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    async def answer(self, resolved: ResolvedRequest) -> Answer | None:
        """Answer a request about a work, or return None if there is nothing to show of it."""
        request, policy = resolved.request, resolved.policy
        titles = await self._shown(policy).titles_by_ref([request.work_ref])
        title = titles.get(request.work_ref)
        if title is None:
            return notice(texts.EXAMPLE_GONE())
        match request.action:
            case Action.COMPARE:
                return await self._compare(resolved)
            case Action.SIMILAR:
                return await self._similar(resolved, title)
            case Action.OPENED:
                return await list_opened(self._corpus, resolved, title)
        return await self._work(resolved, title)

    async def _work(self, resolved: ResolvedRequest, title: str) -> Answer | None:
        """Show in which tropes a work is, or a whole franchise. Return None if it is in none."""
        request, policy = resolved.request, resolved.policy
        whole, refs = resolved.franchise, resolved.work_refs
        page = await self._corpus.work_page(resolved.scope, refs, request.page, ROWS_PER_PAGE)
        if not page.total:
            return None
        left_out = 0
        if not resolved.scope.include_spoilers:
            everything = replace(resolved.scope, include_spoilers=True)
            left_out = (await self._corpus.work_page(everything, refs, 1, 1)).total - page.total
        request = replace(request, page=page.number)
        view = WorkView(
            whole.name if whole else title,
            await self._shown(policy).titles_by_ref(refs) if whole else {},
            resolved.trope,
            page.entries,
            page.page_count,
            _details(page, resolved, left_out),
            await self._offers(request, title, policy),
            _left_out_offer(request, left_out, policy),
        )
        refs_shown = [entry.example_ref for entry in page.entries]
        return Answer(work_card(view, request), share_request=shareable(request), example_refs=refs_shown)

    async def compare_typed(
        self, request: ExampleRequest, title: str | None, other: str, policy: AnswerPolicy
    ) -> Answer:
        """Compare the request's work, or one with a typed title, with another typed one."""
        found = visible_works(await self._shown(policy).match_works(other, None, MAX_OPTIONS), policy)
        is_clear = len(found) == 1
        asked = request.to(Action.COMPARE, with_ref=found[0].ref) if is_clear else request.to(Action.WORK)
        resolved = await resolve_request(self._corpus, replace(asked, page=1), policy, None, title)
        if isinstance(resolved, Question):
            return question(resolved)
        if is_clear:
            return await self._compare(resolved)
        first = resolved.request.to(Action.COMPARE, page=1)
        if found:
            menu = [(work.title, replace(first, with_ref=work.ref)) for work in found]
            return question(Question(texts.several_matches(quote_input(other)), menu=menu))
        suggested = await suggest("work", other, self._corpus, policy, spoilers=resolved.scope.include_spoilers)
        return notice(suggested.text, *[(name, replace(first, with_ref=ref)) for name, ref in suggested.names])

    async def _compare(self, resolved: ResolvedRequest) -> Answer:
        """Show what two works share, then what only one has."""
        request, policy = resolved.request, resolved.policy
        first, second = resolved.work_refs, request.with_ref
        if second in first:
            return notice(work_texts.SAME_WORK())
        if policy.hidden_works & {*first, second}:
            return notice(texts.HIDDEN_BY_SERVER())
        titles = await self._shown(policy).titles_by_ref([*first, second])
        if not {request.work_ref, second} <= titles.keys():
            return notice(texts.EXAMPLE_GONE())
        found = await self._corpus.compare_works(
            resolved.scope, first, [second], request.page, SHARED_PER_PAGE, named=MAX_TROPES_NAMED
        )
        request, whole = replace(request, page=found.number), resolved.franchise
        view = CompareView(
            (whole.name if whole else titles[request.work_ref], titles[second]),
            titles,
            found.shared,
            found.shared_count,
            found.page_count,
            found.only,
            found.only_counts,
            found.hidden,
            found.left_out,
            _left_out_offer(request, found.left_out, policy),
        )
        refs_shown = [entry.example_ref for pair in found.shared for entry in pair]
        return Answer(compare_card(view, request), share_request=shareable(request), example_refs=refs_shown)

    async def _similar(self, resolved: ResolvedRequest, title: str) -> Answer:
        """Show the works that share the most tropes with one."""
        request, policy = resolved.request, resolved.policy
        if request.work_ref in policy.hidden_works:
            return notice(texts.HIDDEN_BY_SERVER())
        similar = await self._corpus.similar_works(resolved.scope, resolved.work_refs, MAX_SIMILAR)
        if not similar:
            return notice(work_texts.NO_SIMILAR_WORK())
        title = resolved.franchise.name if resolved.franchise else title
        rows = [(work.title, work.tropes) for work in similar]
        card = similar_card(title, rows, [work.ref for work in similar], request)
        return Answer(card, share_request=shareable(request))

    async def _offers(self, request: ExampleRequest, title: str, policy: AnswerPolicy) -> list[Offer]:
        first_page = replace(request.without_flag(Flag.GO_TO_PAGE), page=1)
        draw = texts.RANDOM_BUTTON() if Flag.FRANCHISE in request.flags else work_texts.RANDOM_OF_WORK()
        offers = [Offer(draw, "🎲", request.to(Action.RANDOM))]
        if await self._shown(policy).count_tropes() > 1:
            offers += [
                Offer(work_texts.COMPARE_BUTTON(), COMPARE_EMOJI, request.to(Action.ASK_COMPARE)),
                Offer(work_texts.SIMILAR_BUTTON(), SIMILAR_EMOJI, request.to(Action.SIMILAR)),
            ]
            if request.trope_ref:
                offers.append(Offer(work_texts.ALL_TROPES_BUTTON(), WORK_EMOJI, replace(first_page, trope_ref="")))
        if Flag.FRANCHISE in request.flags:
            alone = first_page.without_flag(Flag.FRANCHISE)
            offers.append(Offer(work_texts.one_work_button(title), WORK_EMOJI, alone))
        elif franchise := await shown_franchise(self._corpus, request.work_ref, policy):
            label = work_texts.franchise_button(franchise.name, len(franchise.refs))
            offers.append(Offer(label, FRANCHISE_EMOJI, first_page.with_flag(Flag.FRANCHISE)))
        return offers

    def _shown(self, policy: AnswerPolicy) -> ShownCorpus:
        return ShownCorpus(self._corpus, policy.hidden_tropes)


def _details(page: WorkPage, resolved: ResolvedRequest, left_out: int) -> list[Markdown]:
    trope = fit_name(resolved.trope.title, SCOPE_LENGTH) if resolved.trope else NO_TEXT
    return [
        work_texts.franchise_counts(len(resolved.work_refs)) if resolved.franchise else NO_TEXT,
        work_texts.work_counts(page.about, page.mentions, trope),
        work_texts.behind_spoilers(page.hidden) if page.hidden else NO_TEXT,
        work_texts.left_out(left_out, in_tropes=not trope) if left_out > 0 else NO_TEXT,
    ]


def _left_out_offer(request: ExampleRequest, left_out: int, policy: AnswerPolicy) -> Offer | None:
    """Return the button that shows what a member left out. Only private answers have it."""
    shown = show_button(replace(request, page=1), left_out, policy) if left_out > 0 and policy.private else None
    return Offer(shown[0], "👁️", shown[1]) if shown else None
