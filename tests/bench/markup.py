"""Writes a parsed page in the markup of other parsers, with equal words, links, emphasis and hidden text."""

import base64
import html
from collections.abc import Callable, Iterable
from itertools import groupby

from bot.model import Page, Part, PartKind, Span, Style

Write = Callable[[Span], str]


def wikitext(page: Page) -> str:
    """Return the page as MediaWiki markup: folders as headings, spoilers as templates, notes as references."""
    rows = [_text(part, _wikitext, "{{{{spoiler|{}}}}}", "<ref>{}</ref>") for part in page.trope.description]
    for folder, examples in groupby(page.examples, lambda example: example.folder):
        rows.append(f"== {folder} ==")
        for part in (part for example in examples for part in example.parts):
            stars = "*" * part.depth + (":" if part.kind is PartKind.QUOTE else "")
            rows.append(f"{stars} {_text(part, _wikitext, '{{{{spoiler|{}}}}}', '<ref>{}</ref>')}")
    return "\n".join(rows) + "\n"


def markdown(page: Page) -> str:
    """Return the page as Markdown: folders as headings, spoilers and notes as tags."""
    rows = [_text(part, _markdown, "<i>{}</i>", "<s>{}</s>") + "\n" for part in page.trope.description]
    for folder, examples in groupby(page.examples, lambda example: example.folder):
        rows.append(f"\n## {folder}\n")
        for part in (part for example in examples for part in example.parts):
            text = _text(part, _markdown, "<i>{}</i>", "<s>{}</s>")
            indent = "  " * (part.depth - 1)
            rows.append(f"{indent}  > {text}" if part.kind is PartKind.QUOTE else f"{indent}* {text}")
    return "\n".join(rows) + "\n"


def _text(part: Part, write: Write, spoiler: str, note: str) -> str:
    runs = groupby(part.spans, key=lambda span: span.spoiler)
    text = "".join(spoiler.format(_run(run, write)) if hidden else _run(run, write) for hidden, run in runs)
    return text + "".join(note.format(_run(each.spans, write)) for each in part.notes)


def _run(spans: Iterable[Span], write: Write) -> str:
    return "".join(write(span) for span in spans)


def _wikitext(span: Span) -> str:
    text = f"[[{span.page}|{span.text}]]" if span.page else span.text
    text = f"''{text}''" if span.style & Style.ITALIC else text
    return f"'''{text}'''" if span.style & Style.BOLD else text


def _markdown(span: Span) -> str:
    text = f"[{span.text}](<{span.page}>)" if span.page else span.text
    text = f"*{text}*" if span.style & Style.ITALIC else text
    return f"**{text}**" if span.style & Style.BOLD else text


_SPOILER = '<span class="spoiler" title="you can set spoilers visible by default on your profile" >{}</span>'
_NOTE = (
    '<span class="notelabel" onclick="togglenote(\'n1\');"><sup>note&nbsp;</sup></span>'
    '<span id="n1" class="inlinefolder" isnote="true" onclick="togglenote(\'n1\');" '
    'style="cursor:pointer;font-size:smaller;display:none;">{}</span>'
)


def saved_page(page: Page, frame: str, size: int) -> str:
    """Return the page as the wiki shows it, its examples again and again up to a size in bytes, in a case's frame."""
    folders = []
    for folder, examples in groupby(page.examples, lambda example: example.folder):
        items = "".join([_item(example.parts) for example in examples])
        folders.append(
            '<p></p><div class="folderlabel" onclick="togglefolder(\'folder0\');">&nbsp;&nbsp;&nbsp;&nbsp;'
            f'{html.escape(folder or "Other")}&nbsp;</div><div id="folder0" class="folder" isfolder="true" '
            f'style="display:block;">\n<ul >{items}</ul></div>\n'
        )
    article = "".join(folders)
    head, _, foot = frame.partition("<p></p>")
    foot = foot[foot.index('<div class="square_ad footer') :]
    return f"{head}{article * max(1, size // len(article.encode()))}</div>{foot}"


def _item(parts: Iterable[Part]) -> str:
    written, depth = [], 0
    for part in parts:
        text = _text(part, _html, _SPOILER, _NOTE)
        if part.kind is not PartKind.BULLET:
            written.append(f"<div class='indent'>{text}\n</div>")
            continue
        written.append(
            "<ul >" if 0 < depth < part.depth else "</li></ul>" * (depth - part.depth) + "</li>" * bool(depth)
        )
        written.append(f"<li> {text}\n")
        depth = part.depth
    return "".join(written) + "</li></ul>" * (depth - 1) + "</li>"


def _html(span: Span) -> str:
    text = html.escape(span.text)
    if span.page:
        source = base64.b64encode(span.page.removeprefix("Main/").encode()).decode()
        address = f"/pmwiki/pmwiki.php/{span.page}"
        text = f"<a class='twikilink' href='{address}' title='{address}' data-format='{source}'>{text}</a>"
    for style, tag in ((Style.BOLD, "strong"), (Style.ITALIC, "em")):
        text = f"<{tag}>{text}</{tag}>" if span.style & style else text
    return text
