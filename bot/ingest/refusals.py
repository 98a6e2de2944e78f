"""Find out which page a file is, or why it is refused."""

from bot.errors import SourceError
from bot.ingest.forms import Content
from bot.model.page_names import page_from_address
from bot.wiki.page_kinds import PageKind, page_kind
from bot.wiki.saved_form import has_no_article, is_list_of_changes, is_missing_source, redirect_target


class UnnamedPageError(SourceError):
    """Neither a file nor its name says which page it is."""


def page_of(content: Content, typed: str | None, by_path: str | None, name: str) -> str:
    """Return which page a file is: as typed, as it says, or by its path.

    Raises:
        SourceError: Nothing names it, or it has no examples of a trope.
    """
    if content.form.is_web_page:
        page = _page_of_web_page(content, typed, name)
    else:
        page = _page_of_source(content.text, typed or page_from_address(content.address) or by_path, name)
    kind = page_kind(page)
    if kind is PageKind.WORK:
        raise SourceError(f"{name} is {kind} ({page}), not of a trope. Save the page of a trope instead.")
    if kind not in (PageKind.TROPE, PageKind.SUBPAGE):
        raise SourceError(f"{name} is {kind} ({page}), not the page of a trope. Save the page of a trope instead.")
    return page


def _page_of_web_page(content: Content, typed: str | None, name: str) -> str:
    from bot.wiki.saved_page import identify  # noqa: PLC0415 - a start that finds nothing new does not need the parser

    page = typed or identify(content.text, content.address).page
    if has_no_article(content.text):
        missing = f"no page {page}" if page else "no such page"
        raise SourceError(f"{name}: the wiki has {missing}. Check its name, then save the right page.")
    if is_list_of_changes(content.text) or page is None:
        raise SourceError(f"{name} is a history or list of the wiki, not an article. Save the article itself.")
    return page


def _page_of_source(source: str, page: str | None, name: str) -> str:
    if is_missing_source(source):
        raise SourceError(
            f"{name}: the wiki gave no source for this page. Check its namespace and capitals, then save again."
        )
    if target := redirect_target(source):
        raise SourceError(f"{name} only redirects to {target}. Save that page instead.")
    if page is None:
        raise UnnamedPageError(
            f"{name}: name the file after its page, for example BigHeroicRun.txt, or say its page: --page BigHeroicRun"
        )
    return page
