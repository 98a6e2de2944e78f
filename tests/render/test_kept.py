"""What was made of examples is kept, and never taken for another's."""

from dataclasses import replace

from bot.model import Example, Part, PartKind, Span
from bot.render.example_text import example_pages
from bot.render.kept import MAX_POSTS_PER_RUN, Kept
from bot.render.snippets import snippet

EXAMPLE = Example(1, "key", None, None, (), (Part(PartKind.BULLET, 1, (Span("They run "), Span("far", spoiler=1))),))


def test_what_was_made_twice_is_not_made_again_as_long_as_there_is_room() -> None:
    kept: Kept[int] = Kept()
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept.of(EXAMPLE, rest, make) for rest in "aaabb"] == [1, 2, 2, 3, 3]
    others = [replace(EXAMPLE) for _ in range(MAX_POSTS_PER_RUN)]
    assert [kept.of(other, "a", make) for other in others] == list(range(4, MAX_POSTS_PER_RUN + 4))
    assert kept.of(EXAMPLE, "a", make) == MAX_POSTS_PER_RUN + 4


def test_an_example_that_is_another_object_is_another_one() -> None:
    kept: Kept[str] = Kept()
    kept.of(EXAMPLE, None, str)
    for number in range(2 * MAX_POSTS_PER_RUN):
        # Each is gone when the next is made, and may stand where it stood.
        example = replace(EXAMPLE, number=number)
        assert kept.of(example, None, lambda number=number: str(number)) == str(number)  # type: ignore[misc]


def test_what_was_revealed_for_one_is_hidden_for_the_next() -> None:
    assert "||" in example_pages(EXAMPLE)[0]
    assert "||" not in example_pages(EXAMPLE.reveal())[0]
    assert "||" in example_pages(EXAMPLE)[0]
    assert "far" not in snippet(EXAMPLE)
    assert snippet(EXAMPLE, looked_for=("run",)) != snippet(EXAMPLE)
