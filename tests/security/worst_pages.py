"""Pages that cost as much as accepted ones can, by shape."""

from collections.abc import Callable

from bot.ingest.forms import MAX_BYTES, MAX_FILE_BYTES, MAX_LINES

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fill(unit: Callable[[int], str] | str, start: str = "", end: str = "", size: int = MAX_BYTES) -> str:
    """Return as many units as fit, with a start and an end, into `size` bytes and the lines of a page."""
    parts, left, lines, number = [start], size - len((start + end).encode()), MAX_LINES - 1 - end.count("\n"), 0
    while True:
        part = unit if isinstance(unit, str) else unit(number)
        left, lines, number = left - len(part.encode()), lines - part.count("\n"), number + 1
        if left < 0 or lines < 0:
            return "".join([*parts, end])
        parts.append(part)


def letters(number: int) -> str:
    """Return a word for a number, different for each: 0 is "baaa"."""
    return "b" + "".join(_LETTERS[number // 26**place % 26] for place in range(3))


def word(number: int) -> str:
    """Return a word that no other number has."""
    return f"w{number:x}"


# Each is as large as a page source may be, or has as many lines.
WORST_PAGES: dict[str, Callable[[], str]] = {
    "bullets": lambda: fill("* x\n"),
    "bullets of one word": lambda: fill(lambda n: f"* {word(n)}\n"),
    "long bullets": lambda: fill("* ''Film/RunLolaRun'': they run [[spoiler:far]].\n"),
    "bullets of new words": lambda: fill(
        lambda n: f"* {word(n * 3)} {word(n * 3 + 1)} {word(n * 3 + 2)} abcdef ghijkl\n"
    ),
    "sub-bullets": lambda: fill(lambda n: f"** ''Film/Run{letters(n).title()}'': [[spoiler:runs]]\n", "* x\n"),
    "deeper and deeper": lambda: fill(lambda n: "*" * (n + 1) + " x\n"),
    "deep bullets": lambda: fill(lambda n: "*" * (n % 40 + 1) + " x\n"),
    "quotes": lambda: fill("* x\n-> y\n"),
    "table rows": lambda: fill(lambda n: f"|| {word(n)} || b || [[spoiler:c]] ||\n", "* x\n"),
    "table cells": lambda: fill("|| b ", "* x\n"),
    "styles": lambda: fill("''a'' b ", "* "),
    "italic titles": lambda: fill(lambda n: f"* ''Run {word(n)} Away Now'': x\n"),
    "italic runs": lambda: fill(lambda n: f"''{word(n).title()}'' '''b''' ", "* "),
    "one long title": lambda: fill("Word to run ", "* ''", "'': x"),
    "long titles": lambda: fill(lambda n: f"* ''{'To Run Away With ' * 2500}{word(n)}'': x\n"),
    "titles of 200 letters": lambda: fill(lambda n: f"* ''{'A b ' * 48}{word(n)}'': x\n"),
    "titles that look alike": lambda: fill(lambda n: f"* ''The Run of {letters(n).title()}'': x\n"),
    "works": lambda: fill(lambda n: f"* ''Film/Run{letters(n).title()}'': x\n"),
    "works in one bullet": lambda: fill(lambda n: f"''Franchise/A'' ''Film/Run{letters(n).title()}'' ", "* "),
    "works in sub-bullets": lambda: fill(lambda n: f"** ''Run {word(n)}'': x\n", "* x\n"),
    "links": lambda: fill("Film/AaBb ", "* "),
    "different links": lambda: fill(lambda n: f"Film/Run{letters(n).title()} ", "* "),
    "links with a long name": lambda: fill(lambda n: f"* ''Film/Run{'AaBb' * 5000}{word(n)}'': x\n"),
    "one link with a long name": lambda: fill("AaBb", "* ''Film/Run", "'': x"),
    "one long link text": lambda: fill("word to run ", "* [[Film/AaBb ", "]]: x"),
    "notes": lambda: fill("[[note]]a[[/note]]", "* "),
    "one long note label": lambda: fill("word to run ", "* a[[labelnote:", "]]b[[/labelnote]]"),
    "spoilers": lambda: fill("[[spoiler:a]] ", "* "),
    "hidden words": lambda: fill(lambda n: f"[[spoiler:{word(n)}]] ", "* "),
    "open spoilers": lambda: fill("[[spoiler:", "* x\n* "),
    "folders": lambda: fill(lambda n: f"[[folder:Run {letters(n).title()}]]\n* x\n[[/folder]]\n"),
    "headings": lambda: fill(lambda n: f"!! Run {letters(n).title()}\n* x\n"),
    "one long folder": lambda: fill("word to run ", "[[folder:", "]]\n* x\n[[/folder]]\n"),
    "long folders": lambda: fill(lambda n: f"[[folder:{'To Run Away With ' * 2000}{word(n)}]]\n* x\n[[/folder]]\n"),
    "one long folder of many": lambda: fill("* x\n", f"[[folder:{'word to run ' * 80_000}]]\n"),
    "one long heading": lambda: fill("word to run ", "!! ", "\n* x\n"),
    "description": lambda: fill(lambda n: f"See also {letters(n).title()}Run and more\n\n", "----\n* x\n"),
    "one word": lambda: fill("a", "* "),
    "one word of umlauts": lambda: fill("ö", "* "),
    "words": lambda: fill("word ", "* "),
    "new words": lambda: fill(lambda n: f"{word(n)} ", "* "),
    "new words with umlauts": lambda: fill(lambda n: f"ö{word(n)} ", "* "),
    "stop words": lambda: fill(lambda n: "of the " if n % 2 else "in a ", "* "),
    "letters apart": lambda: fill("a ", "* "),
    "accents": lambda: fill("\u0301", "* e"),
    "letters with accents": lambda: fill("e\u0301\u0302 ", "* "),
    "ideographs": lambda: fill(lambda n: chr(0x4E00 + n % 20_000), "* "),
    "ligatures of words": lambda: fill("\ufdfa", "* "),
    "emoji": lambda: fill("🏃", "* "),
    "signs": lambda: fill("*_~<>|`\\ ", "* x "),
    "line breaks": lambda: fill("a \\\\ ", "* "),
    "braces": lambda: fill("{{a", "* "),
    "brackets": lambda: fill("[[a", "* "),
    "apostrophes": lambda: fill("'", "* x"),
    "entities": lambda: fill("&amp;", "* "),
    "camel case": lambda: fill(lambda n: f"Run{letters(n).title()} ", "* "),
    "spellings": lambda: fill(lambda n: f"* ''Run{word(n)}'' and ''RUN{word(n)}''\n"),
    "index": lambda: fill(lambda n: f"* Page/Run{letters(n).title()}\n"),
}

ARTICLE = '<link rel="canonical" href="/pmwiki.php/Main/Page"><div id="main-article"><hr><ul><li>x</li></ul>{}</div>'
_LEFT = MAX_BYTES - len(ARTICLE)
# Each is as large as a saved web page may be, or has as many elements.
WORST_SAVED_PAGES: dict[str, Callable[[], str]] = {
    "saved bullets": lambda: ARTICLE.format("<li>x" * 249_000),
    "saved paragraphs": lambda: ARTICLE.format('<p>x<span class="spoiler">y</span>' * (_LEFT // 35)),
    "saved links": lambda: ARTICLE.format("<a title=/pmwiki.php/Main/AaBb>a</a>" * (_LEFT // 36)),
    "saved notes": lambda: ARTICLE.format("<span isnote=true>a</span>" * (_LEFT // 26)),
    "saved line breaks": lambda: ARTICLE.format("<br>x" * 249_000),
    "saved levels": lambda: ARTICLE.format("<b>" * 240_000),
    "saved attributes": lambda: ARTICLE.format("<p" + " a='b'" * (_LEFT // 6 - 2) + ">"),
    "saved images": lambda: ARTICLE.format(
        '<img src="data:image/png;base64,{}">'.format("A" * (MAX_FILE_BYTES - 1_000))
    ),
    "saved styles": lambda: "<style>" + "a{b:c}\n" * (MAX_FILE_BYTES // 7 - 100) + "</style>" + ARTICLE.format(""),
}
