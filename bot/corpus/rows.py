"""The rows of a trope in each table. Pure, so worker processes can make them."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from bot.corpus.codec import (
    compress,
    layout_to_json,
    lines_to_json,
    parts_to_json,
    to_json,
    trope_to_json,
    works_to_json,
)
from bot.corpus.index_rows import HiddenRow, IndexRow, VisibleRow, index_row
from bot.corpus.index_terms import EXAMPLE_ID_BITS
from bot.corpus.names import Label, name_keys, title_key, visible_labels
from bot.corpus.pages import StoredPage, merge_pages, missing_subpages, order_pages, retitle
from bot.corpus.sentences import sentence_place
from bot.model import (
    MAX_TITLE_LENGTH,
    MAX_WORKS_SERVED,
    MAX_WORKS_SPOILED,
    Appearances,
    Example,
    ExampleLayout,
    Medium,
    Part,
    Trope,
    TropeLayout,
    Work,
    visible_text,
)
from bot.model.names import normalize_title, normalize_words

SHUFFLE_KEY_BITS = 60
EXAMPLE_NUMBER_BITS = 16
MAX_EXAMPLES_PER_TROPE = (1 << EXAMPLE_NUMBER_BITS) - 1
MAX_TROPES = (1 << EXAMPLE_ID_BITS - EXAMPLE_NUMBER_BITS) - 1
EXAMPLES_PER_SLICE = 4_000
MAX_LEARNED_TITLES = 5_000  # of one page
PAGE_NUMBER_BITS = 20  # of a long example
MAX_PAGE_NUMBER, NOTES_PAGE = (1 << PAGE_NUMBER_BITS) - 1, 0
MAX_MISSING_NAMES = 8
NO_TITLES: Mapping[str, str] = {}

Row = tuple[object, ...]
WorkRow = tuple[str, str, str]  # ref, title and its key
SharedColumns = tuple[int, str | None, int, int]  # an example's id, medium, whether it has spoilers, and shuffle key


@dataclass(slots=True)
class ExampleRows:
    """The rows of some examples of a trope, a list for each table.

    Their values are of plain types, 1 and not True: sqlite3 and pickle take much longer for any other.
    """

    media: list[Row] = field(default_factory=list)
    works: list[WorkRow] = field(default_factory=list)
    counts: list[Row] = field(default_factory=list)
    examples: list[Row] = field(default_factory=list)
    example_pages: list[Row] = field(default_factory=list)
    long_examples: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    example_works: list[Row] = field(default_factory=list)
    work_pages: list[tuple[str, str]] = field(default_factory=list)
    work_mentions: list[Row] = field(default_factory=list)
    works_spoiled: list[Row] = field(default_factory=list)
    visible_index: list[VisibleRow] = field(default_factory=list)
    hidden_index: list[HiddenRow] = field(default_factory=list)


@dataclass(slots=True)
class TropeRows:
    """The rows of one trope. Those of a large one are made while they are written: all at once need much memory."""

    trope_id: int
    name: str
    trope: Row
    trope_keys: list[Row]
    labels: list[Row]
    label_keys: list[Row]
    pages: list[Row]
    title_votes: Counter[tuple[str, str]]  # pages that register a title, by page and title
    example_count: int
    slices: Iterable[ExampleRows]

    @property
    def is_large(self) -> bool:
        """Whether it has several slices."""
        return self.example_count > EXAMPLES_PER_SLICE


@dataclass(frozen=True, slots=True)
class Layouts:
    """What cards show of texts."""

    example: Callable[[Example], ExampleLayout | None]  # None if the example fits one page
    trope: Callable[[Trope], TropeLayout]
    appearances: Callable[[Example], Appearances]


def trope_rows(
    pages: Sequence[StoredPage], trope_id: int, layouts: Layouts, titles: Mapping[str, str] = NO_TITLES
) -> TropeRows:
    """Return the rows for a trope's pages, with at most MAX_EXAMPLES_PER_TROPE examples.

    `titles` replace those on the pages, by page in lower case.
    """
    in_order = _in_order(pages)
    page = retitle(merge_pages([each.page for each in pages]), titles)
    trope = page.trope
    missing = missing_subpages([each.page.name for each in pages], page.listed_subpages)
    labels = visible_labels(page.examples)
    subpages = {each.page.name: position for position, each in enumerate(in_order) if each.page.subpage}
    slices = _Slices(trope_id, trope.name, page.examples, layouts, subpages)
    rows = TropeRows(
        trope_id,
        trope.name,
        (
            trope_id,
            trope.name,
            trope.ref,
            trope.title,
            normalize_title(trope.title),
            len(page.examples),
            layout_to_json(layouts.trope(trope)),
            to_json([len(missing), missing[:MAX_MISSING_NAMES]]),
            trope_to_json(trope),
        ),
        [(key, trope_id, int(is_name)) for key, is_name in name_keys(trope.title)],
        [(trope_id, *label) for label in labels],
        _label_keys(labels, trope_id),
        _page_rows(in_order, trope_id),
        Counter([vote for each in pages for vote in learned_titles(each)]),
        len(page.examples),
        slices,
    )
    if not rows.is_large:
        rows.slices = list(slices)
    return rows


class _Slices:
    """Make the rows of examples, EXAMPLES_PER_SLICE at a time."""

    def __init__(
        self,
        trope_id: int,
        trope: str,
        examples: Sequence[Example],
        layouts: Layouts,
        subpages: Mapping[str, int],  # positions by name
    ) -> None:
        self._trope_id, self._trope, self._examples, self._layouts = trope_id, trope, examples, layouts
        self._subpages = subpages

    def __iter__(self) -> Iterator[ExampleRows]:
        counts = Counter([ref for example in self._examples for ref in {work.ref for work in example.works}])
        repeated = {ref for ref, count in counts.items() if count > 1}
        for start in range(0, len(self._examples), EXAMPLES_PER_SLICE):
            yield self._rows(self._examples[start : start + EXAMPLES_PER_SLICE], repeated)

    def _rows(self, examples: Sequence[Example], repeated: set[str]) -> ExampleRows:
        """Return the rows of some examples. `repeated` are the refs of works that several of the trope have.

        One kind of row is made after the other, so that the processor's caches hold the code of each.
        """
        rows = ExampleRows()
        ids = [example_id(self._trope_id, example.number) for example in examples]
        indexed = [index_row(row_id, self._trope_id, each) for row_id, each in zip(ids, examples, strict=True)]
        rows.visible_index = [row.of_visible for row in indexed]
        rows.hidden_index = [hidden for row in indexed for hidden in row.of_hidden]
        columns = [_shared_columns(self._trope, *each) for each in zip(ids, examples, indexed, strict=True)]
        rows.counts = [(self._trope_id, *cell) for cell in _count(columns, indexed)]
        for example, shared in zip(examples, columns, strict=True):
            self._add_example(rows, example, shared, repeated)
        long = {row_id for row_id, *_ in rows.long_examples}
        for example, shared in zip(examples, columns, strict=True):
            # The parts of a long example are compressed, so that its sentences have no places.
            self._add_appearances(rows, example, shared, () if shared[0] in long else example.parts)
        _add_works_and_media(rows, examples)
        return rows

    def _add_example(self, rows: ExampleRows, example: Example, shared: SharedColumns, repeated: set[str]) -> None:
        row_id, medium, has_spoilers, key = shared
        works = example.works[:MAX_WORKS_SERVED]
        spoiler_count, spoiled_json = 0, None
        if has_spoilers:
            spoiler_count, spoiled = example.spoiler_count, works_spoiled(example)
            spoiled_json = works_to_json(spoiled, works)
            rows.works_spoiled += [(row_id, work.ref, medium) for work in spoiled]
        notes = sum([len(part.notes) for part in example.parts])
        work_has_more = int(bool(works) and works[0].ref in repeated)
        about = works_to_json(works), work_has_more, spoiler_count, notes, spoiled_json
        text = _add_text(rows, row_id, example, self._layouts.example(example))
        place = self._subpages.get(example.subpage or ""), example.parts[0].source_line if example.parts else 0
        rows.examples.append((row_id, example.key, example.folder, medium, has_spoilers, key, *about, *text, *place))

    def _add_appearances(
        self, rows: ExampleRows, example: Example, shared: SharedColumns, parts: Sequence[Part]
    ) -> None:
        """Add the rows of the works that an example is about or mentions. `parts` may have their sentences."""
        row_id, medium, has_spoilers, key = shared
        works, mentions = self._layouts.appearances(example)
        for ref, (relation, is_hidden, sentence) in works.items():
            shown, place = (int(relation), int(is_hidden)), sentence_place(sentence, parts)
            rows.example_works.append((row_id, ref, medium, has_spoilers, *shown, key, place))
        for page, (_, is_hidden, sentence) in mentions.items():
            place = sentence_place(sentence, parts)
            rows.work_mentions.append((row_id, page, medium, has_spoilers, int(is_hidden), place))


def _shared_columns(trope: str, row_id: int, example: Example, indexed: IndexRow) -> SharedColumns:
    medium = example.medium.slug if example.medium else None
    return row_id, medium, int(indexed.hidden is not None), shuffle_key(trope, example.key)


def _count(columns: Iterable[SharedColumns], indexed: Iterable[IndexRow]) -> Iterator[Row]:
    """Yield how many examples and words there are of each medium, with and without spoilers."""
    counts: dict[tuple[str | None, int], tuple[int, int]] = {}
    for (_, medium, has_spoilers, _), row in zip(columns, indexed, strict=True):
        number, words = counts.get((medium, has_spoilers), (0, 0))
        counts[medium, has_spoilers] = number + 1, words + row.length
    for cell, count in counts.items():
        yield *cell, *count


def _add_works_and_media(rows: ExampleRows, examples: Sequence[Example]) -> None:
    works = [work for example in examples for work in example.works]
    titles = {work.ref: work.title for work in works}
    rows.works = [(ref, title, title_key(title)) for ref, title in titles.items()]
    for example in examples:  # repeated for each: the footprint of a page counts them
        rows.work_pages += {(work.ref, work.page.casefold()) for work in example.works if work.page}
    media = {example.medium.slug: example.medium for example in examples if example.medium}
    rows.media = [medium_row(medium) for medium in media.values()]


def works_spoiled(example: Example) -> list[Work]:
    """Return the works that an example's spoilers are about, the first of each ref, within bounds."""
    by_ref: dict[str, Work] = {}
    for work in example.works_spoiled:
        by_ref.setdefault(work.ref, work)
    return list(by_ref.values())[:MAX_WORKS_SPOILED]


