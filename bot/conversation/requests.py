"""Look up the names in a request. What a member typed can mean one thing, several, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.components.custom_ids import GRAMMAR, Action, ExampleRequest, Flag
from bot.components.limits import MAX_OPTIONS
from bot.conversation.suggestions import NameKind, Suggestions, suggest
from bot.corpus.franchises import MIN_WORKS, Franchise
from bot.corpus.media import MediumOption
from bot.corpus.name_search import TitleMatch
from bot.corpus.reader import Corpus
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.shown import ShownCorpus
from bot.model import Trope
from bot.model.preferences import AnswerPolicy, SpoilerMode
from bot.render.cards import quote_input
from bot.render.markdown import LISTED_LENGTH, SCOPE_LENGTH, Markdown, fit_name
from bot.render.texts import examples as texts
from bot.render.texts import medium_name, trope_count
from bot.render.texts import works as work_texts

OPENING_ACTIONS = (Action.OPEN_FROM_LIST, Action.EXAMPLE, Action.NOTES, Action.REPORT)  # need only an example
MAX_MEDIA_NAMED = 10
MAX_FRANCHISES_READ = 5  # to offer those that a typed title can mean
DEFAULT_POLICY = AnswerPolicy()

Choices = Sequence[tuple[str, ExampleRequest]]


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """A request with its names looked up in the corpus.

    Attributes:
        franchise: All of what the request is about, instead of its one work.
    """

    request: ExampleRequest
    policy: AnswerPolicy
    trope: Trope | None
    medium: MediumOption | None
    scope: Scope
    franchise: Franchise | None = None

    @property
    def work_refs(self) -> tuple[str, ...]:
        """The works that the request is about."""
        return self.franchise.refs if self.franchise else (self.request.work_ref,)

    @property
    def scope_name(self) -> Markdown:
        """The medium, the trope, or "all tropes"."""
        if self.medium:
            return fit_name(medium_name(self.medium.name), SCOPE_LENGTH)
        return fit_name(self.trope.title, SCOPE_LENGTH) if self.trope else texts.ALL_TROPES()

    def tropes_of(self, page: ExamplePage) -> Markdown:
        """Return the trope of a list's examples, or how many they are from."""
        if page.trope_count > 1:
            return trope_count(page.trope_count)
        return fit_name(page.entries[0].trope.title, SCOPE_LENGTH)


@dataclass(frozen=True, slots=True)
class Question:
    """What to say if a name is not clear: with a few near requests, or with a menu of those that it can mean."""

    text: Markdown
    near: Choices = ()
    menu: Choices = ()


async def resolve_request(
    corpus: Corpus, request: ExampleRequest, policy: AnswerPolicy, typed_trope: str | None, typed_work: str | None
) -> ResolvedRequest | Question:
    """Look up the names in a request, or return what to ask."""
    return await _Resolver(corpus, policy, request.medium).resolve(request, typed_trope, typed_work)


