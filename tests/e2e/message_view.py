"""What a member sees of a message, read from its components."""

from collections.abc import Iterable, Iterator
from typing import Any

Component = dict[str, Any]


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """Yield components with everything in them."""
    for component in components:
        yield component
        accessory = [component["accessory"]] if "accessory" in component else []
        yield from walk([*component.get("components", []), *accessory])


def text(message: Any) -> str:
    """Return all texts of a message, a line each."""
    return "\n".join(c["content"] for c in walk(message.components) if "content" in c)


def buttons(message: Any) -> dict[str, Component]:
    """Return the buttons of a message by their labels."""
    return {c["label"]: c for c in walk(message.components) if c["type"] == 2}


def menu(message: Any, custom_id: str = "") -> Component:
    """Return the one menu of a message, or the one with that custom_id."""
    menus = (c for c in walk(message.components) if c["type"] == 3)
    [found] = [c for c in menus if c["custom_id"] == custom_id or not custom_id]
    return found


def titles(message: Any) -> list[str]:
    """Return the labels of a list's menu: number and title of each example."""
    return [option["label"] for option in menu(message)["options"]]


def medium(message: Any) -> str:
    """Return the medium below the title of an example."""
    return text(message).splitlines()[1].removeprefix("-# ").split(" · ")[0]


def number(message: Any) -> int:
    """Return the number below the title of an example."""
    return int(text(message).split("example\u00a0")[1].split()[0])


def veils(message: Any) -> list[bool]:
    """Return for each container whether it is hidden until it is clicked."""
    return [one.get("spoiler", False) for one in message.components if one["type"] == 17]
