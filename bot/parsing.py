"""Page sources to rows, in this process or in several: what can be done to each source apart from all others."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from bot.corpus.rows import MAX_EXAMPLES, PageRows, rows_of
from bot.errors import SourceError
from bot.sources import Job, Tables, fingerprint, read_source
from bot.wiki.page import read_page

# Starting processes takes as long as reading some hundred pages.
FEW = 300


Parsed = PageRows | SourceError


def parse(job: Job, tables: Tables) -> PageRows:
    """Returns the rows of a source.

    Raises:
        SourceError: It cannot be read, or holds no example, or more than the corpus can number.
    """
    source = read_source(job.file)
    page = read_page(source.name, source.text, tables.lexicon)
    if not page.examples:
        raise SourceError(f"{job.file} holds no example: nothing of it was loaded, what was there before is kept.")
    if len(page.examples) > MAX_EXAMPLES:
        raise SourceError(f"{job.file} holds over {MAX_EXAMPLES:,} examples: split it into pages.")
    return rows_of(page, job.trope_id, fingerprint(source, tables))


async def parse_all(jobs: Sequence[Job], tables: Tables) -> AsyncGenerator[list[Parsed], None]:
    """Yields the rows of sources, or why they have none, some at a time and in any order.

    Many are read by as many processes as there are processors. They end with the block, or when this process ends,
    in whatever way it does.

    Raises:
        SourceError: A table is malformed.
    """
    tables.check()
    if len(jobs) <= FEW:
        for job in jobs:
            yield [parsed(job, tables)]
            # Here the load can be ended.
            await asyncio.sleep(0)
        return
    # A start reads few, and need not load what makes processes.
    from bot.parallel import parse_side_by_side  # noqa: PLC0415

    async with aclosing(parse_side_by_side(jobs, tables)) as parsing:
        async for some in parsing:
            yield some


def parsed(job: Job, tables: Tables) -> Parsed:
    """Returns the rows of a source, or why it has none."""
    try:
        return parse(job, tables)
    except SourceError as error:
        return error
