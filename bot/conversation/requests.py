"""Look up the names in a request. What a member typed can mean one thing, several, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import MAX_OPTIONS
from bot.conversation.suggestions import is_hidden, suggest
from bot.corpus.media import MediumOption
from bot.corpus.name_search import TitleMatch
from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.model import Trope
from bot.preferences import AnswerPolicy, SpoilerMode
from bot.render.cards import quote_input
from bot.render.markdown import Markdown, escape
from bot.render.texts import examples as texts

OPENING_ACTIONS = (Action.OPEN_FROM_LIST, Action.EXAMPLE, Action.NOTES)  # they need only an example's ref
MAX_MEDIA_NAMED = 10

Choices = Sequence[tuple[str, ExampleRequest]]


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
            return escape(self.medium.name)
        return escape(self.trope.title) if self.trope else texts.ALL_TROPES


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
    typed_medium = request.medium
    media = visible_media(corpus.media.match(typed_medium, MAX_OPTIONS), policy) if typed_medium else []
    medium = media[0] if len(media) == 1 else None
    if typed_trope:
        tropes = await corpus.match_tropes(typed_trope, MAX_OPTIONS)
        if len(tropes) != 1:
            work = await corpus.find_work(typed_work) if typed_work else None
            # A custom_id has no room for what was typed.
            known = replace(request, medium=medium.slug if medium else "", work_ref=work.ref if work else "")
            choices = [(trope.title, replace(known, trope_ref=trope.ref)) for trope in tropes]
            if choices:
                return Question(texts.several_matches(quote_input(typed_trope)), menu=complete(choices))
            suggested = await suggest("trope", typed_trope, corpus, policy)
            near = [(name, replace(known, trope_ref=ref)) for name, ref in suggested.names]
            return Question(suggested.text, near=complete(near))
        request = replace(request, trope_ref=tropes[0].ref)
    trope = corpus.tropes_by_ref.get(request.trope_ref)
    if typed_work:
        works = visible_works(await corpus.match_works(typed_work, trope.name if trope else None, MAX_OPTIONS), policy)
        if len(works) != 1:
            request = replace(request, medium=medium.slug if medium else "")
            if works:
                menu = [(work.title, replace(request, work_ref=work.ref)) for work in works]
                return Question(texts.several_matches(quote_input(typed_work)), menu=menu)
            suggested = await suggest("work", typed_work, corpus, policy, trope)
            return Question(suggested.text, [(name, replace(request, work_ref=ref)) for name, ref in suggested.names])
        request = replace(request, work_ref=works[0].ref)
    if request.trope_ref and trope is None:
        return Question(texts.EXAMPLE_GONE if corpus.tropes else texts.CORPUS_EMPTY)
    if medium:
        request = replace(request, medium=medium.slug)
    elif typed_medium and request.action not in OPENING_ACTIONS:
        if media:
            menu = [(option.name, replace(request, medium=option.slug)) for option in media]
            return Question(texts.several_matches(quote_input(typed_medium)), menu=menu)
        return await ask_for_medium(corpus, request, policy, trope)
    return ResolvedRequest(request, policy, trope, medium, scope_for(request, policy, trope, medium))


async def ask_for_medium(
    corpus: Corpus, request: ExampleRequest, policy: AnswerPolicy, trope: Trope | None
) -> Question:
    """Say that there is no example of the request's medium here, and list the media that have some."""
    suggested = await suggest("medium", request.medium, corpus, policy)
    known = corpus.other_media.find(request.medium) or corpus.media.find(request.medium)
    if known is None and suggested.names:
        return Question(suggested.text, [(name, replace(request, medium=slug)) for name, slug in suggested.names])
    here = replace(request, medium="")
    counts = await corpus.count_by_medium(scope_for(here, policy, trope, None))
    media = sorted([m for m in corpus.media.media if m.slug in counts], key=lambda m: -counts[m.slug])
    listed = [(escape(medium.name), counts[medium.slug]) for medium in media]
    name = escape(known.name) if known else quote_input(request.medium)
    text = texts.other_media(name, listed[:MAX_MEDIA_NAMED], len(listed[MAX_MEDIA_NAMED:]))
    menu = [
        (texts.medium_with_count(medium.name, counts[medium.slug]), replace(here, medium=medium.slug))
        for medium in media[:MAX_OPTIONS]
    ]
    return Question(text, menu=menu)


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


def complete(choices: Choices) -> Choices:
    """Return the choices that a control can carry."""
    return [choice for choice in choices if choice[1].is_complete]


def visible_works(works: Sequence[TitleMatch], policy: AnswerPolicy) -> Sequence[TitleMatch]:
    """Return the works that are not hidden here, or all if they are."""
    return [work for work in works if work.ref not in policy.hidden_works] or works


def visible_media(media: Sequence[MediumOption], policy: AnswerPolicy) -> Sequence[MediumOption]:
    """Return the media that are not hidden here, or all if they are."""
    return [option for option in media if not is_hidden(option, policy.hidden_media)] or media
