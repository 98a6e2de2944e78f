"""From what was asked to the card that answers it: the same for commands and for presses, for one trope or all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from bot.components.custom_ids import MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.conversation.shuffle import Rounds
from bot.corpus.media import MediumOption
from bot.corpus.reader import Corpus
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.search.query_parser import highlight_words
from bot.model import Entry, Trope, Work, normalize_title, work_ref
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
from bot.render.markdown import Markdown, escape
from bot.render.texts import examples as texts

SEARCH_EMOJI = "🔎"
WORK_EMOJI = "📖"
NEAR = 3
LITTLE, MUCH = 2, 5  # of so few results, something else may have been meant that finds so many times as many
RARE = 3
DEFAULT_POLICY = AnswerPolicy()
NOWHERE = Markdown("")


@dataclass(frozen=True, slots=True)
class Answer:
    """A card.

    Attributes:
        card: What is sent.
        private: Whether only the member who asked should see it: a hint, or hidden text was searched.
        share_request: What brings the same card for everyone, or None if it is not to be shared.
        mark_seen_request: What says that the member has seen the works that the card hides something about, if it does.
    """

    card: Card
    private: bool = False
    share_request: ExampleRequest | None = None
    mark_seen_request: ExampleRequest | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A press whose words are understood: the trope and medium that it names, and the scope it ranges over."""

    press: ExampleRequest
    policy: AnswerPolicy
    trope: Trope | None
    medium: MediumOption | None
    scope: Scope

    @property
    def place(self) -> Markdown:
        """Where it looks, in words: the medium, else the trope, else all tropes."""
        if self.medium:
            return escape(self.medium.name)
        return escape(self.trope.title) if self.trope else texts.ALL_TROPES


