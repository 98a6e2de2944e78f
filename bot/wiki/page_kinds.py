"""Tell kinds of pages by their namespace."""

import re
from enum import StrEnum


class PageKind(StrEnum):
    """What a page is. The value completes "this is …"."""

    TROPE = "the page of a trope"
    SUBPAGE = "a subpage of a trope"
    WORK = "the page of a work"
    WORK_TROPES = "a subpage of a work"
    RECAP = "the recap of a work"
    CHARACTERS = "a page about the characters of a work"
    MAKER = "a page about a creator, franchise or platform"
    WIKI = "a page about the wiki itself"
    OTHER = "a side page"


_NAMESPACES = {
    PageKind.TROPE: "main",
    PageKind.WORK: """
        advertising animatedfilm animation anime arg asiananimation audiodrama audioplay bandedessinee blog board
        boardgame book cardgame comic comicbook comics comicstrip creepypasta disney fanfic fanwork fanworks film
        filmserial game gamebook interactivefiction larp letsplay lightnovel literature machinima magazine manga manhua
        manhwa miniseries music myth newmedia newspapercomic pinball podcast puppetshow radio ride roleplay script
        series sport tabletop tabletopgame tabletoprpg theater theatre themepark toy toys tv videogame visualnovel
        webanimation webcomic webcomics webgames webnovel weboriginal webserial webseries website webvideo
        westernanimation wiki wrestling""",
    PageKind.RECAP: "recap",
    PageKind.CHARACTERS: "character characters",
    PageKind.MAKER: "creator franchise host medianotes person platform",
    PageKind.WIKI: """
        administrivia darthwiki discussion help justforfun pmwiki profiles sandbox site soyouwantto sugarwiki tropehall
        tropers tropertales usefulnotes""",
    PageKind.OTHER: """
        allusions analysis awesome awesomemusic bettertropefound drinkinggame fanficrecs fetishfuel fridge funny
        goodbadbugs haiku headscratchers heartwarming horrible imagelinks imagesource laconic memes monsterscaling narm
        nightmarefuel phoneticalphabet playingwith quotes referencedby selfdemonstrating shoutout synopsis tearjerker
        tearjerkers timeline trivia unpublishedworks videoexamples whatcouldhavebeen wmg ymmv""",
}
_KINDS = {namespace: kind for kind, namespaces in _NAMESPACES.items() for namespace in namespaces.split()}
_TROPES_OF_A_WORK = re.compile(r"Tropes(?:[A-Z0-9][A-Za-z0-9]*)?To[A-Z0-9][A-Za-z0-9]*")


def page_kind(page: str) -> PageKind:
    """Return the kind of a page, ``Namespace/Name``. An unknown namespace is a trope's name."""
    namespace, _, name = page.partition("/")
    kind = _KINDS.get(namespace.casefold(), PageKind.SUBPAGE)
    return PageKind.WORK_TROPES if kind is PageKind.SUBPAGE and _TROPES_OF_A_WORK.fullmatch(name) else kind
