"""What is true of every page, whatever its source."""

import json
from collections.abc import Iterable, Iterator

from bot.cli.jsonl import json_lines
from bot.model import Note, Page, Part, Span, plain_text, visible_text


def parts_of(page: Page) -> Iterator[Part]:
    yield from page.trope.description
    for example in page.examples:
        yield from example.parts
    yield from page.other_parts


def every_text(page: Page) -> str:
    """Return all text of a page, including hidden text."""
    texts = [plain_text(page.trope.caption), *(example.folder or "" for example in page.examples)]
    for part in parts_of(page):
        texts += [part.text, *(note.label for note in part.notes), *(plain_text(note.spans) for note in part.notes)]
    return "\n".join(texts)


def everything_in_clear(page: Page) -> str:
    """Return all visible text of a page: text, labels, links, titles and diagnostics."""
    texts = [page.trope.title, *page.trope.related_tropes, *page.listed_subpages, *_clear(page.trope.caption)]
    for example in page.examples:
        texts += [example.key, example.folder or "", *(f"{work.title} {work.page}" for work in example.works)]
        if example.medium:
            texts += [example.medium.slug, example.medium.name, example.medium.group.name, *example.medium.aliases]
    for part in parts_of(page):
        texts += [*_clear(part.spans), *(text for note in part.notes for text in _clear_note(note))]
    texts += [*page.learned_titles, *page.learned_titles.values(), *page.listed_subpages]
    return "\n".join([*texts, *(f"{each.message} {each.interpretation}" for each in page.diagnostics)])


def found(words: list[str], text: str) -> list[str]:
    """Return the words that are in a text. In a WikiWord, they may be spaced and capitalised."""
    text = text.casefold().replace(" ", "")
    return [word for word in words if word in text]


def _clear(spans: Iterable[Span]) -> Iterator[str]:
    spans = list(spans)
    yield visible_text(spans)
    yield from (span.page for span in spans if span.page and not span.spoiler)


def _clear_note(note: Note) -> Iterator[str]:
    yield from _clear(note.spans)
    if not note.spoiler:
        yield note.label


def assert_sound(page: Page) -> None:
    """Assert that parts are well-formed and that the page is valid JSON in UTF-8."""
    for part in parts_of(page):
        _assert_spans(part.spans)
        assert part.spans or part.notes or part.source_line
        assert [note.offset for note in part.notes] == sorted(note.offset for note in part.notes)
        for note in part.notes:
            assert 0 <= note.offset <= len(part.text)
            assert note.label
            _assert_spans(note.spans)
    _assert_spans(page.trope.caption)
    assert [example.number for example in page.examples] == list(range(1, len(page.examples) + 1))
    assert len({example.key for example in page.examples}) == len(page.examples)
    for line in json_lines(page.trope, page.examples):
        assert isinstance(json.loads(line.encode("utf-8")), dict)


def _assert_spans(spans: tuple[Span, ...]) -> None:
    assert all(span.text and span.spoiler >= 0 and "\0" not in span.text for span in spans)
    assert all(span.page is None or (span.page.count("/") == 1 and span.page[-1] != "/") for span in spans)
    text = plain_text(spans)
    assert text == text.strip()
