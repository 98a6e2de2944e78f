"""The examples that a member reads in full because they know a work."""

from dataclasses import replace
from typing import NamedTuple

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.answer import Answer, list_answer, notice
from bot.conversation.requests import ResolvedRequest, scope_for
from bot.corpus.reader import Corpus
from bot.model.preferences import AnswerPolicy, SpoilerMode
from bot.render.example_cards import EXAMPLES_PER_PAGE, list_heading
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import works as work_texts

OPENED_EMOJI = "👁️"


class Opened(NamedTuple):
    """What to say to a member who knows a work, with requests that have labels."""

    text: Markdown = NO_TEXT
    requests: tuple[tuple[str, ExampleRequest], ...] = ()


NOTHING_OPENED = Opened()


async def opened_by(corpus: Corpus, work_ref: str, policy: AnswerPolicy) -> Opened:
    """Say what knowing a work opens in private answers here. Say nothing if no spoiler is about it."""
    request = ExampleRequest(Action.OPENED, work_ref=work_ref, page=1)
    if policy.spoiler_mode is SpoilerMode.EXCLUDE and policy.mode_on_demand is not SpoilerMode.EXCLUDE:
        request = request.with_flag(Flag.WITH_SPOILERS)  # the member's own choice leaves them out
    on_demand = replace(policy, spoiler_mode=policy.mode_on_demand)
    if not on_demand.private or on_demand.spoiler_mode is SpoilerMode.EXCLUDE:
        return NOTHING_OPENED
    scope = scope_for(request, on_demand, None, None)
    page, waiting = await corpus.opened_page(scope, policy.seen_works, 1, 1)
    text = work_texts.opened(page.total, waiting)
    if not page.total:
        return Opened(text)
    first = request.to(Action.EXAMPLE, example_ref=page.entries[0].ref, page=0)
    return Opened(text, ((work_texts.SHOW_FIRST(), first), (work_texts.LIST_OPENED(), request)))


async def list_opened(corpus: Corpus, resolved: ResolvedRequest, title: str) -> Answer:
    """List the examples that the request's work opens, in private only."""
    request, policy, scope = resolved.request, resolved.policy, resolved.scope
    if not policy.private or not scope.include_spoilers:
        return notice(work_texts.NOTHING_OPENED())
    page, _ = await corpus.opened_page(scope, policy.seen_works, request.page, EXAMPLES_PER_PAGE)
    if not page.total or request.work_ref not in policy.seen_works:
        return notice(work_texts.NOTHING_OPENED())
    heading = list_heading(title, OPENED_EMOJI, work_texts.opened_count(page.total))
    return replace(list_answer(heading, page, resolved), share_request=None)
