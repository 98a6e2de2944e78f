"""What the bot says about works: in which tropes they are, what they share, what knowing one opens."""

from collections.abc import Sequence

from bot.model import Relation
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import bold_list, plural

COMPARE_BUTTON = "Compare with…"
SIMILAR_BUTTON = "More like this"
RANDOM_OF_WORK = "Random from this work"
ALL_TROPES_BUTTON = "In all tropes"
COMPARE_MODAL_TITLE = "Compare with another work"
COMPARE_MODAL_LABEL = "Title of a film, book, game…"
COMPARE_MENU = "Compare with one of these"
NO_SIMILAR_WORK = Markdown("No other work shares a trope with it yet.")
NOTHING_SHARED = Markdown("They share no trope that I know.")
SAME_WORK = Markdown("That’s the same work twice. Pick another one to compare it with.")
SHOW_FIRST, LIST_OPENED = "Show the first", "List them"
NOTHING_OPENED = Markdown("That opens no example any more.")
_RELATIONS = {
    Relation.SUBJECT: "about it",
    Relation.SUB_BULLET: "in a sub-point",
    Relation.MENTION: "only mentioned",
}


def relation_name(relation: Relation) -> Markdown:
    """Return how an example is about a work."""
    return Markdown(_RELATIONS[relation])


def work_counts(about: int, mentions: int, trope: Markdown) -> Markdown:
    """Return in how many tropes a work is, or how many examples of a `trope` are about it."""
    counted = f"{plural(about, 'example')} from {trope}" if trope else plural(about, "trope")
    if not about:
        noun = f"{plural(mentions, 'example')} from {trope}" if trope else plural(mentions, "trope")
        return Markdown(f"only mentioned in {noun}")
    return Markdown(f"{counted} · {mentions:,} more only mention{'s' if mentions == 1 else ''} it" if mentions else counted)


def behind_spoilers(count: int) -> Markdown:
    """Return how many of the counted tropes are not named."""
    return Markdown(f"{count:,} of them behind spoilers, so I don’t name {'it' if count == 1 else 'them'}")


def left_out_tropes(count: int) -> Markdown:
    """Return how many tropes are left out."""
    return Markdown(f"{plural(count, 'trope')} with spoilers left out")


def work_number(number: int) -> Markdown:
    """Return the name of a row in a work's list of a single trope."""
    return Markdown(f"Example {number:,}")


def franchise_button(name: str, works: int) -> str:
    """Return the label of the button that shows a franchise as one."""
    return f"All of {name}, {works:,} works"


def one_work_button(title: str) -> str:
    """Return the label of the button from a franchise to one of its works."""
    return f"Only {title}"


def franchise_counts(works: int) -> Markdown:
    """Return how many works a franchise has."""
    return Markdown(f"all {works:,} works")


def compared(first: Markdown, second: Markdown) -> Markdown:
    """Return the heading of a comparison."""
    return Markdown(f"{first} and {second}")


def both_have(count: int) -> Markdown:
    """Return how many tropes two works share."""
    return Markdown(f"Both have {plural(count, 'trope')}")


def only_one_has(title: Markdown, tropes: Sequence[Markdown], total: int) -> Markdown:
    """Return the tropes that only one of two works has, the first of them by name."""
    return Markdown(f"**Only {title}** ({total:,}): {_listed(tropes, total)}")


def not_named(count: int) -> Markdown:
    """Return how many tropes a comparison leaves out."""
    return Markdown(f"{plural(count, 'trope')} behind spoilers, which I don’t name") if count else NO_TEXT


def similar_to(title: Markdown) -> Markdown:
    """Return the heading of works that share tropes with one."""
    return Markdown(f"More like {title}")


def shares(title: Markdown, count: int) -> Markdown:
    """Return a work and how many tropes it shares."""
    return Markdown(f"**{title}** · {plural(count, 'trope')} in common")


def shared_tropes(tropes: Sequence[Markdown], total: int) -> Markdown:
    """Return the tropes that a work shares, the first of them by name."""
    return _listed(tropes, total)


def opened(title: Markdown, count: int, waiting: int) -> Markdown:
    """Return what knowing a work opens, and how many examples need other works, too. Nothing if it spoils none."""
    more = Markdown(f"{plural(waiting, 'other')} also spoil{'s' if waiting == 1 else ''} works that you don’t know.")
    if count:
        return Markdown(f"That opens **{count:,}** {'example' if count == 1 else 'examples'} in full.{f' {more}' if waiting else ''}")
    return Markdown(f"{bold_list([title])} opens no example yet. {more}") if waiting else NO_TEXT


def opened_by_server(count: int) -> Markdown:
    """Return what a server without spoilers leaves closed."""
    return Markdown(f"This server shows only examples without spoilers, so {plural(count, 'example')} stay closed here.")


def opened_count(count: int) -> Markdown:
    """Return how many examples a member reads in full."""
    return Markdown(f"{plural(count, 'example')} that you can read in full")


def _listed(names: Sequence[Markdown], total: int) -> Markdown:
    more = total - len(names)
    return Markdown(f"{', '.join(names)}{f' and {more:,} more' if more else ''}")
