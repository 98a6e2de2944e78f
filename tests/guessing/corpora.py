"""A corpus to play with: the real page, one with every construct, and made ones whose titles are of common words."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from bot.guessing.words import read_common_words
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.settings import ROOT
from tests.conftest import PAGE_SOURCE

PAGES = ROOT / "tests" / "wiki" / "pages"
MADE_TROPES, EXAMPLES_PER_TROPE = 3, 120
FOLDERS = ("Films -- Live-Action", "Literature", "Video Games")
NAMESPACES = ("Film", "Literature", "VideoGame")
ENDINGS = ("", "", "s", "ed", "ing", "'s")


async def load_corpora(folder: Path, tables: SiteTables) -> Path:
    """Load all pages into one corpus, and return it."""
    for path in (PAGE_SOURCE, *PAGES.glob("*.txt")):
        (folder / path.name).write_bytes(path.read_bytes())
    for number in range(MADE_TROPES):
        (folder / f"MadeTrope{number}.txt").write_text("\n".join(made_page(Random(number))), encoding="utf-8")
    corpus = folder / "corpus.db"
    await load([folder], corpus, tables)
    return corpus


def made_page(random: Random) -> Iterator[str]:
    """Yield the lines of a page whose examples are full of words of their titles."""
    words = sorted(word for word in read_common_words(ROOT / "data") if word.isalpha())
    yield "!!Examples:"
    for folder, namespace in zip(FOLDERS, NAMESPACES, strict=True):
        yield f"[[folder:{folder}]]"
        for _ in range(EXAMPLES_PER_TROPE // len(FOLDERS)):
            title = [word.capitalize() for word in random.sample(words, random.randint(1, 5))]
            page = f"{namespace}/{''.join(title)}"
            pieces = list(made_text(random, words, title, page))
            yield f"* ''[[{page} {' '.join(title)}]]'': {' '.join(pieces)}"
        yield "[[/folder]]"


def made_text(random: Random, words: list[str], title: list[str], page: str) -> Iterator[str]:
    for _ in range(random.randint(20, 70)):
        some = random.sample(words, random.randint(1, 3))
        told = random.choice(title).lower() + random.choice(ENDINGS)
        initials = "".join(word[0] for word in title).lower()
        hidden = f"[[spoiler:{' '.join(some)}]]"
        yield random.choices(
            [
                " ".join(some), told, initials, " ".join(title), " ".join(title).lower(), hidden,
                f"''{told}''", f"[[{page} {' '.join(some).title()}]]", f"[[Main/{''.join(some).title()} {some[0]}]]",
                f'"{told} {some[0]}"', f"{some[0]}-{told}", some[0].capitalize(), str(random.randint(1, 99)),
                f"[[note]]{told} {some[0]}[[/note]]", f"{some[0]} -- {some[-1]},",
            ],
            [40, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 4],
        )[0]  # fmt: skip
