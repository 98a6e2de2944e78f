"""The inline tokens as one regular expression, whose groups name them.

It starts with the set of first signs, so that the engine skips plain text fast. No alternative runs past the next
bracket, brace or word, so a search takes linear time.
"""

import re

from bot.wiki.links import ANCHOR, CAPITALS_AND_DIGITS, WIKI_WORD, WIKI_WORD_REST

_LINK_TARGET = (
    r"(?: [A-Z][A-Za-z0-9]*[/.] (?: \{\{[^{}\[\]]*\}\} | [A-Za-z0-9]+ ) | \{\{[^{}\[\]]*\}\} | [A-Z0-9][A-Za-z0-9]* )"
)
_VOID_TAGS = (
    r"/? (?i: foldercontrol | index | hardline | noreallife | invoked | noinclude | folder ) | (?i:redirect:)[^\[\]]*"
    r"| \#[^\[\]\s]*"
)
_TRANSPARENT_TAGS = r"(?i: AC | WMG | center | sup | sub | rtl ): | (?i: color | size | indent ):[^:\[\]]*:"
# Misspelt spoilers hide too: "spolier", "psoiler", "soiler".
_SPOILER_TAG = r"(?i: (?= [a-z]*+ \s* [:;] ) (?: spo[a-z]* | [a-z]*oil[a-z]* ) \s*[:;]\s* | spoilers? (?: \s+ | \Z ) )"

_WIKI_LINK = rf"""
    (?: [A-Za-z0-9]*+[/.] (?: \{{\{{[^{{}}\[\]]*\}}\}}[A-Za-z]* | {WIKI_WORD} | {CAPITALS_AND_DIGITS} )
    | {WIKI_WORD_REST} ) (?: {ANCHOR} )?
"""  # after its first capital

# First sign -> tokens, in the order in which they are tried: capitals are the most frequent.
_TOKENS_BY_SIGN = {
    # The first look tells most words apart that are only capitalised.
    r"[A-Z]": rf"(?P<wiki_word> (?= [a-z]*+ (?: [A-Z0-9] | [/.][A-Z{{] ) ) (?<! [A-Za-z0-9][A-Z] ) {_WIKI_LINK} )",
    r"'": rf"""
        (?P<italic_link> '[A-Z] {_WIKI_LINK} '' (?!') )  # most bullets begin with one
        | (?P<superscript> \^[^\^\[\]']*\^' | _[^_\[\]']*_' )
        | (?P<quotes> '+ )
    """,
    r"\[": rf"""
        (?P<escape> [=@] )
        | \[ (?! \[(?![\[=@]) )  # the last two of an odd run of brackets are the sign
             (?: (?P<bracket_escape> (?=[=@]) )
             | (?P<spoiler_tag> (?i:spoiler) \]\] )
             | (?P<end_spoiler_tag> /(?i:spoiler) \]\] )
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
             | (?P<transparent> {_TRANSPARENT_TAGS} )
             | (?P<bracket_address> (?: (?:https?|ftp):// | mailto: | /pmwiki/ )[^\s\[\]]*\s* )
             | (?P<link_without_target> \s+ | \#[^\s\[\]]*\s+ )
             | (?P<link> (?P<target> {_LINK_TARGET} ) (?: \#[^\s\[\]]* )? (?: (?P<gap>\s+) | (?=\]\]) ) )
             | (?P<unknown> (?: /?[a-z][A-Za-z-]*: )? )
        )
        | (?P<open_size> [-+]{{1,3}} )
    """,
    r"\]": r"(?P<close> \] )",
    r"\{": r"(?P<brace_link> \{[^{}\[\]]*\}\}[A-Za-z]* )",
    r"[+\-]": r"(?P<close_size> [-+]{0,2}\] ) | (?<=-) (?P<dash> -+>? )",
    r"@": r"(?P<monospace> @ )",
    r"%": r"(?P<style_mark> (?<![0-9]%) [A-Za-z][A-Za-z0-9_=\#-]*% )",
    r":": r"(?: (?<=http:) | (?<=https:) ) (?P<address> //[^\s\[\]]+ )",
}


def _compile_tokens() -> re.Pattern[str]:
    signs = "".join(sign.strip("[]") if sign.startswith("[") else sign for sign in _TOKENS_BY_SIGN)
    cases = "|".join(f"(?<={sign})(?:{rest})" for sign, rest in _TOKENS_BY_SIGN.items())
    return re.compile(f"[{signs}](?:{cases})", re.VERBOSE)


TOKEN = _compile_tokens()
SPOILER_OPENING = re.compile(rf"\[\[ (?: spoiler\]\] | \s* {_SPOILER_TAG} )", re.VERBOSE | re.IGNORECASE)
