"""The inline marks as one regular expression.

Every mark begins with one of a few signs, so the expression begins with their set: the engine then skips plain text at
full speed. The name of the group that matched says which mark it is. No alternative runs past the next bracket, brace
or word, so that a search over any text takes linear time.
"""

import re

from bot.wiki.links import WIKI_WORD, WIKI_WORD_REST

_LINK_TARGET = (
    r"(?: [A-Z][A-Za-z0-9]*[/.] (?: \{\{[^{}\[\]]*\}\} | [A-Za-z0-9]+ ) | \{\{[^{}\[\]]*\}\} | [A-Z0-9][A-Za-z0-9]* )"
)
_VOID_TAGS = (
    r"/? (?i: foldercontrol | index | hardline | noreallife | invoked | noinclude | folder ) | (?i:redirect:)[^\[\]]*"
    r"| \#[^\[\]\s]*"
)
_TRANSPARENT_TAGS = r"(?i: AC | WMG | center | sup | sub | rtl ): | (?i: color | size | indent ):[^:\[\]]*:"
# Misspelt spoilers hide too: "spolier", "psoiler", "soiler".
_SPOILER_TAG = r"(?i: (?= [a-z]*+ \s* [:;] ) (?: spo[a-z]* | [a-z]*oil[a-z]* ) \s*[:;]\s* | spoilers? \s+ )"

# sign: what may follow it, in order of trial.
_TOKENS_BY_SIGN = {
    r"\[": rf"""
        (?P<escape> [=@] )
        | \[ (?! \[(?![\[=@]) )  # of an odd run of brackets the last two are the sign
             (?: (?P<bracket_escape> (?=[=@]) )
             | (?P<spoiler_pair> (?i:spoiler) \]\] )
             | (?P<end_spoiler> /(?i:spoiler) \]\] )
             | (?P<spoiler> \s* {_SPOILER_TAG} )
             | (?P<note> (?i:note) \]\] )
             | (?P<note_label> (?i:labelnote:) )
             | (?P<end_note> /(?i:(?:label)?note) \]\] )
             | (?P<picture> (?i:quote(?:right|left|center)?:) )
             | (?P<caption> (?i:caption-width[a-z-]*:)[0-9]*:? )
             | (?P<box> (?i:float-?box[a-z]*:)[ \t]* )
             | (?P<soft_return> (?i:softreturn) \]\] )
             | (?P<void> (?: {_VOID_TAGS} ) \]\] )
             | (?P<strike> (?i:strike:) )
             | (?P<kept> {_TRANSPARENT_TAGS} )
             | (?P<bracket_address> (?: (?:https?|ftp):// | mailto: | /pmwiki/ )[^\s\[\]]*\s* )
             | (?P<cut_link> \s+ )
             | (?P<link> (?P<target> {_LINK_TARGET} ) (?: (?P<gap>\s+) | (?=\]\]) ) )
             | (?P<unknown> (?: /?[a-z][A-Za-z-]*: )? )
        )
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
    r"%": r"(?P<style_mark> (?<![0-9]%) [A-Za-z][A-Za-z0-9_=\#-]*% )",
    r":": r"(?: (?<=http:) | (?<=https:) ) (?P<address> //[^\s\[\]]+ )",
}


def _compile_tokens() -> re.Pattern[str]:
    signs = "".join(sign.strip("[]") if sign.startswith("[") else sign for sign in _TOKENS_BY_SIGN)
    cases = "|".join(f"(?<={sign})(?:{rest})" for sign, rest in _TOKENS_BY_SIGN.items())
    return re.compile(f"[{signs}](?:{cases})", re.VERBOSE)


TOKEN = _compile_tokens()
