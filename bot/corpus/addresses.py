"""What a pasted address of TV Tropes names."""

from bot.corpus.queries import FetchAll
from bot.model import MAIN_NAMESPACE
from bot.model.page_names import page_from_address, title_from_page_name

SELECT_TITLES_OF_PAGE = "SELECT title FROM learned_title WHERE page = ? ORDER BY votes DESC, title"


def trope_name(typed: str) -> str:
    """Return the name of the trope whose page or subpage an address is of, and any other text unchanged."""
    page = page_from_address(typed)
    if page is None:
        return typed
    namespace, _, name = page.partition("/")
    return name if page.startswith(MAIN_NAMESPACE) else namespace


def title_of(typed: str) -> str:
    """Return the title that the name in an address reads as, and any other text unchanged."""
    page = page_from_address(typed)
    return title_from_page_name(page.partition("/")[2]) if page else typed


async def possible_titles(fetch_all: FetchAll, typed: str) -> list[str]:
    """Return the titles that the page of an address may have, the registered ones first, or the typed text."""
    page = page_from_address(typed)
    learned = [title for (title,) in await fetch_all(SELECT_TITLES_OF_PAGE, (page,))] if page else []
    return [*learned, title_of(typed)]
