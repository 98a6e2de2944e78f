"""The components that messages are made of, as Discord takes them: JSON objects.

The library's own items are for bots that wait for presses on each message. To make those of one card took 150 µs, a
quarter of what answering costs in all; these take 10.

Source: Discord's documentation of message components, as of August 2026. How long a label may be is for the caller.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from discord import ButtonStyle, ComponentType

Component = dict[str, Any]


def text(content: str) -> Component:
    """Returns text in Discord's markdown."""
    return {"type": ComponentType.text_display.value, "content": content}


def spacer() -> Component:
    """Returns a gap between texts."""
    return {"type": ComponentType.separator.value, "divider": False, "spacing": 1}


def divider() -> Component:
    """Returns a gap between texts with a line in it."""
    return {"type": ComponentType.separator.value, "divider": True, "spacing": 1}


def container(items: Iterable[Component], *, colour: int, veiled: bool) -> Component:
    """Returns a box with a stripe of a colour (24 bits of RGB); if `veiled`, all in it is hidden until clicked."""
    return {"type": ComponentType.container.value, "components": list(items), "accent_color": colour, "spoiler": veiled}


def section(content: str, control: Component) -> Component:
    """Returns text with a button beside it."""
    return {"type": ComponentType.section.value, "components": [text(content)], "accessory": control}


def action_row(controls: Iterable[Component]) -> Component:
    """Returns a row of up to five buttons, or one menu."""
    return {"type": ComponentType.action_row.value, "components": list(controls)}


def button(
    label: str,
    custom_id: str,
    *,
    emoji: str | None = None,
    disabled: bool = False,
    style: ButtonStyle = ButtonStyle.secondary,
) -> Component:
    """Returns a button that sends its custom_id back; `emoji` is a Unicode one."""
    made: Component = {
        "type": ComponentType.button.value,
        "style": style.value,
        "label": label,
        "custom_id": custom_id,
        "disabled": disabled,
    }
    return made | {"emoji": _emoji(emoji)} if emoji else made


def link(label: str, url: str) -> Component:
    """Returns a button that leads to an address."""
    return {"type": ComponentType.button.value, "style": ButtonStyle.link.value, "label": label, "url": url}


def option(
    label: str, value: str, *, description: str | None = None, emoji: str | None = None, chosen: bool = False
) -> Component:
    """Returns one of the options of a menu; its value comes back where it is chosen."""
    made: Component = {"label": label, "value": value, "default": chosen}
    if description:
        made["description"] = description
    if emoji:
        made["emoji"] = _emoji(emoji)
    return made


def select_menu(
    placeholder: str, options: Sequence[Component], custom_id: str, *, least: int = 1, most: int = 1
) -> Component:
    """Returns a menu of which from `least` to `most` of up to 25 options can be chosen."""
    return {
        "type": ComponentType.select.value,
        "placeholder": placeholder,
        "options": list(options),
        "custom_id": custom_id,
        "min_values": least,
        "max_values": most,
    }


def channel_select(
    placeholder: str, kinds: Iterable[int], custom_id: str, chosen: Iterable[int], *, most: int
) -> Component:
    """Returns a menu of a guild's channels of some kinds (Discord's numbers); none or up to `most` can be chosen."""
    return {
        "type": ComponentType.channel_select.value,
        "placeholder": placeholder,
        "channel_types": list(kinds),
        "custom_id": custom_id,
        "default_values": [{"id": str(channel), "type": "channel"} for channel in chosen],
        "min_values": 0,
        "max_values": most,
    }


def iter_components(components: Iterable[Component]) -> Iterator[Component]:
    """Yields components and all that stand in them, in the order in which they are seen."""
    for one in components:
        yield one
        yield from iter_components(one.get("components", ()))
        if "accessory" in one:
            yield one["accessory"]


def _emoji(emoji: str) -> Component:
    return {"id": None, "name": emoji}
