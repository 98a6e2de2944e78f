"""Messages, and the renderers that show the word SECRET in them.

If renderers differ, a comment says why each may be right.
"""

from typing import NamedTuple

CLIENT = "client"
NOTIFICATION = "notification"
PAGE = "simcord page"
DMP = "discord-markdown-parser"
ODIFFEY = "odiffey"

ALL = frozenset({CLIENT, NOTIFICATION, PAGE, DMP, ODIFFEY})
NONE: frozenset[str] = frozenset()
# These parse a whole construct. The notification knows none, and the page pairs signs one by one.
PARSERS = frozenset({CLIENT, DMP, ODIFFEY})


class Known(NamedTuple):
    what: str
    text: str
    shown_by: frozenset[str] = NONE


TAGS = (
    Known("a tag hides", "||SECRET||"),
    Known("a tag amid text hides", "a ||SECRET|| b"),
    Known("two tags side by side are two", "||a||||SECRET||"),
    Known("the second of two tags hides", "||a|| b ||SECRET||"),
    Known("a tag goes on over a line break", "||a\nSECRET||"),
    Known("a pipe before the tag is hidden with it", "|||SECRET||"),
    Known("a pipe at the end strays but the rest is hidden", "||SECRET|||"),
    Known("a tag without an end hides nothing", "||SECRET", ALL),
    Known("half an end is none", "||SECRET|", ALL),
    Known("a blank tag pairs like any", "|| ||SECRET||", ALL),
    Known("a tag with a line break only pairs like any", "||\n||SECRET||", ALL),
    # The client needs one character between the tags, so the four pipes open one; the page pairs them with each other.
    Known("four pipes open a tag", "||||SECRET||", frozenset({PAGE})),
    Known("four pipes end at the next two", "|||| a ||SECRET||", ALL - {PAGE}),
    Known("the 99th tag hides", "||a|| " * 98 + "||SECRET||"),
    Known("what comes after 99 tags does not", "||a|| " * 99 + "||SECRET||", frozenset({CLIENT})),
)

ESCAPES = (
    # The notification knows no escapes, and so sees a tag.
    Known("an escaped tag hides nothing", r"\||SECRET||", ALL - {NOTIFICATION}),
    Known("a tag escaped throughout hides nothing", r"\|\|SECRET\|\|", ALL),
    Known("an escaped backslash escapes nothing", r"\\||SECRET||"),
    # Only the page lets a backslash protect the end.
    Known("an escaped end is an end", r"||a \|| SECRET||", ALL - {PAGE}),
    Known("pipes escaped one by one are no end", r"||a\|\|SECRET||"),
    # A form feed is dropped by the client and both parsers, and then the pipes meet.
    Known("a form feed between pipes", "|\f|SECRET|\f|", frozenset({NOTIFICATION, PAGE})),
)

CODE = (
    Known("a tag in a code span hides nothing", "`||SECRET||`", ALL),
    Known("a tag in a code span of two signs hides nothing", "``||SECRET||``", ALL),
    Known("a tag in a code block hides nothing", "```||SECRET||```", ALL),
    Known("a tag in a code block of rows hides nothing", "```\n||SECRET||\n```", ALL),
    Known("a code span in a tag is hidden", "||a `SECRET` b||"),
    # Only the page reads code before all else, also within a tag.
    Known("a code span in a tag does not protect pipes", "||`a||SECRET`||", ALL - {PAGE}),
    Known("a code span that ends in a tag wins", "`a ||SECRET` b||", ALL),
    # The notification knows no escapes, so its span opens.
    Known("an escaped code span is none but in a notification", r"\`a ||SECRET\` b||", frozenset({NOTIFICATION})),
    Known("an escaped code span around a tag is none either", r"\`||SECRET\`||", frozenset({NOTIFICATION})),
    # Code that runs out of its tag: a reading that takes out all code first is left with no end of the tag.
    Known("a code span that starts in a tag and ends outside", "||SECRET `a|| b`", frozenset({NOTIFICATION, PAGE})),
)

EMPHASIS = (
    *(
        Known(f"{sign} that ends in a tag wins", f"{sign}||SECRET{sign}||", PARSERS)
        for sign in ("*", "_", "**", "__", "~~", "***")
    ),
    Known("emphasis around a tag leaves it whole", "*a ||SECRET|| b*"),
    Known("emphasis in a tag is hidden", "||*SECRET*||"),
    Known("emphasis that starts in a tag loses", "||*SECRET|| a*"),
    Known("escaped emphasis is none", r"\*||SECRET\*||"),
    Known("emphasis left open by emphasis", "***a** b ||SECRET* c||", PARSERS),
    # Only our own model pairs signs amid words: which clients do is not known.
    Known("a sign amid words", "snake_case ||SECRET_case a||", frozenset({CLIENT})),
)

