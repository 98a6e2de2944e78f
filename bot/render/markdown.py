"""Turn page text into Discord's Markdown. Only this module escapes and hides.

`Markdown` is safe to send, a plain `str` is not. Only `bot.render` turns one into the other.

How spoiler tags leak in clients, and what prevents it:

- A tag ends at the next two pipes, escaped or not, and code spans are read first. So look-alikes replace both.
- Markup opened before a tag may close inside it. So delimiters close before a tag and open again inside. Some clients
  end a style at the first delimiter they find, so text that contains one is not styled. CommonMark pairs no delimiters
  between a letter and punctuation, so no style is used there.
- A tag may not hide if it spans lines or touches text before it. So each line has its own tags, after a blank.
- A backslash stops addresses, mentions, headings, lists, quotes, timestamps and emoji.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NewType

from bot.components.limits import discord_length
from bot.model import Span, Style, plain_text
from bot.render.truncate import truncate

Markdown = NewType("Markdown", str)
NO_TEXT = Markdown("")

SPOILER_TAG = "||"
LOOKALIKES = str.maketrans({"|": "\u2223", "`": "\u02cb"})
# Blanks, control characters, and whatever else breaks lines in some client.
LINE_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Bidirectional controls, and characters that neither show nor join anything.
INVISIBLE = re.compile(r"[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
RUN_OF_SPACES = re.compile(" +")
# Characters that can begin or end markup where they are. The colons of ":name:" and "https://" match, that of
# "Naturally: yes" does not. The dot of "discord.gg" matches, those of "C.W. Anderson" do not.
# The character class is first, so that most characters skip the look-arounds.
SPECIAL_CHARACTERS = re.compile(
    r"[\\*_~<>\[\]#@:&.](?:(?<![:&.])|(?<=:)(?=\S)|(?<=&)(?=[#\w])|(?<=\.)(?<![\s.]\.)(?=[^\W\d_]{2}))"
)
# What starts a list, rule or heading at the start of a line or tag.
LINE_START = re.compile(r"\d+(?=[.)])|(?=[-+=])")
DELIMITER_CHARACTERS = re.compile(r"[\\*_~]")
DELIMITERS = {Style.ITALIC: "*", Style.BOLD: "**", Style.STRUCK: "~~"}
# Indexed by a style's bits, because flag operators are slow. Equal styles are one object, so `is` compares them.
PLAIN = Style.PLAIN
DELIMITERS_BY_STYLE = tuple("".join(mark for style, mark in DELIMITERS.items() if bits & style) for bits in range(16))
RENDERED_STYLES = tuple(Style(bits) & ~Style.MONOSPACE for bits in range(16))

# Of names. A card has room for one title, a text of 2,800 characters, and each of the others as often as it shows them.
TITLE_LENGTH, SCOPE_LENGTH, MEDIUM_LENGTH = 200, 100, 60
ROW_LENGTH = 100  # of the title of a row in a list
LISTED_LENGTH = 50  # of one of a few in a sentence
SHORT_LENGTH = 30  # of one of many
ESCAPED_RATIO = 1.2  # of a name's length, escaped

StyledText = tuple[str, Style]


def escape(text: str) -> Markdown:
    """Return text as Markdown that reads as typed, on one line."""
    return Markdown(SPECIAL_CHARACTERS.sub(backslash_escape, replace_delimiters(single_line(text))))


def fit_name(name: str, max_length: int) -> Markdown:
    """Return a name, cut to at most `max_length` (20 or more) and escaped to little more."""
    if 2 * len(name) <= max_length:  # escaping adds at most as much
        return escape(name)
    length, max_escaped = max_length, int(ESCAPED_RATIO * max_length)
    while (over := discord_length(escaped := escape(truncate(name, length))) - max_escaped) > 0:
        length -= max(1, over // 2)
    return escaped


def single_line(text: str) -> str:
    """Return text on one line, with single blanks and no bidirectional controls."""
    if text.isprintable() and "  " not in text:
        return text  # none of the characters below is printable
    return LINE_BREAKS.sub(" ", LONE_SURROGATE.sub("\ufffd", INVISIBLE.sub("", text)))


def is_invisible(text: str) -> bool:
    """Return whether text is only blanks, joiners, or accents without a letter."""
    if text[:1].isalnum():
        return False
    return all(unicodedata.category(char)[0] in "ZM" or unicodedata.category(char) in ("Cc", "Cf") for char in text)


def render_lines(spans: Iterable[Span]) -> list[Markdown]:
    """Render spans as lines, each with separate spoiler tags. Drop blank lines."""
    return [rendered for line in split_lines(spans) if (rendered := render_line(line))]


def heading(text: Markdown, emoji: str = "") -> Markdown:
    """Return a card's heading."""
    return Markdown(f"## {emoji} {text.strip()}" if emoji else f"## {text.strip()}")


def subtext(*sentences: Markdown) -> Markdown:
    """Return a line of small text, dots between sentences."""
    return Markdown("-# " + " · ".join(filter(None, sentences)))


