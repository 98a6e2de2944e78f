"""The name of a page, from its path or as typed."""

import re
from collections.abc import Sequence

from bot.errors import SourceError
from bot.model import MAIN_NAMESPACE
from bot.wiki.page_kinds import PageKind, page_kind

PAGE_SUFFIXES = (".txt", ".html", ".htm", ".xhtml", ".mhtml", ".mht")
_PAGE_NAME = re.compile(r"[A-Za-z0-9]{1,100}")
_QUALIFIED_NAME = re.compile(r"([A-Za-z0-9]{1,100})[./]([A-Za-z0-9]{1,100})")
# Names of subpages: a medium, a group of media, or some letters of one.
_SUBPAGE_NAME = re.compile(
    r"(?:(?:LiveAction|Western|Eastern|Asian|Animated|Anime|Audio|Comic|Card|Board|Fan|Light|Live|Tabletop|Video|Visual"
    r"|Web|Print|Real|New|Newspaper|Other|Pro|Professional|Puppet|Theme|Mobile|Literature|Film|RolePlaying|Action"
    r"|Adventure|SurvivalHorror)?"
    r"(?:Advertising|Animation|Anime|Art|Arts|Blogs?|Books?|Cartoons?|Comics?|Dramas?|Fiction|Films?|Games?|Life|Literature"
    r"|Manga|Media|Movies?|Music|Myth|Mythology|Novels?|Original|Parks?|Pinball|Plays?|Podcasts?|Poetry|Radio|Roleplay"
    r"|Series|Shows?|Sports?|Strips?|TV|Theat(?:er|re)|Toys|Videos?|Works|Wrestling)"
    r"|Anime[Aa]ndManga|MangaAndAnime|Myth(?:s|ology)And(?:Religion|Folklore)|Webcomics?|Fanfics?|Fanworks|Weboriginal"
    r"|Webvideos?|Other|Mythology|Religion|Folklore|Miscellaneous|ComicBooks|Manhwa|Manhua)"
    r"(?:[A-Z0-9]To[A-Z0-9])?"
)
# Folders on many disks have these names.
_COMMON_FOLDERS = frozenset({"music", "videos", "games", "game", "film", "films", "wiki", "script", "sandbox", "help"})


def page_from_typed(typed: str) -> str:
    """Return a typed page as ``Namespace/Name``.

    Raises:
        SourceError: It is not a page name.
    """
    if _PAGE_NAME.fullmatch(typed):
        return MAIN_NAMESPACE + typed
    name = _QUALIFIED_NAME.fullmatch(typed)
    if name is None:
        raise SourceError(
            f"--page: {typed!r} is no page's name. Give one such as ActionGirl or ActionGirl/AnimeAndManga."
        )
    return f"{name[1]}/{name[2]}"


def page_from_path(parts: Sequence[str]) -> str | None:
    """Return the page that a file is named after, or None.

    Its folder is a namespace if called like one, or if the file is called like a subpage.
    """
    stem = parts[-1]
    for suffix in PAGE_SUFFIXES:
        if stem.lower().endswith(suffix):
            stem = stem[: -len(suffix)]
            break
    if qualified := _QUALIFIED_NAME.fullmatch(stem):
        return f"{qualified[1]}/{qualified[2]}"
    if not _PAGE_NAME.fullmatch(stem):
        return None
    folder = parts[-2] if len(parts) > 1 else ""
    is_namespace = _PAGE_NAME.fullmatch(folder) is not None and folder[0].isupper()
    if is_namespace and (_SUBPAGE_NAME.fullmatch(stem) or _is_known_namespace(folder)):
        return f"{folder}/{stem}"
    return MAIN_NAMESPACE + stem


def _is_known_namespace(folder: str) -> bool:
    return page_kind(f"{folder}/") is not PageKind.SUBPAGE and folder.casefold() not in _COMMON_FOLDERS
