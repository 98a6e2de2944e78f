"""Writes a parsed page in the markup of other parsers, with equal words, links, emphasis and hidden text."""

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