def _add_text(rows: ExampleRows, row_id: int, example: Example, layout: ExampleLayout | None) -> tuple[int | None, str]:
    """Return the number of pages of a long example (else None), and the text to store with it."""
    if layout is None:
        return None, parts_to_json(example.parts, example.works[:MAX_WORKS_SERVED])
    works, parts = works_to_json(example.works), parts_to_json(example.parts)
    rows.long_examples.append((row_id, compress(works), compress(parts)))
    for number, lines in enumerate([layout.notes, *layout.pages]):
        words = normalize_words(" ".join([visible_text(line.spans, " ") for line in lines]))
        rows.example_pages.append((page_id(row_id, number), f" {' '.join(words)} ", lines_to_json(lines)))
    return len(layout.pages), lines_to_json(layout.pages[0])


def _in_order(pages: Sequence[StoredPage]) -> list[StoredPage]:
    by_name = {each.page.name: each for each in pages}
    return [by_name[page.name] for page in order_pages([each.page for each in pages])]


def _page_rows(in_order: Sequence[StoredPage], trope_id: int) -> list[Row]:
    return [
        (
            trope_id << EXAMPLE_NUMBER_BITS | position, each.page.name, each.page.trope.title, each.fingerprint,
            each.form, each.saved_at, to_json(each.page.listed_subpages), to_json(learned_titles(each)), each.loaded_at,
        )
        for position, each in enumerate(in_order)
    ]  # fmt: skip


