"""Page text that tries to carry hidden words out of their spoiler tags: endless, and equal for equal seeds.

Secrets consist of letters that nothing else here contains, so that even a piece of one is recognized.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

ITALIC, BOLD, MONOSPACE, STRUCK = 1, 2, 4, 8  # the bits of a style

SECRET_LETTERS = "zqxj7"
PIECE = re.compile(f"[{SECRET_LETTERS}]{{3,}}", re.IGNORECASE)

# Opens and closes markup.
SIGNS = (
    r"` `` ``` | || ||| |||| ||||| * ** *** _ __ ___ ~ ~~ ~~~ "
    r"[ ] ( ) ]( < > >>> # ## ### -# - -- --- ---- === + 1. 12) "
    r""": ; ! @ & % = ^ { } / ' " \ \\ \\\ ¯\_(ツ)_/¯"""
).split()
# Turns a line into a heading, a quote, a list.
LINE_STARTS = tuple(
    f"\n{sign}" for sign in (*"# |## |-# |> |>>> |- |* |1. |    ".split("|"), "```\n", "---\n", "|--|--|\n")
)
# Replaced by the client with something else. Separated by two spaces.
SEMANTIC = (
    "https://a.b/  http://a.b  https://  www.a.b  discord.gg/a  mailto:a@b.c  <https://a.b/  <https://a.b>  "
    "[a](https://a.b)  [a](<https://a.b> 'b')  [a]: https://a.b  ![a](https://a.b)  <@123456123456123456>  "
    "<@!123456123456123456>  <@&123456123456123456>  <#123456123456123456>  <:heart:123456123456123456>  "
    "<a:run:123456123456123456>  <t:1600000000:R>  <t:1600000000>  </bigrun show:123456123456123456>  <id:customi>  "
    "@everyone  @here  a@b.c  <b>  </b>  <!--  &amp;  &#124;&#124;  &vert;  <spoiler>  :heart:"
).split("  ")
BLANKS: tuple[str, ...] = (
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\n \n",
    "\r",
    "\r\n",
    *"\v\f\x85\u2028\u2029\xa0\u3000",
    "  \n",
    "\\\n",
)
# Characters without a width: joiners, direction marks, controls, combining marks.
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\xad\u180e\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x01\x1b\x7f\ufe0f"
    "\u0301\u0338\u20e3\u034f"
)
# Emoji, look-alikes of signs, other scripts, half an emoji.
PICTURES = ("❤️", "👩‍🚀", "🏃🏽‍♀️", "🇩🇪", "1️⃣", "∣∣", "｜｜", "ǁ", "‖", "ˋ", "＊", "＼", "é", "日本", "א", "\ud83d", "🙂")
WORDS = (
    "run",
    " the ",
    "hero",
    "a",
    " ",
    ". ",
    ", ",
    "snake_case_word",
    "2+2",
    "it's",
    "(and)",
    "C++",
    "Run, Lola, Run",
)

FRAGMENTS: tuple[str, ...] = (*SIGNS, *SIGNS, *LINE_STARTS, *SEMANTIC, *BLANKS, *INVISIBLE, *PICTURES, *WORDS, *WORDS)

# Openers for the text before a hidden run, and closers for the hidden text.
PAIRS = (
    *((sign, sign) for sign in ("`", "``", "```", "*", "**", "***", "_", "__", "~~", "||", "|", "'", '"', "\n")),
    *(("[", "](https://a.b)"), ("[a](", ")"), ("[", "]"), ("<https://a.b/", ">"), ("https://a.b/", " "), ("<", ">")),
    *(("```\n", "\n```"), ("\n> ", "\n"), ("\n# ", "\n"), ("\n- ", "\n- "), ("\\", ""), ("<!--", "-->")),
    ("\u202e", "\u202c"),
)


class HostileRun(NamedTuple):
    """A run of page text. A hidden one is in a spoiler. The style is a sum of bits."""

    text: str
    hidden: bool
    style: int


@dataclass(frozen=True, slots=True)
class HostileCase:
    """The text of an example, and the words in it that must stay hidden.

    Adjacent hidden runs can be one spoiler or two.
    """

    seed: int
    number: int
    runs: tuple[HostileRun, ...]
    secrets: tuple[str, ...]


