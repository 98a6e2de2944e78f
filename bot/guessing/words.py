"""The words that are no name of anything."""

from functools import cache
from pathlib import Path

from bot.errors import SourceError

COMMON_WORDS_FILE = "common_words.txt"


@cache
def read_common_words(folder: Path) -> frozenset[str]:
    """Read the words that may show, once.

    Raises:
        SourceError: The file cannot be read.
    """
    path = folder / COMMON_WORDS_FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"The list {path} cannot be read.") from error
    return frozenset([word for line in lines if not line.startswith("#") for word in line.split()])
