"""Kinds of pages, by their namespace: tropes and their subpages have examples to load, other pages do not."""

import re
from enum import StrEnum


class PageKind(StrEnum):
    """What a page is about; the value completes "the page of …"."""

    TROPE = "a trope"
    SUBPAGE = "a part of a trope"
    WORK = "a work"
    WORK_TROPES = "the tropes of a work"
    RECAP = "a recap of a work"
    CHARACTERS = "the characters of a work"
    COMMENTARY = "a commentary on another page"
    WIKI = "the wiki itself"
    MAKER = "a creator, franchise or platform"


_KINDS = {
    PageKind.TROPE: "main",
    PageKind.WORK: """
        advertising animation anime arg asiananimation audioplay blog board boardgame book cardgame comicbook comics
        comicstrip disney fanfic fanwork fanworks film filmserial gamebook larp letsplay lightnovel literature machinima
        magazine manga manhua manhwa miniseries music myth newspapercomic newmedia pinball podcast puppetshow
        radio ride roleplay series script sport tabletop tabletopgame tabletoprpg theater theatre themepark toy toys tv
        videogame visualnovel webanimation webcomic webcomics weboriginal website webserial webvideo westernanimation
        wiki wrestling comic animatedfilm audiodrama bandedessinee creepypasta educational game interactivefiction
        webgames webnovel webseries""",
    PageKind.RECAP: "recap",
    PageKind.CHARACTERS: "character characters",
    PageKind.COMMENTARY: """
        allusions analysis awesome awesomemusic bettertropefound drinkinggame fanfiction fanficrecs fetishfuel fridge
        funny goodbadbugs haiku headscratchers heartwarming horrible imagelinks imagesource laconic memes monsterscaling
        narm nightmarefuel phoneticalphabet playingwith quotes reallife referencedby selfdemonstrating shoutout
        shouldhavebeen sourcebook synopsis tearjerker tearjerkers timeline trivia unpublishedworks videoexamples
        whatcouldhavebeen wmg ymmv""",
    PageKind.WIKI: """
        administrivia darthwiki discussion help justforfun pmwiki profiles sandbox site soyouwantto sugarwiki
        tropehall tropers tropertales usefulnotes""",
    PageKind.MAKER: "creator franchise host medianotes person platform",
}
_KIND_BY_NAMESPACE = {namespace: kind for kind, names in _KINDS.items() for namespace in names.split()}
_TROPES_OF_A_WORK = re.compile(r"Tropes(?:[A-Z0-9].*)?To[A-Z0-9].*|Tropes")


def page_kind(page: str) -> PageKind:
    """Return the kind of a page, ``Namespace/Name``; a namespace that is no other kind is the name of a trope."""
    namespace, _, name = page.partition("/")
    kind = _KIND_BY_NAMESPACE.get(namespace.casefold(), PageKind.SUBPAGE)
    return PageKind.WORK_TROPES if kind is PageKind.SUBPAGE and _TROPES_OF_A_WORK.fullmatch(name) else kind
