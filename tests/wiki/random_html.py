"""Random saved web pages: soups of tags with an oracle that knows what they hide, and models that have a source too."""

import base64
import html
from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st
from turbohtml import Element, Text, parse

from tests.wiki.saved_cases import ARTICLE

SKIPPED = frozenset("script style noscript iframe ins template svg form select button textarea title".split())
# --- soups

_OPENERS = (
    "<p>", "<ul>", "<li>", "<ol>", "<dl>", "<dd>", "<dt>", "<div>", '<div class="indent">', "<table>", "<tr>", "<td>",
    "<h2>", "<h3>", "<em>", "<strong>", "<b>", "<i>", "<strike>", "<code>", "<small>", "<span>",
    '<span class="asscaps">', '<span class="notelabel"><sup>',
    '<span class="inlinefolder" isnote="true" style="display:none">',
    '<div class="folderlabel" onclick="togglefolder(\'folder0\');">', '<div class="folder" isfolder="true">',
    '<div class="acaptionright">', '<div class="quoteright">', '<div class="floatboxright">', "<center>",
    "<blockquote>",
    '<a class="twikilink" href="/pmwiki/pmwiki.php/Film/RunLolaRun">', '<a class="urllink" href="https://example.org">',
    "<a class=twikilink title=/pmwiki/pmwiki.php/Main/BringNewsBack data-format=QnJpbmdOZXdzQmFjaw==>", "<UL><LI>",
)  # fmt: skip
_SPOILERS = (
    '<span class="spoiler">', "<span class=spoiler title='you can set spoilers visible by default on your profile'>",
    '<SPAN CLASS="x SPOILER">', '<div class="spoiler">', '<li class="spoiler">', '<em class="spoiler">',
    '<span title="you can set spoilers visible by default on your profile"> ', '<p class="spoiler">',
)  # fmt: skip
_CLOSERS = tuple(
    f"</{tag}>"
    for tag in "p ul li ol dl dd dt div table tr td h2 em strong b i span span a center sup small blockquote".split()
)
_WHOLE = (
    " ", "\n", "&nbsp;", "<br>", "<hr>", "<!-- comment -->", "<!&#8212;index&#8212;>", "<!&#8212;/index&#8212;>",
    "&amp;", "<script>x</script>", "<img alt=x>", '<div class="square_ad">x</div>', "</", "<", "<!", "&", "◊", "—",
)  # fmt: skip
_WORD = "<>"


@dataclass(frozen=True, slots=True)
class Soup:
    """A saved page with the words in it."""

    html: str
    visible: tuple[str, ...]
    hidden: tuple[str, ...]


_GROUPS = [(_WORD,), _OPENERS, _SPOILERS, _CLOSERS, _WHOLE]
# Each group as often as another.
TOKENS = [token for group in _GROUPS for token in group * round(max(map(len, _GROUPS)) / len(group))]


def soups() -> st.SearchStrategy[Soup]:
    """Articles of random tags, well nested or not."""
    return st.lists(st.sampled_from(TOKENS), max_size=40).map(soup_of_tokens)


def soup_of_tokens(tokens: list[str]) -> Soup:
    """Return the article of some tokens, with unique words in their places."""
    numbers = count(1)
    article = "".join(f"w{next(numbers)}x" if token == _WORD else token for token in tokens)
    return soup_of(ARTICLE.format(article), [f"w{number}x" for number in range(1, next(numbers))])


def soup_of(page: str, words: list[str]) -> Soup:
    """Return a page with those of its words that a browser shows, and those that it shows only as spoilers."""
    visible, hidden = [], []
    article = parse(page).select_one("#main-article")
    for node in article.descendants if article else ():
        if not isinstance(node, Text) or any(_is_skipped(each) for each in _ancestors(node)):
            continue
        found = [word for word in words if word in node.data]
        if any(_hides(each) for each in _ancestors(node)):
            hidden += found
        else:
            visible += found
    return Soup(page, tuple(visible), tuple(hidden))


def _ancestors(node: Text) -> list[Element]:
    return [each for each in node.ancestors if isinstance(each, Element)]


def _is_skipped(element: Element) -> bool:
    return element.tag in SKIPPED or element.attr("class") == "square_ad"


def _hides(element: Element) -> bool:
    title = element.attr("title") or ""
    return "spoiler" in (element.attr("class") or "").lower() or title.startswith("you can set spoilers visible")


# --- models


@dataclass(frozen=True, slots=True)
class Markup:
    """The same thing as wiki markup and as HTML."""

    source: str
    html: str


_WORDS = st.lists(
    st.sampled_from("she runs far away from a red house & 3 < 4 “home” far—away naïve ©".split()),
    min_size=1,
    max_size=4,
)
_PAGES = {
    "Film/RunLolaRun": "Run Lola Run",
    "Series/HarbourNights": "Harbour Nights",
    "Main/BringNewsBack": "Bring News Back",
    "Creator/SomeBody": "Some Body",
}