class Answers:
    """Answers presses; a command is a press that nobody had to find first."""

    def __init__(self, corpus: Corpus, rounds: Rounds | None = None) -> None:
        """Takes the corpus that is served, and what remembers who has seen what; without it nothing is remembered."""
        self.corpus = corpus
        self.rounds = rounds
        self._by_action = {
            Action.RANDOM: self._random,
            Action.MEDIUM: self._medium,
            Action.SEARCH: self._search,
            Action.WORK: self._work,
            Action.ABOUT: self._about,
        }

    async def answer(
        self, press: ExampleRequest, policy: AnswerPolicy = DEFAULT_POLICY, values: Sequence[str] = ()
    ) -> Answer:
        """Returns the answer to a press; one that was forged or has lost its object gets a kind sentence.

        Args:
            press: What was asked for. A medium may be a slug or what a member typed.
            policy: What the server and the member chose.
            values: What was chosen in a menu.
        """
        trope = self.corpus.trope_by_ref(press.trope_ref)
        if press.trope_ref and trope is None:
            return _hint(texts.EXAMPLE_GONE if self.corpus.tropes else texts.CORPUS_EMPTY)
        if press.action not in self._by_action:
            return await self._one(press, policy, values[0] if values else press.example_ref)
        medium = self.corpus.media.find(press.medium) if press.medium else None
        if press.medium and medium is None:
            return self._unknown_medium(press, policy)
        if medium and medium.slug != press.medium:
            press = replace(press, medium=medium.slug)
        asked = _Asked(press, policy, trope, medium, _scope(press, policy, trope, medium))
        return await self._by_action[press.action](asked)

    async def works_spoiled_by(self, press: ExampleRequest) -> list[Work]:
        """Returns the works that the spoilers of a press's example are about; none if it is not there any more."""
        entry = await self.corpus.by_ref(press.example_ref)
        return entry.example.works_spoiled if entry else []

    async def by_number(self, trope: Trope, number: int, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer:
        """Returns the card of the example of that number, or what numbers there are."""
        entry = await self.corpus.by_number(trope.name, number)
        if entry:
            return _withheld(entry, policy) or _card(entry, ExampleRequest(Action.EXAMPLE, trope.ref), policy)
        total = await self.corpus.count(Scope(trope.name))
        return _hint(texts.no_such_number(number, total) if total else texts.CORPUS_EMPTY)

    async def similar_to_message(self, text: str, trope: Trope, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer:
        """Returns a private list of the examples that hold the rarest words of a text; the text is not repeated."""
        rare = await self.corpus.rarest_words(text, RARE)
        for count in range(len(rare), 0, -1):
            typed = " ".join(rare[:count])
            press = ExampleRequest(Action.SEARCH, trope.ref, flags=Flag.FROM_MESSAGE, page=1, query=typed)
            if (await self.corpus.search(typed, _scope(press, policy, trope, None), 1, 1)).total:
                return await self.answer(press, policy)
        return _hint(texts.NO_MESSAGE_MATCH)

    async def unknown_work(self, press: ExampleRequest, typed: str, policy: AnswerPolicy = DEFAULT_POLICY) -> Answer:
        """Returns a hint with the works whose titles look most like what was typed, of those that are shown here."""
        trope = self.corpus.trope_by_ref(press.trope_ref)
        found = await self.corpus.suggest_works(typed, trope.name if trope else None, NEAR)
        near = [work for work in found if work.ref not in policy.hidden_works]
        text = texts.unknown_work(quote_input(typed), [escape(work.title) for work in near])
        press = self._in_known_medium(press)
        return _hint(text, *((work.title, replace(press, work_ref=work.ref)) for work in near))

    async def unknown_trope(self, press: ExampleRequest, typed: str) -> Answer:
        """Returns a hint with the tropes whose titles look most like what was typed."""
        near = await self.corpus.suggest_tropes(typed, NEAR)
        text = texts.unknown_trope(quote_input(typed), [escape(trope.title) for trope in near])
        press = self._in_known_medium(press)
        return _hint(text, *((trope.title, replace(press, trope_ref=trope.ref)) for trope in near))

    async def _random(self, asked: _Asked) -> Answer:
        if self.rounds is None or not asked.policy.audience_id:
            entry = await self.corpus.random(asked.scope)
            return _card(entry, asked.press, asked.policy) if entry else _nothing(asked)
        drawn = await self.rounds.next(asked.policy.audience_id, asked.scope, guild=asked.policy.guild_id)
        if drawn is None:
            return _nothing(asked)
        place = (
            texts.shuffle_position(drawn.place, drawn.total, await self._named(asked)) if drawn.place else Markdown("")
        )
        return _card(drawn.entry, asked.press, asked.policy, place)

    async def _named(self, asked: _Asked) -> Markdown:
        """Returns what is drawn from, in words: a work, else a medium, else a trope."""
        title = await self.corpus.work_title(asked.press.work_ref) if asked.press.work_ref else None
        return escape(title) if title else asked.place

    async def _one(self, press: ExampleRequest, policy: AnswerPolicy, reference: str) -> Answer:
        entry = await self.corpus.by_ref(reference)
        if entry is None:
            return _hint(texts.EXAMPLE_GONE)
        if withheld := _withheld(entry, policy):
            return withheld
        if press.action is Action.NOTES:
            return Answer(notes_card(_as_seen(entry, replace(policy, private=True))), private=True)
        return _card(entry, press, policy)

    async def _about(self, asked: _Asked) -> Answer:
        overview = await self.corpus.overview(asked.scope) if asked.trope else None
        return (
            Answer(about_card(overview, asked.press), share_request=asked.press)
            if overview
            else _hint(texts.EXAMPLE_GONE)
        )

    async def _medium(self, asked: _Asked) -> Answer:
        if asked.medium is None:
            return _hint(texts.EXAMPLE_GONE)
        return await self._listed(asked, asked.medium.name, asked.medium.emoji)

    async def _work(self, asked: _Asked) -> Answer:
        title = await self.corpus.work_title(asked.press.work_ref)
        return await self._listed(asked, title, WORK_EMOJI) if title else _hint(texts.EXAMPLE_GONE)

    async def _listed(self, asked: _Asked, title: str, emoji: str) -> Answer:
        listing = await self.corpus.page(asked.scope, asked.press.page, EXAMPLES_PER_PAGE)
        if not listing.total:
            return _nothing(asked)
        place = replace(asked, medium=None).place
        return _list(list_heading(title, emoji, texts.example_count(listing.total, place)), listing, asked)

    async def _search(self, asked: _Asked) -> Answer:
        typed = asked.press.query[:MAX_QUERY_LENGTH].strip()
        asked = replace(asked, press=replace(asked.press, query=typed))
        if not any(map(str.isalnum, typed)):
            return _hint(texts.EMPTY_QUERY)
        hidden, like = (flag in asked.press.flags for flag in (Flag.SEARCH_HIDDEN, Flag.FROM_MESSAGE))
        listing = await self.corpus.search(typed, asked.scope, asked.press.page, EXAMPLES_PER_PAGE, hidden=hidden)
        if not listing.total:
            return await self._nothing_found(asked)
        heading = texts.MATCHES_FOR_MESSAGE if like else typed
        title = list_heading(
            heading, SEARCH_EMOJI, texts.search_summary(listing.total, asked.place, more=listing.truncated)
        )
        answer = _list(title, listing, asked, highlight_words(typed))
        if listing.total <= LITTLE and not like:
            near = await self._near(asked, MUCH * listing.total)
            answer.card.add_suggestions(*((texts.try_query(text), press) for text, press in near))
        return replace(answer, private=True, share_request=None) if hidden or like else answer

    async def _nothing_found(self, asked: _Asked) -> Answer:
        press = replace(asked.press, page=1)
        near = await self._near(asked)
        tries = near.copy()
        if asked.medium:
            everywhere = replace(asked.scope, media=None)
            found = await self.corpus.search(press.query, everywhere, 1, 1)
            label = texts.all_media_label(found.total, more=found.truncated)
            tries += [(label, replace(press, medium=""))] if found.total else []
        medium = asked.place if asked.medium else Markdown("")
        return _hint(texts.no_matches(escape(press.query), medium, [escape(text) for text, _ in near]), *tries)

    async def _near(self, asked: _Asked, least: int = 1) -> list[tuple[str, ExampleRequest]]:
        """Returns what may have been meant: searches that find at least so much, then works with titles like it."""
        press = replace(asked.press, page=1)
        searches = [(text, replace(press, query=text)) for text in await self._near_searches(asked, least)]
        works = await self.corpus.suggest_works(press.query, asked.scope.trope, NEAR)
        listed = replace(press, action=Action.WORK, query="")
        alike = [
            work for work in works if work.ref not in asked.policy.hidden_works and _alike(press.query, work.title)
        ]
        titles = [(work.title, replace(listed, work_ref=work.ref)) for work in alike]
        known = {text.casefold() for text, _ in searches} | {press.query.casefold()}
        return (searches + [one for one in titles if one[0].casefold() not in known])[:NEAR]

    async def _near_searches(self, asked: _Asked, least: int) -> list[str]:
        """Returns searches like the one asked for that find something: one word replaced by the nearest known one."""
        typed = asked.press.query
        near: list[str] = []
        for word in typed.split()[:5]:
            for known in await self.corpus.suggest_spellings(word, NEAR):
                text = typed.replace(word, known, 1)[:MAX_QUERY_LENGTH]
                total = (await self.corpus.search(text, asked.scope, 1, 1)).total
                if text.casefold() != typed.casefold() and total >= least:
                    near.append(text)
        return list(dict.fromkeys(near))[:NEAR]

    def _in_known_medium(self, press: ExampleRequest) -> ExampleRequest:
        """Returns a press with the slug of the medium that was typed; only that can be kept in a button."""
        medium = self.corpus.media.find(press.medium) if press.medium else None
        return replace(press, medium=medium.slug if medium else "")

    def _unknown_medium(self, press: ExampleRequest, policy: AnswerPolicy) -> Answer:
        found = self.corpus.media.closest(press.medium, NEAR)
        near = [choice for choice in found if not _is_hidden(choice, policy)]
        text = texts.unknown_medium(quote_input(press.medium), [escape(choice.name) for choice in near])
        return _hint(text, *((choice.name, replace(press, medium=choice.slug)) for choice in near))


def _alike(typed: str, title: str) -> bool:
    """Tells whether a title may be meant by what was typed: it holds it, or looks much like it."""
    looked_for, folded = normalize_title(typed), normalize_title(title)
    return looked_for in folded or SequenceMatcher(None, looked_for, folded).ratio() >= 0.7


def _scope(press: ExampleRequest, policy: AnswerPolicy, trope: Trope | None, medium: MediumOption | None) -> Scope:
    return Scope(
        trope.name if trope else None,
        tuple(one.slug for one in medium.media) if medium else None,
        press.work_ref or None,
        include_spoilers=Flag.NO_SPOILERS not in press.flags and policy.spoiler_mode is not SpoilerMode.EXCLUDE,
        excluded_media=policy.hidden_media,
        excluded_works=policy.hidden_works,
    )


def _list(title: Markdown, listing: ExamplePage, asked: _Asked, looked_for: Sequence[str] = ()) -> Answer:
    press = replace(asked.press, page=listing.number)
    colour = asked.medium.colour if asked.medium else BRAND_COLOUR
    card = list_card(title, listing.entries, press, listing.page_count, colour=colour, highlight=looked_for)
    return Answer(card, share_request=press)


def _card(entry: Entry, press: ExampleRequest, policy: AnswerPolicy, place: Markdown = NOWHERE) -> Answer:
    share = replace(press, action=Action.EXAMPLE, example_ref=entry.ref)
    shown = _as_seen(entry, policy)
    veiled = policy.spoiler_mode is SpoilerMode.WHOLE_CARD
    # Only a member who sees the card alone can say so.
    seen = share.with_flag(Flag.MARK_SEEN) if policy.private and shown.example.works_spoiled else None
    return Answer(
        example_card(shown, press, spoiler=veiled, position=place), share_request=share, mark_seen_request=seen
    )


def _as_seen(entry: Entry, policy: AnswerPolicy) -> Entry:
    """Returns an entry with its spoilers in clear, if one who has seen all that they are about sees it alone."""
    if not policy.private or not policy.seen_works:
        return entry
    about = entry.example.works_spoiled
    if about and all(work_ref(work.title) in policy.seen_works for work in about):
        return replace(entry, example=entry.example.reveal())
    return entry


def _withheld(entry: Entry, policy: AnswerPolicy) -> Answer | None:
    """Returns what is said in the place of an example that is not to be shown here, or None."""
    example = entry.example
    hidden_medium = example.medium is not None and example.medium.slug in policy.hidden_media
    if hidden_medium or not policy.hidden_works.isdisjoint(work_ref(work.title) for work in example.works):
        return _hint(texts.HIDDEN_BY_SERVER)
    if policy.spoiler_mode is SpoilerMode.EXCLUDE and example.spoiler_count:
        return _hint(texts.SPOILERS_EXCLUDED)
    return None


def _nothing(asked: _Asked) -> Answer:
    """Returns what is said of a scope that holds no example, and why, if it was chosen so."""
    hidden_medium = asked.medium is not None and _is_hidden(asked.medium, asked.policy)
    hidden = hidden_medium or asked.press.work_ref in asked.policy.hidden_works
    return _hint(texts.HIDDEN_BY_SERVER if hidden else texts.NO_MATCHING_EXAMPLE)


def _is_hidden(medium: MediumOption, policy: AnswerPolicy) -> bool:
    return policy.hidden_media.issuperset(one.slug for one in medium.media)


def _hint(text: Markdown, *tries: tuple[str, ExampleRequest]) -> Answer:
    return Answer(message_card(text, *tries), private=True)
