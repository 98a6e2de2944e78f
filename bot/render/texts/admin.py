"""What the bot says to its owner about pages."""

from collections.abc import Sequence
from datetime import datetime

from bot.render.markdown import Markdown
from bot.render.texts import bold_list, plural

LOAD_IT = "Load it"
REPLACE_IT = "Replace it"
REMOVE_IT = "Remove it"
CANCEL = "Cancel"
TROPES_TITLE = "Loaded tropes"
CHOOSE_TROPE = "Remove a trope…"

OWNER_ONLY = Markdown("Only my owner can do that.")
CANCELLED = Markdown("Cancelled. Nothing changed.")
DOWNLOAD_FAILED = Markdown("I couldn’t download that file from Discord. Please try again.")
UNNAMED_PAGE = Markdown(
    "I can’t tell which page that is. Name the file after its page, like **BigHeroicRun.txt**, and upload it again."
)
TROPE_GONE = Markdown("That trope is no longer loaded.")


def too_large(megabytes: int) -> Markdown:
    """Return the answer to a file that is too large."""
    return Markdown(f"That file is over {megabytes} MiB. No page is that large.")


def refused(reason: Markdown) -> Markdown:
    """Return why a file cannot be loaded."""
    return Markdown(f"I can’t load that. {reason}")


def failed(reason: Markdown) -> Markdown:
    """Return why a change failed."""
    return Markdown(f"That didn’t work. {reason}")


def counts(examples: int, works: int, media: int) -> Markdown:
    """Return what is in a page."""
    parts = plural(examples, "example"), plural(works, "work"), plural(media, "medium", "media")
    return Markdown(f"**{parts[0]}**, {parts[1]}, {parts[2]}")


def doubtful_rows(rows: Sequence[int], more: int) -> Markdown:
    """Return where a page is doubtful: the first rows, and how many `more`."""
    tail = f" and {more:,} more" if more else ""
    where = f"{'row' if len(rows) == 1 else 'rows'} {', '.join(map(str, rows))}{tail}"
    return Markdown(f"{plural(len(rows) + more, 'doubtful place')} in {where}. `bigrun check` says why.")


def not_in_form(form: Markdown, lost: Markdown) -> Markdown:
    """Return what a form of pages does not contain."""
    return Markdown(f"Not in a {form}: {lost}.")


def ask_replace(page: Markdown, files: Sequence[Markdown]) -> Markdown:
    """Return the question before a page is replaced."""
    kept = f"I’ll keep {bold_list(files)} with **.before** at the end." if files else "I have no file of the old one."
    return Markdown(f"I already have **{page}**. Replace it? {kept}")


def loaded(page: Markdown, examples: int) -> Markdown:
    """Return that a page was loaded."""
    return Markdown(f"Loaded **{page}** with {plural(examples, 'example')}. I’ll use it within a few seconds.")


def unchanged(page: Markdown) -> Markdown:
    """Return that a page was loaded before."""
    return Markdown(f"That’s the **{page}** I already have. Nothing changed.")


def stored_only(file: Markdown, reason: Markdown) -> Markdown:
    """Return that a page is stored, but not served."""
    return Markdown(f"I stored **{file}**, but couldn’t load it; my next start tries again. {reason}")


def trope_line(title: Markdown, examples: int, pages: int, loaded_at: datetime) -> Markdown:
    """Return a trope in the list."""
    return Markdown(f"**{title}**: {plural(examples, 'example')}, {plural(pages, 'page')}, {loaded_at:%Y-%m-%d}")


def trope_count(count: int) -> Markdown:
    """Return the length of the list."""
    return Markdown(plural(count, "trope"))


def ask_remove(title: Markdown, examples: int) -> Markdown:
    """Return the question before a trope is removed."""
    return Markdown(
        f"Remove **{title}** with {plural(examples, 'example')}? "
        "I’ll keep its files with **.before** at the end, so that no start loads them again."
    )


def removed(title: Markdown, files: Sequence[Markdown], remaining: Sequence[Markdown]) -> Markdown:
    """Confirm a removal. Name the files renamed to ``….before``, and those that still contain the trope."""
    kept = f" Kept with **.before** at the end: {bold_list(files)}." if files else ""
    again = f" My next start loads it again from {bold_list(remaining)}." if remaining else ""
    return Markdown(f"Removed **{title}**.{kept}{again}")
