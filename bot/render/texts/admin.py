"""What the bot says to its owner about pages."""

from collections.abc import Sequence
from datetime import datetime

from bot.language import Label
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import (
    Text,
    bold_list,
    count_text,
    example_count,
    listed,
    names_and_more,
    sentences,
    text,
)

LOAD_IT = Label("Load it")
REPLACE_IT = Label("Replace it")
REMOVE_IT = Label("Remove it")
CANCEL = Label("Cancel")
TROPES_TITLE = Label("Loaded tropes")
CHOOSE_TROPE = Label("Remove a trope…")

OWNER_ONLY = Text("Only my owner can do that.")
CANCELLED = Text("Cancelled. Nothing changed.")
DOWNLOAD_FAILED = Text("I couldn’t download that file from Discord. Please try again.")
UNNAMED_PAGE = Text(
    "I can’t tell which page that is. Name the file after its page, like **BigHeroicRun.txt**, and upload it again."
)
TROPE_GONE = Text("That trope is no longer loaded.")


def too_large(megabytes: int) -> Markdown:
    """Return the answer to a file that is too large."""
    return text("That file is over {number} MiB. No page is that large.", number=megabytes)


def refused(reason: Markdown) -> Markdown:
    """Return why a file cannot be loaded."""
    return text("I can’t load that. {reason}", reason=reason)


def failed(reason: Markdown) -> Markdown:
    """Return why a change failed."""
    return text("That didn’t work. {reason}", reason=reason)


def counts(examples: int, works: int, media: int) -> Markdown:
    """Return what is in a page."""
    parts = [
        Markdown(f"**{example_count(examples)}**"),
        count_text("{count} work", "{count} works", works),
        count_text("{count} medium", "{count} media", media),
    ]
    return Markdown(listed(parts))


def doubtful_rows(rows: Sequence[int], more: int) -> Markdown:
    """Return where a page is doubtful: the first rows, and how many `more`."""
    return count_text(
        "{count} doubtful place in row {rows}. `bigrun check` says why.",
        "{count} doubtful places in rows {rows}. `bigrun check` says why.",
        len(rows) + more,
        rows=names_and_more([Markdown(str(row)) for row in rows], more),
    )


def not_in_form(form: Markdown, lost: Markdown) -> Markdown:
    """Return what a form of pages does not contain."""
    return text("Not in a {form}: {lost}.", form=form, lost=lost)


def ask_replace(page: Markdown, files: Sequence[Markdown]) -> Markdown:
    """Return the question before a page is replaced."""
    if not files:
        return text("I already have **{page}**. Replace it? I have no file of the old one.", page=page)
    return text(
        "I already have **{page}**. Replace it? I’ll keep {files} with **.before** at the end.",
        page=page,
        files=bold_list(files),
    )


def loaded(page: Markdown, examples: int) -> Markdown:
    """Return that a page was loaded."""
    return text(
        "Loaded **{page}** with {examples}. I’ll use it within a few seconds.",
        page=page,
        examples=example_count(examples),
    )


def unchanged(page: Markdown) -> Markdown:
    """Return that a page was loaded before."""
    return text("That’s the **{page}** I already have. Nothing changed.", page=page)


def stored_only(file: Markdown, reason: Markdown) -> Markdown:
    """Return that a page is stored, but not served."""
    return text(
        "I stored **{file}**, but couldn’t load it; my next start tries again. {reason}", file=file, reason=reason
    )


def trope_line(title: Markdown, examples: int, pages: int, loaded_at: datetime) -> Markdown:
    """Return a trope in the list."""
    details = [example_count(examples), count_text("{count} page", "{count} pages", pages), f"{loaded_at:%Y-%m-%d}"]
    return Markdown(f"**{title}**: {listed(details)}")


def ask_remove(title: Markdown, examples: int) -> Markdown:
    """Return the question before a trope is removed."""
    return text(
        "Remove **{title}** with {examples}? "
        "I’ll keep its files with **.before** at the end, so that no start loads them again.",
        title=title,
        examples=example_count(examples),
    )


def removed(title: Markdown, files: Sequence[Markdown], remaining: Sequence[Markdown]) -> Markdown:
    """Confirm a removal. Name the files renamed to ``….before``, and those that still contain the trope."""
    kept = text("Kept with **.before** at the end: {files}.", files=bold_list(files)) if files else NO_TEXT
    again = text("My next start loads it again from {files}.", files=bold_list(remaining)) if remaining else NO_TEXT
    return sentences(text("Removed **{title}**.", title=title), kept, again)
