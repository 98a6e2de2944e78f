"""An answer: a card, who sees it, and what can be done with it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.components import builders
from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.left_out import show_button
from bot.conversation.requests import Question, ResolvedRequest
from bot.corpus.scope import ExamplePage
from bot.corpus.search.query_parser import highlight_words
from bot.language import speaking
from bot.model import Entry
from bot.model.preferences import AnswerPolicy, PrivacyReason
from bot.render.cards import BRAND_COLOUR, Card, message_card, quote_input
from bot.render.example_cards import ListView, display_title, example_card, list_card
from bot.render.markdown import NO_TEXT, SHORT_LENGTH, Markdown, fit_name
from bot.render.texts import examples as texts

SEARCH_EMOJI = "🔎"
MAX_SEEN_BUTTONS = 4  # beside the button to share


@dataclass(frozen=True, slots=True)
class Answer:
    """A card, and whether only the member should see it.

    Attributes:
        private: Also true for notices and matches in hidden text.
        privacy_reason: Why it is private, whatever the policy.
        share_request: Shows the card to everyone. None if it cannot be shared.
        seen_requests: Say of works that the card spoils whether the member knows them, with labels.
        title: An example's title, which is visible text.
        example_refs: The examples on the card.
    """

    card: Card
    private: bool = False
    privacy_reason: PrivacyReason | None = None
    share_request: ExampleRequest | None = None
    seen_requests: Sequence[tuple[str, ExampleRequest]] = ()
    title: str = ""
    example_refs: Sequence[str] = ()

    def only_for_asker(self, reason: PrivacyReason) -> "Answer":
        """Return the answer as a private one that cannot be shared."""
        return replace(self, private=True, privacy_reason=reason, share_request=None)


def notice(text: Markdown, *suggestions: tuple[str, ExampleRequest]) -> Answer:
    """Return a private message with a button for each suggestion."""
    return Answer(message_card(text, *suggestions), private=True)


def question(asked: Question) -> Answer:
    """Return a private message that asks what a name means."""
    answer = notice(asked.text, *asked.near)
    answer.card.add_choices(texts.CHOOSE_ONE(), asked.menu)
    return answer


def example_answer(entry: Entry, request: ExampleRequest, policy: AnswerPolicy, position: Markdown = NO_TEXT) -> Answer:
    """Return the answer with one example."""
    share = request.to(Action.EXAMPLE, example_ref=entry.ref)
    card = example_card(reveal_if_seen(entry, policy), request, spoiler=policy.hides_card, position=position)
    # Only private cards reveal spoilers, so only they have these buttons.
    seen = seen_requests(entry, share, policy.seen_works) if policy.private else ()
    return Answer(
        card, share_request=shareable(share), seen_requests=seen, title=display_title(entry), example_refs=(entry.ref,)
    )


def seen_requests(
    entry: Entry, request: ExampleRequest, seen_works: Collection[str]
) -> Sequence[tuple[str, ExampleRequest]]:
    """Return what a member can say about the works that an example spoils and its card names."""
    works = entry.works_spoiled[:MAX_SEEN_BUTTONS]
    requests = []
    for work in works:
        ref = work.ref
        action = Action.UNMARK_SEEN if ref in seen_works else Action.MARK_SEEN
        label = texts.seen_label(work.title if len(works) > 1 else "", seen=ref in seen_works)
        requests.append((label, request.to(action, seen_ref=ref)))
    return requests


def only_hit_answer(entry: Entry, resolved: ResolvedRequest) -> Answer:
    """Return the only hit of a search, with the list behind a button."""
    request = resolved.request
    drawing = request.to(Action.RANDOM, query="")  # the search has no other
    if Flag.FROM_MESSAGE in request.flags:
        position = looked_for(request)
    else:
        position = texts.only_match(quote_input(request.query))
    answer = example_answer(entry, drawing, resolved.policy, position)
    as_list = replace(request, page=1).with_flag(Flag.AS_LIST)
    answer.card.add_row(builders.button(texts.SHOW_AS_LIST(), as_list.custom_id, emoji=SEARCH_EMOJI))
    return answer


def looked_for(request: ExampleRequest) -> Markdown:
    """Return which words of a message a search looked for."""
    return texts.looked_for([fit_name(word, SHORT_LENGTH) for word in highlight_words(request.query)])


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
    return Answer(card, share_request=shareable(request), example_refs=[entry.ref for entry in page.entries])


def note_typed_page(answer: Answer, typed: str, policy: AnswerPolicy) -> None:
    """Let a list or long example say so if it has no such page as was typed."""
    page = answer.card.page
    if page and typed.lstrip("0") != str(page):
        with speaking(policy.language):
            answer.card.add_note(texts.no_such_page(quote_input(typed), page))


def shareable(request: ExampleRequest) -> ExampleRequest | None:
    """Return the request to share an answer, or None if it is for one member only."""
    return None if Flag.WITH_SPOILERS in request.flags else request


def reveal_if_seen(entry: Entry, policy: AnswerPolicy) -> Entry:
    """Reveal spoilers in a private answer, if the member has seen all their works."""
    if policy.private and policy.seen_works:
        works = entry.works_spoiled
        if works and all(work.ref in policy.seen_works for work in works):
            return entry.reveal()
    return entry