class _Resolver:
    """Look up what a member typed."""

    def __init__(self, corpus: Corpus, policy: AnswerPolicy, typed_medium: str) -> None:
        self._corpus, self._policy = corpus, policy
        self._shown = ShownCorpus(corpus, policy.hidden_tropes)
        media = corpus.media.match(typed_medium, MAX_OPTIONS) if typed_medium else []
        self._media = [option for option in media if not option.is_hidden(policy.hidden_media)] or media
        self._medium = self._media[0] if len(self._media) == 1 else None

    async def resolve(
        self, request: ExampleRequest, typed_trope: str | None, typed_work: str | None
    ) -> ResolvedRequest | Question:
        """Look up the trope, then the work, then the medium. Stop at the first that is not clear."""
        if typed_trope:
            tropes = await self._shown.match_tropes(typed_trope, MAX_OPTIONS)
            if len(tropes) != 1:
                return await self._ask_for_trope(request, typed_trope, tropes, typed_work)
            request = replace(request, trope_ref=tropes[0].ref)
        trope = await self._shown.trope(request.trope_ref)
        if typed_work:
            found = await self._shown.match_works(typed_work, trope.name if trope else None, MAX_OPTIONS)
            works = visible_works(found, self._policy)
            if len(works) != 1:
                return await self._ask_for_work(request, typed_work, works, trope)
            request = replace(request, work_ref=works[0].ref)
        if request.trope_ref and trope is None:
            return Question(texts.EXAMPLE_GONE() if await self._shown.count_tropes() else texts.CORPUS_EMPTY())
        if self._medium:
            if request.medium != self._medium.slug:
                request = replace(request, medium=self._medium.slug)
        elif request.medium and request.action not in OPENING_ACTIONS:
            if not self._media:
                return await ask_for_medium(self._corpus, request, self._policy, trope)
            menu = [(medium_name(option.name), replace(request, medium=option.slug)) for option in self._media]
            return Question(texts.several_matches(quote_input(request.medium)), menu=menu)
        franchise = None
        if Flag.FRANCHISE in request.flags:
            franchise = await shown_franchise(self._corpus, request.work_ref, self._policy)
            request = request if franchise else request.without_flag(Flag.FRANCHISE)
        scope = scope_for(request, self._policy, trope, self._medium)
        return ResolvedRequest(request, self._policy, trope, self._medium, scope, franchise)

    async def _ask_for_trope(
        self, request: ExampleRequest, typed: str, tropes: Sequence[Trope], typed_work: str | None
    ) -> Question:
        work = await self._shown.find_work(typed_work) if typed_work else None
        # A custom_id has no room for what was typed.
        known = replace(self._with_known_medium(request), work_ref=work.ref if work else "")
        choices = [(trope.title, replace(known, trope_ref=trope.ref)) for trope in tropes]
        if choices:
            return Question(texts.several_matches(quote_input(typed)), menu=complete(choices))
        suggested = await self._suggest("trope", typed, request)
        return Question(suggested.text, complete([(n, replace(known, trope_ref=ref)) for n, ref in suggested.names]))

    async def _ask_for_work(
        self, request: ExampleRequest, typed: str, works: Sequence[TitleMatch], trope: Trope | None
    ) -> Question:
        known = self._with_known_medium(request)
        if works:
            menu = [(work.title, replace(known, work_ref=work.ref)) for work in works]
            whole = await self._offer_franchises(known, works)
            return Question(texts.several_matches(quote_input(typed)), menu=[*whole, *menu])
        suggested = await self._suggest("work", typed, request, trope)
        return Question(suggested.text, [(name, replace(known, work_ref=ref)) for name, ref in suggested.names])

    async def _offer_franchises(self, known: ExampleRequest, works: Sequence[TitleMatch]) -> Choices:
        """Return choices of the franchises that several of the works belong to, as one each."""
        refs, offers = {work.ref for work in works}, dict[str, tuple[str, ExampleRequest]]()
        for work in works[:MAX_FRANCHISES_READ]:
            whole = replace(known, work_ref=work.ref).with_flag(Flag.FRANCHISE)
            franchise = await shown_franchise(self._corpus, work.ref, self._policy)
            if franchise and len(refs.intersection(franchise.refs)) > 1 and whole.flags in GRAMMAR[whole.action].flags:
                label = work_texts.franchise_button(franchise.name, len(franchise.refs))
                offers.setdefault(franchise.name, (label, whole))
        return list(offers.values())

    def _with_known_medium(self, request: ExampleRequest) -> ExampleRequest:
        return replace(request, medium=self._medium.slug if self._medium else "")

    async def _suggest(
        self, kind: NameKind, typed: str, request: ExampleRequest, trope: Trope | None = None
    ) -> Suggestions:
        spoilers = shows_spoilers(request, self._policy)
        return await suggest(kind, typed, self._corpus, self._policy, trope, spoilers=spoilers)


async def ask_for_medium(
    corpus: Corpus, request: ExampleRequest, policy: AnswerPolicy, trope: Trope | None
) -> Question:
    """Say that there is no example of the request's medium here, and list the media that have some."""
    spoilers = shows_spoilers(request, policy)
    suggested = await suggest("medium", request.medium, corpus, policy, trope, spoilers=spoilers)
    known = corpus.other_media.find(request.medium) or corpus.media.find(request.medium)
    if known is None and suggested.names:
        return Question(suggested.text, [(name, replace(request, medium=slug)) for name, slug in suggested.names])
    here = replace(request, medium="")
    counts = await corpus.count_by_medium(scope_for(here, policy, trope, None))
    media = sorted([m for m in corpus.media.media if m.slug in counts], key=lambda m: -counts[m.slug])
    named = media[:MAX_MEDIA_NAMED]
    listed = [(fit_name(medium_name(medium.name), LISTED_LENGTH), counts[medium.slug]) for medium in named]
    name = fit_name(medium_name(known.name), SCOPE_LENGTH) if known else quote_input(request.medium)
    text = texts.other_media(name, listed, len(media) - len(named))
    menu = [
        (texts.medium_with_count(medium_name(medium.name), counts[medium.slug]), replace(here, medium=medium.slug))
        for medium in media[:MAX_OPTIONS]
    ]
    return Question(text, menu=menu)


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


def shows_spoilers(request: ExampleRequest, policy: AnswerPolicy) -> bool:
    """Return whether an answer may have examples with spoilers."""
    return Flag.NO_SPOILERS not in request.flags and policy.spoiler_mode is not SpoilerMode.EXCLUDE


async def shown_franchise(corpus: Corpus, ref: str, policy: AnswerPolicy) -> Franchise | None:
    """Return a work's franchise without what the server hides, or None if nothing else is left of it."""
    franchise = await corpus.franchise(ref)
    if franchise is None:
        return None
    shown = await ShownCorpus(corpus, policy.hidden_tropes).titles_by_ref(franchise.refs)
    refs = tuple([each for each in franchise.refs if each in shown and each not in policy.hidden_works])
    return replace(franchise, refs=refs) if len(refs) >= MIN_WORKS and ref in refs else None


def complete(choices: Choices) -> Choices:
    """Return the choices that a control can carry."""
    return [choice for choice in choices if choice[1].is_complete]


def visible_works(works: Sequence[TitleMatch], policy: AnswerPolicy) -> Sequence[TitleMatch]:
    """Return the works that are not hidden here, or all if they are."""
    return [work for work in works if work.ref not in policy.hidden_works] or works
