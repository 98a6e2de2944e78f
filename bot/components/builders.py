"""Build Discord's components as JSON. discord.py's items would wait for clicks on each message.

Callers obey `bot.components.limits`. Source: Discord's component reference, as of August 2026.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Component = dict[str, Any]

# Types of components
ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT, CHANNEL_SELECT = 1, 2, 3, 4, 8
SECTION, TEXT_DISPLAY, SEPARATOR, CONTAINER, LABEL = 9, 10, 14, 17, 18
# Styles of buttons and text inputs
SECONDARY_STYLE, DANGER_STYLE, LINK_STYLE = 2, 4, 5
SHORT_INPUT = 1
SMALL_SPACING = 1
# Types of channels
GUILD_TEXT, GUILD_VOICE, GUILD_ANNOUNCEMENT, GUILD_STAGE_VOICE, GUILD_FORUM = 0, 2, 5, 13, 15

# A gap and a line between texts
SPACER: Component = {"type": SEPARATOR, "divider": False, "spacing": SMALL_SPACING}
DIVIDER: Component = {"type": SEPARATOR, "divider": True, "spacing": SMALL_SPACING}


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """Yield components with everything in them, as Discord counts them."""
    for component in components:
        yield component
        yield from walk([*component.get("components", ()), *filter(None, [component.get("accessory")])])


def text(content: str) -> Component:
    """Return text in Discord's Markdown."""
    return {"type": TEXT_DISPLAY, "content": content}


def container(items: Iterable[Component], *, colour: int, spoiler: bool) -> Component:
    """Return a box with a colour stripe (24-bit RGB). `spoiler` hides it until clicked."""
    return {"type": CONTAINER, "components": list(items), "accent_color": colour, "spoiler": spoiler}


def section(content: str, accessory: Component) -> Component:
    """Return text with a button next to it."""
    return {"type": SECTION, "components": [text(content)], "accessory": accessory}


def action_row(controls: Iterable[Component]) -> Component:
    """Return a row of up to five buttons, or one select menu."""
    return {"type": ACTION_ROW, "components": list(controls)}


def button(
    label: str, custom_id: str, *, emoji: str | None = None, disabled: bool = False, style: int = SECONDARY_STYLE
) -> Component:
    """Return a button with an optional Unicode emoji."""
    component: Component = {
        "type": BUTTON,
        "style": style,
        "label": label,
        "custom_id": custom_id,
        "disabled": disabled,
    }
    if emoji:
        component["emoji"] = {"id": None, "name": emoji}
    return component


def link(label: str, url: str) -> Component:
    """Return a button that opens a URL."""
    return {"type": BUTTON, "style": LINK_STYLE, "label": label, "url": url}


def option(
    label: str, value: str, *, description: str | None = None, emoji: str | None = None, default: bool = False
) -> Component:
    """Return a select menu's option. `default` preselects it."""
    component: Component = {"label": label, "value": value, "default": default}
    if description:
        component["description"] = description
    if emoji:
        component["emoji"] = {"id": None, "name": emoji}
    return component


def select_menu(
    placeholder: str, options: Sequence[Component], custom_id: str, *, min_values: int = 1, max_values: int = 1
) -> Component:
    """Return a menu of up to 25 options."""
    return {
        "type": STRING_SELECT,
        "placeholder": placeholder,
        "options": list(options),
        "custom_id": custom_id,
        "min_values": min_values,
        "max_values": max_values,
    }


def channel_select(
    placeholder: str, channel_types: Iterable[int], custom_id: str, selected_ids: Iterable[int], *, max_values: int
) -> Component:
    """Return a menu of a guild's channels. The selection may be empty."""
    return {
        "type": CHANNEL_SELECT,
        "placeholder": placeholder,
        "channel_types": list(channel_types),
        "custom_id": custom_id,
        "default_values": [{"id": str(channel_id), "type": "channel"} for channel_id in selected_ids],
        "min_values": 0,
        "max_values": max_values,
    }


def text_input(custom_id: str, *, max_length: int, placeholder: str | None = None, value: str = "") -> Component:
    """Return a modal's required one-line field. `value` is in it already."""
    component: Component = {
        "type": TEXT_INPUT,
        "style": SHORT_INPUT,
        "label": None,
        "custom_id": custom_id,
        "required": True,
        "max_length": max_length,
    }
    if placeholder:
        component["placeholder"] = placeholder
    if value:
        component["value"] = value
    return component


def modal(title: str, custom_id: str, label: str, field: Component) -> Component:
    """Return a modal with one field."""
    components = [{"type": LABEL, "label": label, "component": field}]
    return {"title": title, "custom_id": custom_id, "components": components}
