"""The inline marks as one regular expression.

Every mark begins with one of a few signs, so the expression begins with their set: the engine then skips plain text at
full speed (measured at five times that of a plain alternation). The table says what may follow a sign; the name of the
group that matched says which mark it is. No alternative runs past the next bracket, brace or word, so that a search
over any text takes linear time.
"""

import re

from bot.wiki.links import WIKI_WORD, WIKI_WORD_REST

_TARGET = r"(?: [A-Z][A-Za-z0-9]*[/.] )? (?: \{\{[^{}\[\]]*\}\} | [A-Z0-9][A-Za-z0-9]* )"
_NO_TEXT = (
    r"/?(?: foldercontrol | index | hardline | noreallife | invoked | noinclude ) | /folder | folder:[^\[\]]*"
    r"| redirect:[^\[\]]* | \#[^\[\]\s]*"
)
_TEXT_STAYS = r"(?: AC | WMG | center | sup | sub | rtl ): | (?: color | size | indent ):[^:\[\]]*:"

# sign: what may follow it, in order of trial.
_AFTER = {
    r"\[": rf"""
        \[ (?: (?P<spoiler_pair> (?i:spoiler) \]\] )
             | (?P<end_spoiler> /(?i:spoiler) \]\] )
             | (?P<spoiler> [ \t]* (?: (?i:spo[a-z]*)[ \t]*[:;][ \t]* | (?i:spoilers?)[ \t]+ ) )
             | (?P<note> (?: note | labelnote:(?P<label>[^\[\]]*) ) \]\] )
             | (?P<end_note> /(?:label)?note \]\] )
             | (?P<picture> quote(?:right|left|center)?: )
             | (?P<caption> caption-width[a-z-]*:[0-9]*:? )
             | (?P<box> float-?box[a-z]*:[ \t]* )
             | (?P<soft_return> softreturn \]\] )
             | (?P<void> (?: {_NO_TEXT} ) \]\] )
             | (?P<strike> strike: )
             | (?P<kept> {_TEXT_STAYS} )
             | (?P<bracket_address> (?: (?:https?|ftp):// | mailto: | /pmwiki/ )[^\s\[\]]*[ \t]* )
             | (?P<cut_link> [ \t]+ )
             | (?P<link> (?P<target> {_TARGET} ) (?: (?P<gap>[ \t]+) | (?=\]\]) ) )
             | (?P<unknown> (?: /?[a-z][A-Za-z-]*: )? )
        )
        | (?P<escape> [=@] )
        | (?P<open_size> [-+]{{1,3}} )
    """,
    r"\]": r"(?P<close> \] )",
    r"'": r"(?P<raised> \^[^\^\[\]']*\^' | _[^_\[\]']*_' ) | (?P<quotes> '+ )",
    r"\{": r"(?P<braces> \{[^{}\[\]]*\}\}[A-Za-z]* )",
    r"[A-Z]": rf"""
        (?P<word> (?<! [A-Za-z0-9][A-Z] )
            (?: [A-Za-z0-9]*+[/.] (?: \{{\{{[^{{}}\[\]]*\}}\}}[A-Za-z]* | {WIKI_WORD} ) | {WIKI_WORD_REST} )
        )
    """,
    r"[-+]": r"(?P<close_size> [-+]{0,2}\] ) | (?<=-) (?P<dash> -+>? )",
    r"@": r"(?P<monospace> @ )",
    r"%": r"(?P<comment> % ) | (?P<style_mark> [A-Za-z][A-Za-z0-9_=\#-]*% )",
    r":": r"(?: (?<=http:) | (?<=https:) ) (?P<address> //[^\s\[\]]+ )",
}


def _compiled() -> re.Pattern[str]:
    signs = "".join(sign.strip("[]") if sign.startswith("[") else sign for sign in _AFTER)
    cases = "|".join(f"(?<={sign})(?:{rest})" for sign, rest in _AFTER.items())
    return re.compile(f"[{signs}](?:{cases})", re.VERBOSE)


MARK = _compiled()
