"""What the bot says about works: in which tropes they are, what they share, what knowing one opens."""

from collections.abc import Sequence

from bot.model import Relation
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import plural

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
NOTHING_OPENED = Markdown("Knowing that work opens no example here.")
_RELATIONS = {
    Relation.SUBJECT: "about it",
    Relation.SUB_BULLET: "in a sub-point",
    Relation.MENTION: "only mentioned",
}


def relation_name(relation: Relation) -> Markdown:
    """Return how an example is about a work."""
    return Markdown(_RELATIONS[relation])


def work_counts(about: int, mentions: int, trope: Markdown) -> Markdown:
    """Return in how many tropes a work is, or in how many examples of one `trope`."""
    if not about:
        return Markdown(f"only mentioned in {_counted(mentions, trope)}")
    more = f" · {mentions:,} more only mention{'s' if mentions == 1 else ''} it" if mentions else ""
    return Markdown(f"{_counted(about, trope)}{more}")


def behind_spoilers(count: int) -> Markdown:
    """Return how many of the counted tropes are not named."""
    return Markdown(f"{count:,} of them behind spoilers, so I don’t name {'it' if count == 1 else 'them'}")


def left_out(count: int, *, in_tropes: bool) -> Markdown:
    """Return how many tropes or examples are left out."""
    return Markdown(f"{plural(count, 'trope' if in_tropes else 'example')} with spoilers left out")


def example_name(number: int) -> str:
    """Return the name of an example among those of one trope."""
    return f"Example {number:,}"


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


def said_about(title: Markdown, sentence: Markdown) -> Markdown:
    """Return what a trope says about one of two works."""
    return Markdown(f"{title}: {sentence}")


def only_one_has(title: Markdown, tropes: Sequence[Markdown], total: int) -> Markdown:
    """Return the tropes that only one of two works has, the first of them by name."""
    return Markdown(f"**Only {title}** ({total:,}): {names_and_more(tropes, total)}")


def not_named(count: int) -> Markdown:
    """Return how many tropes a comparison leaves out."""
    return Markdown(f"{plural(count, 'trope')} behind spoilers, which I don’t name") if count else NO_TEXT


def similar_to(title: Markdown) -> Markdown:
    """Return the heading of works that share tropes with one."""
    return Markdown(f"More like {title}")


def shares(title: Markdown, count: int) -> Markdown:
    """Return a work and how many tropes it shares."""
    return Markdown(f"**{title}** · {plural(count, 'trope')} in common")


def opened(count: int, waiting: int) -> Markdown:
    """Return what knowing a work opens, and how many examples need other works, too. Nothing if it spoils none."""
    more = f"{waiting:,} more {'needs' if waiting == 1 else 'need'} other works, too."
    if count:
        examples = "example" if count == 1 else "examples"
        return Markdown(f"That opens **{count:,}** {examples} in full.{f' {more}' if waiting else ''}")
    return Markdown(f"That opens no example yet: {more}") if waiting else NO_TEXT


def opened_count(count: int) -> Markdown:
    """Return how many examples a member reads in full."""
    return Markdown(f"{plural(count, 'example')} that you read in full")


def names_and_more(names: Sequence[Markdown], total: int) -> Markdown:
    """Return the first names of `total`."""
    more = total - len(names)
    return Markdown(f"{', '.join(names)}{f' and {more:,} more' if more else ''}")


def _counted(count: int, trope: Markdown) -> str:
    return f"{plural(count, 'example')} from {trope}" if trope else plural(count, "trope")