ADDRESSES = (
    Known("a masked link that ends in a tag wins", "[||SECRET](https://a.b)||", PARSERS),
    # The page shows an address only on a hover, but it shows it; the notification hides the tag in it.
    Known("a tag in a link's address hides nothing", "[a](https://a.b/||SECRET||)", ALL - {NOTIFICATION}),
    Known("a tag in a link's label hides", "[a ||SECRET|| b](https://a.b)"),
    # Brackets alone are no link. Our own model trusts none that open before a tag.
    Known("brackets that end in a tag", "[||SECRET]||", frozenset({CLIENT})),
    Known("escaped brackets are none", r"\[||SECRET\](https\://a.b)||"),
    Known("an address takes the pipes it touches", "https://a.b||SECRET||", ALL - {NOTIFICATION}),
    Known("an address apart from the tag takes nothing", "https://a.b ||SECRET||"),
    Known("an escaped address is none", r"https\://a.b||SECRET||"),
    Known("an address in angle brackets takes all", "<https://a.b||SECRET||>", ALL - {NOTIFICATION}),
    # An address unfurls below the message, hidden or not; and the page lets it take the end of the tag.
    Known("an address in a tag unfurls", "||https://a.b/SECRET||", frozenset({CLIENT, PAGE})),
    Known("an address in angle brackets in a tag", "||<https://a.b/SECRET>||", frozenset({CLIENT})),
    Known("an escaped address in a tag is hidden", r"||https\://a.b/SECRET||"),
    *(
        Known(f"{thing} beside a tag leaves it whole", f"{thing}||SECRET||")
        for thing in ("<t:1600000000:R>", "<@123456123456123456>", "<a:run:123456123456123456>", "@everyone")
    ),
)

ROWS = (
    # The notification knows no rows. In CommonMark, small text, quotes and lists go on in the next row.
    Known("a heading ends its tags", "# ||a\nSECRET||", ALL - {NOTIFICATION}),
    Known("a heading ends at a carriage return", "# ||a\rSECRET||", ALL - {NOTIFICATION}),
    Known("small text ends its tags", "-# ||a\nSECRET||", PARSERS),
    Known("a quote ends its tags", "> ||a\nSECRET||", PARSERS),
    # One of the parsers knows no lists.
    *(
        Known(f"a list with {sign} ends its tags", f"{sign} ||a\nSECRET||", frozenset({CLIENT, ODIFFEY}))
        for sign in ("-", "*", "1.")
    ),
    # A quote of all that follows goes on; our own model trusts no row with a sign.
    Known("a quote of all that follows", ">>> ||a\nSECRET||", frozenset({CLIENT})),
    Known("a tag over quoted rows", "> ||a\n> SECRET||", frozenset({CLIENT})),
    Known("tags of their own on quoted rows hide", "> ||a||\n> ||SECRET||"),
    Known("emphasis over quoted rows wins", "> *a\n> ||SECRET*||", PARSERS),
    Known("an escaped sign starts no row", "\\# ||a\nSECRET||"),
    # CommonMark cuts a paragraph where a row with a sign starts, Discord does not.
    Known("a sign within a tag's second row", "||a\n# SECRET||", frozenset({PAGE})),
    Known("a rule within a tag's second row", "||a\n---\nSECRET||", frozenset({PAGE})),
    Known("four blanks are code in CommonMark only", "    ||SECRET||", frozenset({PAGE})),
    Known("a table is one in some markdown only", "a | b\n--|--\n||SECRET|| | b", frozenset({PAGE})),
    # A blank line ends all in one renderer, and our own model believes it.
    Known("a tag over a blank line", "||a\n\nSECRET||", frozenset({CLIENT, PAGE})),
    Known("a tag for each paragraph hides", "||a||\n\n||SECRET||"),
    # No parser takes these for line breaks; our own model counts every break that any program might.
    Known("a tag over a blank line of another kind", "||a\u2028\u2028SECRET||", frozenset({CLIENT})),
    Known("a list row with a break of another kind", "- ||a\u2028SECRET||", frozenset({CLIENT})),
)

KNOWN = (*TAGS, *ESCAPES, *CODE, *EMPHASIS, *ADDRESSES, *ROWS)

# Messages in which every renderer shows the word CLEAR.
OPEN = (
    "CLEAR",
    "CLEAR ||a||",
    "||a|| CLEAR ||b||",
    "||a||||b|| CLEAR",
    "*CLEAR* ||a||",
    "||a|| **CLEAR** ||b||",
    "`CLEAR` ||a||",
    "# CLEAR\n||a||",
    "> ||a|| CLEAR",
    "- ||a||\n- CLEAR",
    "||a||\n\nCLEAR\n\n||b||",
    "|||| CLEAR",
    "[CLEAR](https://a.b)",
    "https://a.b/CLEAR",
)
