"""What a guild hides, and examples with spoilers that a choice leaves out: say so, and offer the member's own."""

from bot.components.custom_ids import ExampleRequest, Flag
from bot.corpus.reader import Corpus
from bot.model import Entry
from bot.model.preferences import AnswerPolicy, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts

Button = tuple[str, ExampleRequest]


async def is_hidden_by_guild(entry: Entry, corpus: Corpus, policy: AnswerPolicy) -> bool:
    """Return whether the guild hides an example's trope, its medium, or a work that it is about."""
    medium, works = entry.example.medium, policy.hidden_works
    if entry.trope.ref in policy.hidden_tropes or (medium is not None and medium.slug in policy.hidden_media):
        return True
    return bool(works) and await corpus.is_about(entry, works)


def show_button(request: ExampleRequest, count: int, policy: AnswerPolicy) -> Button | None:
    """Return the button that shows a member what their own choice left out, or None if the guild's choice did."""
    if policy.mode_on_demand is SpoilerMode.EXCLUDE:
        return None
    shown = request.without_flag(Flag.NO_SPOILERS).without_flag(Flag.GO_TO_PAGE).with_flag(Flag.WITH_SPOILERS)
    return texts.show_left_out(count), shown


def nothing_left(request: ExampleRequest, count: int, policy: AnswerPolicy) -> tuple[Markdown, list[Button]]:
    """Return the answer, with its buttons, if all examples have spoilers and are left out."""
    button = show_button(request, count, policy)
    return texts.nothing_left(count, by_server=button is None), [button] if button else []


def refuse_example(request: ExampleRequest, policy: AnswerPolicy) -> tuple[Markdown, list[Button]]:
    """Return the answer, with its buttons, to the request of one example that is left out."""
    button = show_button(request, 1, policy)
    return texts.spoilers_excluded(by_server=button is None), [button] if button else []
