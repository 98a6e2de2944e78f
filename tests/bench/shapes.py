"""Recipes of hostile pages: short texts, repeated until a page is as long as wanted.

`source(name, size)` returns a page of at most `size` bytes. A page of MAX_BYTES is let in, so the bot must bound
what it does with it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from bot.ingest.forms import MAX_BYTES, MAX_LINES

Unit = Callable[[int], str]  # the text of a number, from 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """A page: what is repeated, and what is around it."""

    unit: Unit
    head: str = "* "
    foot: str = ""

    def source(self, size: int) -> str:
        """Return a page of at most `size` bytes and as many lines as a page may have."""
        return f"{self.head}{''.join(self._units(size))}{self.foot}\n"

    def _units(self, size: int) -> Iterator[str]:
        size -= len(f"{self.head}{self.foot}\n".encode())
        lines = MAX_LINES - self.head.count("\n") - self.foot.count("\n") - 1
        for number in count():
            text = self.unit(number)
            size -= len(text) if text.isascii() else len(text.encode())
            lines -= text.count("\n")
            if size < 0 or lines < 0:
                return
            yield text


def name(number: int) -> str:
    """Return a unique page name for a number: AaaBaaa, AaaBaab…"""
    letters = "".join([chr(ord("a") + number // 26**place % 26) for place in (4, 3, 2, 1, 0)])
    return f"A{letters[:2]}B{letters[2:]}"


def always(text: str) -> Unit:
    return lambda _: text


def several_works(number: int) -> str:
    """Return an example with 25 works, each with a spoiler."""
    bullets = [f"** ''Film/{name(25 * number + place)}'': she [[spoiler:runs]].\n" for place in range(25)]
    return f"* Several{number}:\n{''.join(bullets)}"


AN_EXAMPLE = "\n----\n* ''Film/RunLolaRun'': x"
ALIKE = "The Moving Picture of the Long Distance Runner"
RECIPES: dict[str, Recipe] = {
    # One bullet.
    "plain words": Recipe(lambda i: f"word{i % 5000} "),
    "words with ö": Recipe(lambda i: f"wörd{i % 5000} "),
    "one endless word": Recipe(always("a")),
    "accents without end": Recipe(always("\u0301"), "* e"),
    "accented letters": Recipe(always("e\u0301\u0302 ")),
    "a million blanks": Recipe(always(" "), "* a", "b"),
    "styles": Recipe(always("''a'' b ")),
    "nested styles": Recipe(always("'''''a''' b'' @@c@@ ")),
    "signs": Recipe(always("*_~<")),
    "spoilers": Recipe(always("[[spoiler:a]] ")),
    "one spoiler": Recipe(lambda i: f"word{i % 5000} ", "* [[spoiler:", "]]"),
    "spoiler of signs": Recipe(always("*|_"), "* [[spoiler:", "]]"),
    "notes": Recipe(always("a[[note]]b[[/note]] ")),
    "labelled notes": Recipe(lambda i: f"[[labelnote:word{i}]]a [[spoiler:b]][[/labelnote]] "),
    "one long note": Recipe(lambda i: f"word{i % 5000} ", "* a[[note]]", "[[/note]]"),
    "links": Recipe(lambda i: f"Film/{name(i)} "),
    "right to left": Recipe(always("\u202eא\u200b\u200f\u2066ב ")),
    "families": Recipe(always("👨🏽‍👩🏽‍👧🏽‍👦🏽")),
    "flags": Recipe(always("🇩🇪")),
    "one long title": Recipe(lambda i: f"word{i} ", "* ''A ", "'': x"),
    "one title of signs": Recipe(always("*_~`"), "* ''A", "'': x"),
    # One example of many bullets.
    "linked works": Recipe(lambda i: f"** ''Film/{name(i)}'': it [[spoiler:ends]].\n", "* Some:\n"),
    "unlinked works": Recipe(lambda i: f"** ''Title {i:05}'': it [[spoiler:ends]].\n", "* Some:\n"),
    "deep bullets": Recipe(lambda i: f"{'*' * (2 + i % 300)} word{i}\n", "* Some:\n"),
    "quotes": Recipe(lambda i: f"-->[[spoiler:word{i}]]\n", "* Some:\n"),
    "short bullets": Recipe(lambda i: f"** w{i}\n", "* Some:\n"),
    "spoiler over rows": Recipe(lambda i: f"** word{i} ''Film/{name(i)}''\n", "* Some [[spoiler:x\n", "** y]]"),
    "table rows": Recipe(lambda i: f"||Film/{name(i)}||[[spoiler:she]]||runs||\n", "* Some:\n"),
    # Many examples.
    "one-word examples": Recipe(lambda i: f"* w{i}\n", ""),
    "works": Recipe(lambda i: f"* ''Film/{name(i)}'': she runs.\n", ""),
    "titles alike": Recipe(lambda i: f"* ''{ALIKE} {i:05}'': she runs.\n", ""),
    "long titles": Recipe(lambda i: f"* ''A{i} {' '.join(f'word{place}' for place in range(80))}'': x\n", ""),
    "one work": Recipe(always("* ''Film/RunLolaRun'': they run [[spoiler:far]].\n"), ""),
    "several works": Recipe(several_works, ""),
    "folders": Recipe(lambda i: f"[[folder:{name(i)}]]\n* ''Film/{name(i)}'': x\n[[/folder]]\n", ""),
    "folders alike": Recipe(lambda i: f"[[folder:{ALIKE} {i:05}]]\n* x\n", ""),
    "open spoilers": Recipe(lambda i: f"* ''Film/{name(i)}'': [[spoiler:x\n** y\n", ""),
    # A trope's description, with one example.
    "long description": Recipe(lambda i: f"word{i} ''of'' _*~< [[spoiler:it]] ", "", AN_EXAMPLE),
    "paragraphs": Recipe(lambda i: f"Film/{name(i)} word{i}.\n\n", "", AN_EXAMPLE),
    "subpages": Recipe(lambda i: f"* BigHeroicRun/{name(i)}\n", "", "* ''Film/RunLolaRun'': x"),
}  # fmt: skip


def source(name: str, size: int = MAX_BYTES) -> str:
    """Return a page source of at most `size` bytes."""
    return RECIPES[name].source(size)