def pieces_of_secrets(text: str) -> list[str]:
    """Return the pieces of secrets in a text, of three letters or more."""
    return PIECE.findall(text)


def hostile_texts(seed: int) -> Iterator[HostileCase]:
    """Yield cases without end."""
    return (hostile_case(seed, number) for number in count())


def hostile_case(seed: int, number: int) -> HostileCase:
    """Return a case. Equal arguments give equal cases."""
    rng = random.Random((seed << 40) + number)
    kind = rng.random()
    secrets: list[str] = []
    if kind < 0.98:
        runs = _mixed(rng, rng.randint(1, 6 if kind < 0.9 else 20), secrets)
    elif kind < 0.99:
        runs = _many(rng, secrets)
    else:
        runs = _long(rng, secrets)
    return HostileCase(seed, number, tuple(runs), tuple(secrets))


def _mixed(rng: random.Random, number: int, secrets: list[str]) -> list[HostileRun]:
    """Return hidden and visible runs, sometimes with a pair of signs that starts before a spoiler and ends in it."""
    runs: list[HostileRun] = []
    for _ in range(number):
        if rng.random() < 0.5:
            runs.append(HostileRun(_clear(rng), hidden=False, style=_style(rng)))
            continue
        text = _hidden(rng, secrets)
        if text and rng.random() < 0.4:
            opener, closer = rng.choice(PAIRS)
            runs.append(HostileRun(_clear(rng) + opener, hidden=False, style=_style(rng)))
            text = rng.choice((text + closer, closer + text, text + closer + _noise(rng), opener + text))
        runs.append(HostileRun(text, hidden=True, style=_style(rng)))
    return runs


def _many(rng: random.Random, secrets: list[str]) -> list[HostileRun]:
    """Return more spoilers than a message can hide."""
    runs: list[HostileRun] = []
    for _ in range(rng.randint(40, 150)):
        runs.append(HostileRun(rng.choice(FRAGMENTS), hidden=False, style=0))
        runs.append(HostileRun(_secret(rng, secrets, 4), hidden=True, style=_style(rng)))
    return runs


def _long(rng: random.Random, secrets: list[str]) -> list[HostileRun]:
    """Return runs that are too long for a message."""
    sign = rng.choice(FRAGMENTS) * 250
    return [
        HostileRun(rng.choice((_clear(rng), sign, _clear(rng) * 100)), hidden=False, style=_style(rng)),
        HostileRun(_long_hidden(rng, secrets), hidden=True, style=_style(rng)),
        HostileRun(_clear(rng), hidden=False, style=_style(rng)),
        HostileRun(_long_hidden(rng, secrets), hidden=True, style=_style(rng)),
    ]


def _long_hidden(rng: random.Random, secrets: list[str]) -> str:
    """Return one endless word, a word repeated among signs, or a word after a repeated sign."""
    size = rng.randint(300, 5000)
    kind = rng.randrange(3)
    secret = _secret(rng, secrets, size if kind == 0 else 8)
    if kind == 0:
        return secret
    if kind == 1:
        return "".join(secret + rng.choice(FRAGMENTS) for _ in range(size // 20))
    sign = rng.choice(FRAGMENTS)
    return sign * (size // len(sign)) + secret


def _hidden(rng: random.Random, secrets: list[str]) -> str:
    kind = rng.random()
    if kind < 0.04:
        return ""
    if kind < 0.08:
        return rng.choice(BLANKS + tuple(INVISIBLE)) * rng.randint(1, 3)
    text = _noise(rng) + _secret(rng, secrets) + _noise(rng)
    return text if kind < 0.8 else text + _secret(rng, secrets) + _noise(rng)


def _secret(rng: random.Random, secrets: list[str], length: int = 8) -> str:
    while (secret := "zq7" + "".join(rng.choices(SECRET_LETTERS, k=length)) + "q") in secrets:
        pass
    secrets.append(secret)
    return secret


def _clear(rng: random.Random) -> str:
    return _noise(rng) + rng.choice(WORDS) + _noise(rng)


def _noise(rng: random.Random) -> str:
    return "".join(rng.choices(FRAGMENTS, k=rng.choice((0, 0, 1, 1, 1, 2, 3, 5))))


def _style(rng: random.Random) -> int:
    return rng.randint(1, 15) if rng.random() < 0.25 else 0