def _words() -> st.SearchStrategy[Markup]:
    return _WORDS.map(" ".join).map(lambda text: Markup(text.replace("—", "--"), html.escape(text)))


def _link(page: str, label: Markup | None) -> Markup:
    typed = page.removeprefix("Main/")
    source = f"[[{typed} {label.source}]]" if label else typed
    shown = label.html if label else _PAGES[page]
    packed = base64.b64encode(html.escape(source).encode()).decode()
    address = f"/pmwiki/pmwiki.php/{page}"
    return Markup(source, f"<a class='twikilink' href='{address}' title='{address}' data-format='{packed}'>{shown}</a>")


def _styled(sign: str, tag: str) -> st.SearchStrategy[Markup]:
    return _words().map(lambda inner: Markup(f"{sign}{inner.source}{sign}", f"<{tag}>{inner.html}</{tag}>"))


def _pieces() -> st.SearchStrategy[Markup]:
    pages = st.sampled_from(sorted(_PAGES))
    return st.one_of(
        _words(),
        _styled("''", "em"),
        _styled("'''", "strong"),
        st.builds(_link, pages, st.none() | _words()),
        st.builds(_link, pages, st.none()).map(lambda link: Markup(f"''{link.source}''", f"<em>{link.html}</em>")),
    )


def _joined(pieces: list[Markup]) -> Markup:
    return Markup(" ".join(piece.source for piece in pieces), " ".join(piece.html for piece in pieces))


def _spoiler(inner: Markup) -> Markup:
    title = "you can set spoilers visible by default on your profile"
    return Markup(f"[[spoiler:{inner.source}]]", f'<span class="spoiler" title="{title}" >{inner.html}</span>')


def _note(label: str | None, inner: Markup) -> Markup:
    opener, closer = (f"[[labelnote:{label}]]", "[[/labelnote]]") if label else ("[[note]]", "[[/note]]")
    shown = f'<span class="notelabel" onclick="togglenote(\'n\');"><sup>{label or "note"}&nbsp;</sup></span>'
    body = f'<span id="n" class="inlinefolder" isnote="true" style="display:none;">{inner.html}</span>'
    return Markup(f"{opener}{inner.source}{closer}", shown + body)


def _texts() -> st.SearchStrategy[Markup]:
    plain = st.lists(_pieces(), min_size=1, max_size=3).map(_joined)
    hidden = plain.map(_spoiler)
    note = st.builds(_note, st.sampled_from([None, "why", "click here"]), st.one_of(plain, hidden))
    hidden_note = st.builds(
        lambda text, its_note: _spoiler(Markup(text.source + its_note.source, text.html + its_note.html)), plain, note
    )
    noted = st.builds(
        lambda text, its_note: Markup(text.source + its_note.source, text.html + its_note.html), plain, note
    )
    return st.lists(st.one_of(plain, hidden, noted, hidden_note), min_size=1, max_size=3).map(_joined)


@st.composite
def _bullets(draw: st.DrawFn, level: int = 1) -> Markup:
    """A list, each bullet with quotes and bullets of its own."""
    rows, items = [], []
    for _ in range(draw(st.integers(1, 3))):
        text = draw(_texts())
        row, item = [f"{'*' * level} {text.source}"], [f"<li> {text.html}\n"]
        if draw(st.integers(0, 3)) == 0:
            quote = draw(_texts())
            row.append(f"{'-' * (level + 1)}> {quote.source}")
            item.append(f"<div class='indent'>{quote.html}\n</div>")
        if level < 3 and draw(st.integers(0, 3)) == 0:
            inner = draw(_bullets(level + 1))
            row.append(inner.source)
            item.append(inner.html)
        rows += row
        items.append("".join(item) + "</li>")
    return Markup("\n".join(rows), f"<ul >{''.join(items)}</ul>")


@st.composite
def models(draw: st.DrawFn) -> Markup:
    """Pages as their source and as the wiki shows them."""
    description = draw(_texts())
    rows, shown = [description.source, "----"], [f"<p>{description.html}\n</p><hr data-format='&#8212;&#8212;' />"]
    for index in range(draw(st.integers(0, 2))):
        title, bullets = draw(st.sampled_from(["Film -- Live-Action", "Music", "Theatre"])), draw(_bullets())
        rows += [f"[[folder:{title}]]", bullets.source, "[[/folder]]"]
        label = f"&nbsp;&nbsp;{title.replace('--', '&mdash;')}&nbsp;"
        shown += [
            f"<p></p><div class='folderlabel' onclick='togglefolder(\"folder{index}\");'>{label}</div>",
            f"<div id='folder{index}' class='folder' isfolder='true'>\n{bullets.html}</div>",
        ]
    last = draw(_bullets())
    return Markup("\n".join([*rows, last.source]), ARTICLE.format("\n".join([*shown, last.html])))
