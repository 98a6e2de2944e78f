"""What the bot says about works: in which tropes they are, what they share, what knowing one opens."""

from collections.abc import Sequence

from bot.language import Label
from bot.model import Relation
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import Text, count_text, example_count, label, names_and_more, sentences, text, trope_count
from bot.render.texts.examples import left_out as examples_left_out

COMPARE_BUTTON = Label("Compare with…")
SIMILAR_BUTTON = Label("More like this")
RANDOM_OF_WORK = Label("Random from this work")
ALL_TROPES_BUTTON = Label("In all tropes")
COMPARE_MODAL_TITLE = Label("Compare with another work")
COMPARE_MODAL_LABEL = Label("Title of a film, book, game…")
COMPARE_MENU = Label("Compare with one of these")
NO_SIMILAR_WORK = Text("No other work shares a trope with it yet.")
NOTHING_SHARED = Text("They share no trope that I know.")
SAME_WORK = Text("That’s the same work twice. Pick another one to compare it with.")
SHOW_FIRST, LIST_OPENED = Label("Show the first"), Label("List them")
NOTHING_OPENED = Text("Knowing that work opens no example here.")
_RELATIONS = {
    Relation.SUBJECT: Text("about it"),
    Relation.SUB_BULLET: Text("in a sub-point"),
    Relation.MENTION: Text("only mentioned"),
}


def relation_name(relation: Relation) -> Markdown:
    """Return how an example is about a work."""
    return _RELATIONS[relation]()


def work_counts(about: int, mentions: int, trope: Markdown) -> Markdown:
    """Return in how many tropes a work is, or in how many examples of one `trope`."""
    if not about:
        return text("only mentioned in {places}", places=_counted(mentions, trope))
    if not mentions:
        return _counted(about, trope)
    more = count_text("{count} more only mentions it", "{count} more only mention it", mentions)
    return Markdown(f"{_counted(about, trope)} · {more}")


def behind_spoilers(count: int) -> Markdown:
    """Return how many of the counted tropes are not named."""
    return count_text(
        "{count} of them behind spoilers, so I don’t name it",
        "{count} of them behind spoilers, so I don’t name them",
        count,
    )


def left_out(count: int, *, in_tropes: bool) -> Markdown:
    """Return how many tropes or examples are left out."""
    if in_tropes:
        return count_text("{count} trope with spoilers left out", "{count} tropes with spoilers left out", count)
    return examples_left_out(count)


def example_name(number: int) -> str:
    """Return the name of an example among those of one trope."""
    return label("Example {number}", number=number)


def franchise_button(name: str, works: int) -> str:
    """Return the label of the button that shows a franchise as one."""
    return label("All of {name}, {number} works", name=name, number=works)


def one_work_button(title: str) -> str:
    """Return the label of the button from a franchise to one of its works."""
    return label("Only {title}", title=title)


def franchise_counts(works: int) -> Markdown:
    """Return how many works a franchise has."""
    return text("all {number} works", number=works)


def compared(first: Markdown, second: Markdown) -> Markdown:
    """Return the heading of a comparison."""
    return text("{first} and {second}", first=first, second=second)


def both_have(count: int) -> Markdown:
    """Return how many tropes two works share."""
    return count_text("Both have {count} trope", "Both have {count} tropes", count)


def said_about(title: Markdown, sentence: Markdown) -> Markdown:
    """Return what a trope says about one of two works."""
    return Markdown(f"{title}: {sentence}")


def only_one_has(title: Markdown, tropes: Sequence[Markdown], total: int) -> Markdown:
    """Return the tropes that only one of two works has, the first of them by name."""
    named = names_and_more(tropes, total - len(tropes))
    return text("**Only {title}** ({total}): {tropes}", title=title, total=total, tropes=named)


def not_named(count: int) -> Markdown:
    """Return how many tropes a comparison leaves out."""
    if not count:
        return NO_TEXT
    return count_text(
        "{count} trope behind spoilers, which I don’t name", "{count} tropes behind spoilers, which I don’t name", count
    )


def similar_to(title: Markdown) -> Markdown:
    """Return the heading of works that share tropes with one."""
    return text("More like {title}", title=title)


def shares(title: Markdown, count: int) -> Markdown:
    """Return a work and how many tropes it shares."""
    common = count_text("{count} trope in common", "{count} tropes in common", count)
    return Markdown(f"**{title}** · {common}")


def opened(count: int, waiting: int) -> Markdown:
    """Return what knowing a work opens, and how many examples need other works, too. Nothing if it spoils none."""
    more = NO_TEXT
    if waiting:
        more = count_text("{count} more needs other works, too.", "{count} more need other works, too.", waiting)
    if not count:
        return text("That opens no example yet: {more}", more=more) if waiting else NO_TEXT
    opens = count_text("That opens **{count}** example in full.", "That opens **{count}** examples in full.", count)
    return sentences(opens, more)


def opened_count(count: int) -> Markdown:
    """Return how many examples a member reads in full."""
    return count_text("{count} example that you read in full", "{count} examples that you read in full", count)


def _counted(count: int, trope: Markdown) -> Markdown:
    if not trope:
        return trope_count(count)
    return text("{examples} from {tropes}", examples=example_count(count), tropes=trope)
