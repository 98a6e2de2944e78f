"""Show of an example only words that cannot tell its work. Whatever is not known to be harmless is blocked.

A word shows if it is a common one in lower case, in plain text, and like no word of the work's names. All else is a
block: names, numbers, links, styled text, quotes, spoilers, notes. Neighbouring blocks are one, so that their length
tells nothing.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from bot.model import Example, PartKind, Span, Style, hidden_texts
from bot.model.names import normalize_title

BLOCK = "▒▒▒"
MIN_STEM = 4
QUOTED_KINDS = frozenset({PartKind.QUOTE, PartKind.ATTRIBUTION})
_BLOCKED, _LINE_END = "\0", "\n"
# An opening quote without a closing one blocks the rest.
_QUOTED = re.compile(r"""["“„«].*?(?:["”»]|$)|(?<!\w)['‘‚`].*?(?:['’`](?!\w)|$)""", re.DOTALL)
_DASH = re.compile(r"[—–]|--+")
_SHOWN_WORD = re.compile(r"[(\[]?([a-z]+(?:['’][a-z]+)?(?:-[a-z]+)*)[)\]]?([,.;:!?…]?)[.)\]]*")
_PIECES = re.compile(r"['’-]")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+")
_SMALL_WORDS = frozenset("the a an and of in on at to for by from with or as".split())
_NUMBERS = frozenset(
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million".split()
)
_FEW_NUMBERS = frozenset("one once first second third fourth fifth twice half last".split())
_ROMAN = re.compile(r"[ivx]+")


@dataclass(frozen=True, slots=True)
class MaskedText:
    """What shows of an example, and how many words of it."""

    lines: tuple[str, ...]
    word_count: int

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self.lines)


def mask_example(example: Example, names: Iterable[str], common_words: Collection[str]) -> MaskedText:
    """Return what can be shown of an example whose work goes by some names."""
    telling = _TellingWords([*names, *page_words(example)], _exact_words(example))
    tokens: list[str] = []
    for part in example.parts:
        if part.kind in QUOTED_KINDS:
            tokens.append(BLOCK)
        else:
            tokens += [_shown(chunk, telling, common_words) for chunk in _chunks(part.spans)]
        tokens.append(_LINE_END)
    lines = _lines(tokens)
    words = [token for line in lines for token in line.split(" ") if token not in (BLOCK, "—")]
    return MaskedText(tuple(lines), len(words))


def most_words(example: Example, common_words: Collection[str], limit: int) -> int:
    """Return the most words of an example that can show, whatever its work is called. Count no more than `limit`."""
    parts = (part.spans for part in example.parts if part.kind not in QUOTED_KINDS)
    matches = (_SHOWN_WORD.fullmatch(chunk) for spans in parts for chunk in _chunks(spans))
    shown = (match for match in matches if match and _is_common(match[1], common_words))
    return sum(1 for _ in islice(shown, limit))


def page_words(example: Example) -> list[str]:
    """Return the names of the works' pages as words: a page is often called otherwise than its work."""
    return [camel_words(work.page) for work in example.works if work.page]


def camel_words(page: str) -> str:
    """Return "run lola run" for "Film/RunLolaRun"."""
    return " ".join(_CAMEL.findall(page.rpartition("/")[2])).lower()


def _exact_words(example: Example) -> set[str]:
    """Return words that are all of a hidden text or a link's target, or nearly so."""
    hidden = [normalize_title(text).split() for part in example.parts for text in hidden_texts(part)]
    targets = [camel_words(page).split() for page in linked_pages(example)]
    return {word for words in (*hidden, *targets) if len(words) <= 2 for word in words}


def linked_pages(example: Example) -> list[str]:
    """Return the pages that an example links to, in notes as well."""
    texts = [spans for part in example.parts for spans in (part.spans, *[note.spans for note in part.notes])]
    return [span.page for spans in texts for span in spans if span.page]


def _chunks(spans: Sequence[Span]) -> list[str]:
    """Return the words of a part, with their punctuation. Those of anything but plain text are blocked."""
    plain = [
        span.text if not span.spoiler and span.page is None and span.style is Style.PLAIN else _BLOCKED
        for span in spans
    ]
    text = _QUOTED.sub(_BLOCKED, "".join(plain))
    return _DASH.sub(" — ", text).split()


def _shown(chunk: str, telling: "_TellingWords", common_words: Collection[str]) -> str:
    if chunk == "—":
        return chunk
    match = _SHOWN_WORD.fullmatch(chunk)
    if match is None:
        return BLOCK
    word = match[1].replace("’", "'")
    return word + match[2] if _is_common(match[1], common_words) and not telling.includes(word) else BLOCK


def _is_common(typed: str, common_words: Collection[str]) -> bool:
    word = typed.replace("’", "'")
    return word in common_words or ("-" in word and all(piece in common_words for piece in word.split("-")))


def _lines(tokens: Iterable[str]) -> list[str]:
    """Join tokens to lines. Each run of blocks, with dashes and line breaks in it, is one."""
    shown: list[str] = []
    for token in tokens:
        last = shown[-1] if shown else ""
        if token == BLOCK:
            while shown and shown[-1] in (_LINE_END, "—"):
                shown.pop()
            if not shown or shown[-1] != BLOCK:
                shown.append(BLOCK)
        elif token in (_LINE_END, "—"):
            if last not in ("", _LINE_END, "—", BLOCK) or (token == _LINE_END and last == BLOCK):
                shown.append(token)
        else:
            shown.append(token)
    return [line for text in " ".join(shown).split(_LINE_END) if (line := text.strip())]


class _TellingWords:
    """The words that are like those of some names, or equal to others."""

    def __init__(self, names: Iterable[str], exact: Collection[str]) -> None:
        split = [normalize_title(name).split() for name in names]
        self._words = {word for words in split for word in words}
        self._exact = self._words | set(exact) | {initials for words in split for initials in _initials(words)}
        long = [word for word in self._words if len(word) >= MIN_STEM - 1 and word not in _SMALL_WORDS]
        self._stemmed = [word for word in long if len(word) >= MIN_STEM]
        self._stems = {word[:MIN_STEM] for word in self._stemmed}
        self._joined = " ".join(long)
        self._short = tuple([word for word in long if len(word) < MIN_STEM])
        self._edges = {edge for word in long for edge in (word[: MIN_STEM - 1], word[1 - MIN_STEM :])}
        has_number = any(map(_is_number, self._words))
        self._numbers = _NUMBERS | _FEW_NUMBERS if has_number else _NUMBERS
        self._answers: dict[str, bool] = {}  # most words are frequent

    def includes(self, word: str) -> bool:
        """Return whether a common word could tell a name."""
        answer = self._answers.get(word)
        if answer is None:
            answer = self._answers[word] = any(map(self._tells, _pieces(word)))
        return answer

    def _tells(self, piece: str) -> bool:
        return piece in self._exact or piece in self._numbers or self._is_alike(piece)

    def _is_alike(self, piece: str) -> bool:
        """Return whether a piece has the stem of a long word or the other way round, or is in it."""
        if len(piece) < MIN_STEM:
            return piece in self._edges
        if piece[:MIN_STEM] in self._stems or piece in self._joined:
            return True
        if self._short and (piece.startswith(self._short) or piece.endswith(self._short)):
            return True
        return any(word in piece for word in self._stemmed)


def _pieces(word: str) -> list[str]:
    """Return the parts of a word, neighbours of them together, and all."""
    if word.isalpha():
        return [word]
    parts = _PIECES.split(word)
    return [*parts, _PIECES.sub("", word), *[first + second for first, second in pairwise(parts)]]


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in _NUMBERS or word in _FEW_NUMBERS or _ROMAN.fullmatch(word) is not None


def _initials(words: Sequence[str]) -> Iterator[str]:
    for some in (words, [w for w in words if w not in ("the", "a", "an")], [w for w in words if w not in _SMALL_WORDS]):
        if len(some) > 1:
            yield "".join([word[0] for word in some])