def learned_titles(stored: StoredPage) -> list[tuple[str, str]]:
    """Return the titles that a page registers, with their pages, within bounds."""
    titles = stored.page.learned_titles.items()
    return [(page, title) for page, title in titles if 0 < len(title) <= MAX_TITLE_LENGTH][:MAX_LEARNED_TITLES]


def medium_row(medium: Medium) -> Row:
    """Return the row of a medium."""
    group = medium.group
    return (
        medium.slug, medium.name, medium.emoji, medium.colour, json.dumps(medium.aliases),
        group.slug, group.name, json.dumps(group.aliases), group.emoji, group.colour,
    )  # fmt: skip


def title_keys(titles: Mapping[str, str]) -> list[tuple[str, str, int, int]]:
    """Return the keys of works, whose refs are by their titles."""
    return [(key, ref, 0, int(is_name)) for title, ref in titles.items() for key, is_name in name_keys(title)]


def _label_keys(labels: Iterable[Label], trope_id: int) -> list[Row]:
    """Return the keys of what the trope calls works."""
    keys: dict[tuple[str, str], bool] = {}
    for ref, label in labels:
        for key, is_name in name_keys(label):
            keys[key, ref] = is_name or keys.get((key, ref), False)
    return [(key, ref, trope_id, int(is_name)) for (key, ref), is_name in keys.items()]


def example_id(trope_id: int, number: int) -> int:
    """Return the id of an example."""
    return trope_id << EXAMPLE_NUMBER_BITS | number


def page_id(row_id: int, number: int) -> int:
    """Return the id of a page of a long example."""
    return row_id << PAGE_NUMBER_BITS | number


def id_range(trope_id: int) -> tuple[int, int]:
    """Return the first and last possible id of a trope's examples or pages."""
    return example_id(trope_id, 0), example_id(trope_id, MAX_EXAMPLES_PER_TROPE)


def shuffle_key(trope: str, key: str) -> int:
    """Return 60 bits that identify an example in every corpus."""
    name = f"{trope.casefold()} {key}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(name, digest_size=8).digest()) >> 64 - SHUFFLE_KEY_BITS
