"""Sources of random markup in which every word is known to be visible or hidden."""

from itertools import count

from hypothesis import strategies as st

# No sign here hides or eats the word after it: targets, addresses and comments are whole.
OPENERS = (
    "[[", "[", "[[spoiler:", "[[spoiler: ", "[[spoiler]]", "[[note]]", "[[labelnote:", "[[strike:", "[[AC:",
    "[[color:red:", "[[caption-width-right:100:", "[[floatboxright:", "[floatboxright:", "[[folder:", "[[ ",
    "[[RaceForYourLove ", "[[Film/RunLolaRun ", "[[https://example.org/a ", "[[MeadowRun#top ",
    "[[#top ", "[[somedirective:", "[[{{Overcrank}} ",
    "[-", "[+", "'^", "'_",
)  # fmt: skip
CLOSERS = (
    "]]", "]]]]", "]", "[[/spoiler]]", "[[/note]]", "[[/labelnote]]", "[[/folder]]", "\n]\n", "-]", "+]", "^'", "_'",
)  # fmt: skip
STYLES = ("''", "'''", "'''''", "''''", "@@", "--", "---", "-", "'")
ROWS = (
    "\n", "\n\n", "\r\n", "\n* ", "\n** ", "\n*** ", "\n-->", "\n--->", "\n->", "\n-->-- ", "\n!!", "\n!!!Film\n",
    "\n!!See also\n", "\n----\n", "\n---- ", "\n||", "||", "\n# ", "\n:", ":", "\nMusic:\n",
    "\n[[AC:Film]]\n", "\\\\\n", "\\\\\\\n", "\n[[index]]\n", "\n[[/index]]\n", "\nSub-tropes:\n",
    "\n!!Other examples of ",
)  # fmt: skip
WHOLE = (
    " ", "[[index]]", "[[softreturn]]", "[[invoked]]", "[[quoteright:100:]]", "[[quoteright:100:[[Page a.png]]]]",
    " BringNewsBack ", " Film/RunLolaRun ", " Film/runLolaRun ", " Film/Meadow3#top ", "\n* SomeTrope/{{Film}}",
    "%% comment\n", "[=]]=]", "[=[[spoiler:=]", "[==]", "100%",
    "[[folder:Film]]", "²",
)  # fmt: skip
ESCAPES = ("[=", "=]", "[@", "@]")
# Allowed in a spoiler. An escape is whole, or nothing closes it.
IN_ROW = (" ", "||", ":", "[[index]]", "[[invoked]]", " BringNewsBack ", " Film/RunLolaRun ", "[=]]=]", "\\\\\n")
IN_SPOILER = (
    *STYLES, *IN_ROW, " =]", "[@", "[[note]]", "[[/note]]", "[[/labelnote]]", "[[/folder]]", "[-", "-]", "[[spoiler]]",
    "[[/spoiler]]", *ROWS, "\n[[folder:Film]]\n", "\n[[folder:<>]]\n",
)  # fmt: skip
BALANCED = tuple(sign for sign in OPENERS if sign not in ("[floatboxright:", "'^", "'_"))
WITHIN = tuple(sign for sign in BALANCED if sign.startswith("[[") and "]]" not in sign)

_WORD = "<>"  # where the next word goes; no sign contains it


def _numbered(parts: list[str], letter: str) -> tuple[str, list[str]]:
    numbers, words = count(1), []
    source = []
    for part in "".join(parts).split(_WORD):
        words.append(f"{letter}{next(numbers)}x")
        source += [part, words[-1]]
    return "".join(source[:-1]), words[:-1]


def _soup(*signs: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    # One draw is faster than drawing the group first. Small groups are repeated, so that all are equally frequent.
    groups = [(_WORD,), *signs]
    most = max(map(len, groups))
    tokens = [sign for group in groups for sign in group * round(most / len(group))]
    return st.lists(st.sampled_from(tokens), max_size=30)


def soups() -> st.SearchStrategy[tuple[str, list[str]]]:
    """Draw sources with the words w1x, w2x… in visible places."""
    return _soup(OPENERS, CLOSERS, STYLES, ROWS, WHOLE, ESCAPES).map(lambda parts: _numbered(parts, "w"))


@st.composite
def secrets(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """Draw sources with hidden words in spoilers and visible words around them."""
    around = [draw(_soup(OPENERS, CLOSERS, STYLES, ROWS, WHOLE[:-1])) for _ in range(3)]
    around = [[part.replace("²", "") for part in parts] for parts in around]
    clear, words = _numbered([*around[0], "<0>", *around[1], "<1>", *around[2]], "w")
    hidden: list[str] = []
    for place in ("<0>", "<1>"):
        inside, found = _numbered(draw(_hidden(3)), f"s{place[1]}y")
        hidden += found
        opener = draw(st.sampled_from(("[[spoiler:", "[[spoiler: ", "[[Spoiler:", "[[spolier:")))
        clear = clear.replace(place, f"{opener}{inside}]]")
    return clear, words, hidden


@st.composite
def _hidden(draw: st.DrawFn, depth: int) -> list[str]:
    """Draw the inside of a spoiler. Every double bracket that opens in it closes in it."""
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.integers(0, 4 if depth else 2))
        if kind == 0:
            parts.append(_WORD)
        elif kind in (1, 2):
            parts.append(draw(st.sampled_from(IN_SPOILER)))
        else:
            parts += [draw(st.sampled_from(WITHIN)), *draw(_hidden(depth - 1)), " ]]"]
    return [*parts, _WORD, " "]
