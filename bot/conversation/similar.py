"""Find examples like a message, and what a pasted address names."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.components.custom_ids import MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.conversation.answer import Answer, notice
from bot.conversation.answers import Answers
from bot.conversation.message_text import MessageText
from bot.conversation.requests import scope_for
from bot.corpus.reader import Corpus
from bot.model import Trope
from bot.model.preferences import AnswerPolicy
from bot.render.markdown import SHORT_LENGTH, fit_name
from bot.render.texts import examples as texts

MAX_RARE_WORDS, MAX_WORDS_TOGETHER = 4, 3


async def similar_to_message(
    message: MessageText, trope: Trope, corpus: Corpus, answers: Answers, policy: AnswerPolicy
) -> Answer:
    """Privately show what a message links to, or list examples with as many of its rarest words as possible."""
    for address in message.addresses:
        if answer := await answers.linked(address, trope.ref, policy):
            return answer
    # The example on a card of ours has all its words, so others must have them too.
    min_examples = 2 if message.is_own else 1
    words = await corpus.rarest_words(message.words, MAX_RARE_WORDS, min_examples=min_examples)
    tropes = [trope, None] if corpus.trope_count > 1 else [trope]
    for query in queries(words):
        for searched in tropes:
            ref = searched.ref if searched else ""
            request = ExampleRequest(Action.SEARCH, ref, flags=Flag.FROM_MESSAGE, page=1, query=query)
            page = await corpus.search(query, scope_for(request, policy, searched, None), 1, 1)
            if page.total >= min_examples:
                return await answers.answer(request, policy)
    looked_for = words or sorted(message.words, key=len, reverse=True)[:MAX_RARE_WORDS]
    return notice(texts.no_message_match([fit_name(word, SHORT_LENGTH) for word in looked_for]))


def queries(words: Sequence[str]) -> Iterator[str]:
    """Yield searches for several of some words, then for each alone, all short enough for a custom_id."""
    for count in range(MAX_WORDS_TOGETHER, 0, -1):
        for chosen in combinations(words, count):
            if len(query := " ".join(chosen)) <= MAX_QUERY_LENGTH:
                yield query
