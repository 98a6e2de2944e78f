"""What a member sees of a message, read from its components."""

from collections.abc import Iterator
from typing import Any

Component = dict[str, Any]


def walk(components: list[Component]) -> Iterator[Component]:
    """Yields components with everything in them."""
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def text(message: Any) -> str:
    """Returns all texts of a message, a line each."""
    return "\n".join(c["content"] for c in walk(message.components) if "content" in c)


def buttons(message: Any) -> dict[str, Component]:
    """Returns the buttons of a message by their labels."""
    return {c["label"]: c for c in walk(message.components) if c["type"] == 2}


def menu(message: Any) -> Component:
    """Returns the one menu of a message."""
    [found] = [c for c in walk(message.components) if c["type"] == 3]
    return found


def titles(message: Any) -> list[str]:
    """Returns the labels of a list's menu: number and title of each example."""
    return [option["label"] for option in menu(message)["options"]]


def medium(message: Any) -> str:
    """Returns the medium that stands under the title of an example's card."""
    return text(message).splitlines()[1].removeprefix("-# ").split(" · ")[0]


def number(message: Any) -> int:
    """Returns the number that stands under the title of an example's card."""
    return int(text(message).split("No.\u00a0")[1].split()[0])


def colour(message: Any) -> int:
    """Returns the accent colour of a card."""
    return int(message.components[0]["accent_color"])