def join_lines(lines: Iterable[Markdown]) -> Markdown:
    """Return lines as one text."""
    return Markdown("\n".join(lines))


def split_lines(spans: Iterable[Span]) -> list[list[Span]]:
    """Split spans at line breaks."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        if "\n" not in span.text:
            lines[-1].append(span)
            continue
        first, *rest = span.text.split("\n")
        lines[-1].append(Span(first, span.style, None, span.spoiler))
        lines += [[Span(text, span.style, None, span.spoiler)] for text in rest]
    return lines


def render_line(line: Sequence[Span]) -> Markdown:
    """Render one line, with each spoiler in a tag."""
    if not [span for span in line if span.spoiler]:
        text = render_run(line)
    else:
        visible: list[Span] = []
        for spoiler, run in groupby(line, key=attrgetter("spoiler")):
            spans = list(run)
            if spoiler and is_invisible(hidden := single_line(plain_text(spans))):
                spans = [Span(" " if " " in hidden else "")]  # a tag around nothing would show as four pipes
            visible += spans
        text = ""
        for spoiler, run in groupby(visible, key=attrgetter("spoiler")):
            rendered = render_run(run)
            text += render_spoiler(rendered, text) if spoiler else rendered
    if "  " in text:
        text = RUN_OF_SPACES.sub(" ", text)
    return Markdown(escape_line_start(text.strip()))


def render_spoiler(text: str, before: str) -> str:
    """Tag a spoiler. Outer blanks go outside, and one separates it from text before it."""
    left = " " if before or text[0] == " " else ""
    right = " " if text[-1] == " " else ""
    return f"{left}{SPOILER_TAG}{escape_line_start(text.strip())}{SPOILER_TAG}{right}"


def render_run(run: Iterable[Span]) -> str:
    """Escape and style text that is in one spoiler, or in none."""
    rendered = ""
    for text, style in choose_styles(run):
        escaped = SPECIAL_CHARACTERS.sub(backslash_escape, text)
        if delimiters := DELIMITERS_BY_STYLE[style]:
            core = escaped.strip()
            escaped = escaped.replace(core, f"{delimiters}{core}{delimiters[::-1]}")
        rendered += escaped
    return rendered


def choose_styles(run: Iterable[Span]) -> list[StyledText]:
    """Return cleaned texts with styles that every client can show.

    A style is dropped if its text contains a delimiter, touches other styled text or cannot be delimited. Plain
    neighbours are joined, because special characters depend on context.
    """
    texts = merge_alike(
        [
            (
                replace_delimiters(single_line(span.text)),
                PLAIN if span.style is PLAIN or DELIMITER_CHARACTERS.search(span.text) else RENDERED_STYLES[span.style],
            )
            for span in run
        ]
    )
    chosen: list[StyledText] = []
    for index, (text, style) in enumerate(texts):
        shown = style
        if style is not PLAIN:
            before, style_before = chosen[-1] if chosen else ("", PLAIN)
            after = texts[index + 1][0] if index + 1 < len(texts) else ""
            touches = style_before is not PLAIN and not before.endswith(" ") and not text.startswith(" ")
            if touches or not delimiters_pair(before, text, after, style):
                shown = PLAIN
        chosen.append((text, shown))
    return merge_alike(chosen)


def merge_alike(texts: Iterable[StyledText]) -> list[StyledText]:
    """Join neighbours in one style. Drop empty texts."""
    runs: list[tuple[Style, list[str]]] = []
    for text, style in texts:
        if runs and runs[-1][0] is style:
            runs[-1][1].append(text)
        elif text:
            runs.append((style, [text]))
    return [("".join(run), style) for style, run in runs]


def delimiters_pair(before: str, text: str, after: str, style: Style) -> bool:
    """Return whether every client pairs the delimiters around a text (CommonMark's flanking rule).

    A delimiter with punctuation inside needs punctuation or a blank outside. Unpaired, it could pair with one in a tag.
    """
    core = text.strip()
    if is_invisible(core):
        return False
    start, _, end = text.partition(core)
    nested = bool(style & Style.STRUCK and style & (Style.ITALIC | Style.BOLD))
    for outside, inside in (((before + start)[-1:], core[0]), ((end + after)[:1], core[-1])):
        if outside and unicodedata.category(outside)[0] not in "ZP" and (nested or not inside.isalnum()):
            return False
    return True


def replace_delimiters(text: str) -> str:
    """Replace pipes and backticks with look-alikes, because escapes do not stop them."""
    return text.translate(LOOKALIKES) if "|" in text or "`" in text else text


def backslash_escape(match: re.Match[str]) -> str:
    """Escape a match. A template would be slower."""
    return f"\\{match[0]}"


def escape_line_start(text: str) -> str:
    """Escape what would start a list, rule or heading."""
    match = LINE_START.match(text)
    return f"{match[0]}\\{text[match.end() :]}" if match else text
