"""Read what a message says in clear: never what it hides, nor addresses, mentions, emoji and code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.corpus.index_terms import STOP_WORDS
from bot.model.names import normalize_title
from bot.model.page_names import page_from_address

MAX_TEXT_LENGTH, MAX_WORDS, MAX_ADDRESSES = 4000, 300, 3
MAX_WORD_LENGTH, MIN_ASCII_WORD_LENGTH = 40, 3
# As clients find them: blind to escapes, the next two pipes end a tag.
SPOILER = re.compile(r"\|\|[\s\S]+?\|\|")
UNCLOSED_SPOILER = re.compile(r"\|\|[\s\S]*")
ESCAPED = re.compile(r"\\.")
CODE = re.compile(r"```[\s\S]*?```|``[\s\S]+?``|`[^`]+`")
SUBTEXT = re.compile(r"^-# .*$", re.MULTILINE)
ADDRESS = re.compile(
    r"https?://[^\s<>()\[\]]+|\bwww\.[^\s<>()\[\]]+|\b[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}/[^\s<>()\[\]]*"
)
# Mentions, emoji, timestamps, and emoji by name.
REFERENCE = re.compile(r"<(?:@[!&]?|#|a?:|t:|id:|/)[^<>]{1,100}>|@(?:everyone|here)\b|(?<!\w):\w[\w+-]{1,31}:")
# Weak beside those that most examples have: what people say around a topic.
WEAK_WORDS = STOP_WORDS | frozenset(
    "actually anyone anything around best better cannot cant did didnt doesnt dont ever every everyone everything "
    "examples example feel find found friend gonna good got great guess guys haha happened happens hello hey hope id "
    "ill isnt its ive kind know lets lmao lol look love made many may maybe mean met might moment must need never new "
    "nice okay omg our please pretty probably really remember remind reminds right said saw say scene see seen should "
    "someone something still such sure tell thank thanks thats theres theyre thing things think thought today too "
    "totally try tvtropes us use used want wanted wasnt watch watched well went whats whole why wont work would wow "
    "yeah yep yes yesterday youre".split()
)


@dataclass(frozen=True, slots=True)
class MessageText:
    """What a message says: its words without weak ones, each once, and the TV Tropes addresses in it."""

    words: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    is_own: bool = False  # whether it is a card of the bot, whose example is in the corpus


def read_message(message: Any, *, bot_id: int | None) -> MessageText:
    """Read a message, what it forwards, and its embeds and components."""
    is_own = message.author.id == bot_id
    sources = [message, *getattr(message, "message_snapshots", ())]
    visible = [without_hidden(text) for source in sources for text in texts_of(source)]
    text = "\n".join(visible)[:MAX_TEXT_LENGTH]
    if is_own:
        text = SUBTEXT.sub(" ", text)  # number, licence and snippets
    linked = [one for one in ADDRESS.findall(text) if page_from_address(one)]
    words = normalize_title(REFERENCE.sub(" ", ADDRESS.sub(" ", text))).split()
    strong = dict.fromkeys(word for word in words if not is_weak(word))
    return MessageText(tuple(strong)[:MAX_WORDS], tuple(dict.fromkeys(linked))[:MAX_ADDRESSES], is_own)


def texts_of(message: Any) -> Iterator[str]:
    """Yield the texts of a message or snapshot, embeds and components included."""
    yield message.content or ""
    for embed in message.embeds:
        fields = [text for field in embed.fields for text in (field.name, field.value)]
        yield from filter(None, [embed.author.name, embed.title, embed.description, *fields, embed.footer.text])
    yield from component_texts(message.components)


def component_texts(components: Iterable[Any]) -> Iterator[str]:
    """Yield the text displays in components, but not those of a container that hides its content."""
    for component in components:
        if isinstance(content := getattr(component, "content", None), str):
            yield content
        if not getattr(component, "spoiler", False):
            yield from component_texts(getattr(component, "children", ()))


def without_hidden(text: str) -> str:
    """Blank out spoilers and code.

    Clients disagree on escapes, and on what begins first where both cross, so all that any reading hides is blanked.
    """
    without_code = CODE.sub(_blank, text)
    hidden = bytearray(len(text))
    for reading in (text, without_code, ESCAPED.sub(_blank, text), ESCAPED.sub(_blank, without_code)):
        closed = SPOILER.sub(_blank, reading)
        for match in (*SPOILER.finditer(reading), *UNCLOSED_SPOILER.finditer(closed)):
            hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return "".join([" " if is_hidden else char for char, is_hidden in zip(without_code, hidden, strict=True)])


def is_weak(word: str) -> bool:
    """Return whether a word says too little to search for."""
    too_short = word.isascii() and len(word) < MIN_ASCII_WORD_LENGTH
    return too_short or word.isdecimal() or len(word) > MAX_WORD_LENGTH or word in WEAK_WORDS


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
