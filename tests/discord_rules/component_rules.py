"""What a component of a message may be, and where it may stand.

Two tables say it: `ALLOWED`, which kinds a place takes, and `CHECKS`, one small check a kind.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from tests.discord_rules.constraints import (
    Found,
    check_absent,
    check_flag,
    check_number,
    check_objects,
    check_plain,
    check_rich,
    check_span,
    check_text,
    check_unique,
    check_url,
    is_int,
    objects,
)

Component = dict[str, Any]
Check = Callable[[Component, str], Found]

MOST_TEXT = 4000
_MOST_COLOUR = 0xFFFFFF
_MOST_ID = 2**32 - 1
_MOST_URL = 2048
_WEB = frozenset({"http", "https"})
_MEDIA = _WEB | {"attachment"}


class Kind(IntEnum):
    """Discord's numbers for the kinds of components."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


class Style(IntEnum):
    """The button styles that differ in what they need."""

    LINK = 5
    PREMIUM = 6


class Place(StrEnum):
    """Where a component can stand, as a sentence calls it."""

    OLD_MESSAGE = "a message without Components V2"
    MESSAGE = "a message's first level"
    ROW = "an action row"
    SECTION = "a section"
    ACCESSORY = "a section's accessory"
    CONTAINER = "a container"
    MODAL = "a modal's first level"
    MODAL_ROW = "a modal's action row"
    LABEL = "a label"


SELECTS = frozenset(
    {Kind.STRING_SELECT, Kind.USER_SELECT, Kind.ROLE_SELECT, Kind.MENTIONABLE_SELECT, Kind.CHANNEL_SELECT}
)
_BLOCKS = frozenset({Kind.SECTION, Kind.TEXT_DISPLAY, Kind.MEDIA_GALLERY, Kind.FILE, Kind.SEPARATOR})
_KINDS = frozenset(Kind)
V2_KINDS = _BLOCKS | {Kind.CONTAINER, Kind.THUMBNAIL}
_CHOOSERS = frozenset({Kind.FILE_UPLOAD, Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP, Kind.CHECKBOX})

ALLOWED: Mapping[Place, frozenset[Kind]] = {
    Place.OLD_MESSAGE: frozenset({Kind.ACTION_ROW}),
    Place.MESSAGE: _BLOCKS | {Kind.ACTION_ROW, Kind.CONTAINER},
    Place.ROW: SELECTS | {Kind.BUTTON},
    Place.SECTION: frozenset({Kind.TEXT_DISPLAY}),
    Place.ACCESSORY: frozenset({Kind.BUTTON, Kind.THUMBNAIL}),
    Place.CONTAINER: _BLOCKS | {Kind.ACTION_ROW},
    Place.MODAL: frozenset({Kind.ACTION_ROW, Kind.TEXT_DISPLAY, Kind.LABEL}),
    Place.MODAL_ROW: frozenset({Kind.TEXT_INPUT}),
    Place.LABEL: SELECTS | _CHOOSERS | {Kind.TEXT_INPUT},
}

_NESTS: Mapping[int, Mapping[str, Place]] = {
    Kind.ACTION_ROW: {"components": Place.ROW},
    Kind.SECTION: {"components": Place.SECTION, "accessory": Place.ACCESSORY},
    Kind.CONTAINER: {"components": Place.CONTAINER},
    Kind.LABEL: {"component": Place.LABEL},
}


@dataclass(frozen=True, slots=True)
class Node:
    """A component, its JSON path and the place it stands in."""

    component: Component
    path: str
    place: Place

    @property
    def kind(self) -> int:
        """The component's type; 0 where it gives none that is a number."""
        value = self.component.get("type")
        return value if is_int(value) else 0


def walk(components: Any, path: str, place: Place) -> Iterator[Node]:
    """Give every component of a list, nested ones included, in the order of the page."""
    for spot, component in objects(components, path):
        yield from _branch(Node(component, spot, place))


def _branch(node: Node) -> Iterator[Node]:
    yield node
    for key, inner in _NESTS.get(node.kind, {}).items():
        value = node.component.get(key)
        place = Place.MODAL_ROW if node.place is Place.MODAL and inner is Place.ROW else inner
        if isinstance(value, dict):
            yield from _branch(Node(value, f"{node.path}.{key}", place))
        else:
            yield from walk(value, f"{node.path}.{key}", place)


def check_nodes(nodes: list[Node], checks: Mapping[int, Check]) -> Found:
    """Check each component by itself, its place, and that no id comes twice among all."""
    for node in nodes:
        yield from _check_place(node)
        yield from check_component_id(node)
        if node.kind in checks:
            yield from checks[node.kind](node.component, node.path)
    for key in ("custom_id", "id"):
        yield from check_unique((f"{n.path}.{key}", n.component[key]) for n in nodes if n.component.get(key))


def check_component_id(node: Node) -> Found:
    """Demand that a component's own number, if any, fits 32 bits."""
    if node.component.get("id") is not None:
        yield from check_number(node.component["id"], f"{node.path}.id", 0, _MOST_ID)


def _check_place(node: Node) -> Found:
    if node.kind not in _KINDS:
        yield f"{node.path}.type is {node.component.get('type')!r:.80}, which is no kind of component."
    elif node.kind not in ALLOWED[node.place]:
        name = Kind(node.kind).name.lower().replace("_", " ")
        yield f"{node.path}, of kind {name}, may not stand in {node.place}."


def check_custom_id(component: Component, path: str) -> Found:
    """Demand a custom_id of 1 to 100 characters."""
    yield from check_text(component.get("custom_id"), f"{path}.custom_id", 100)


def check_optional(component: Component, path: str, key: str, most: int) -> Found:
    """Demand that a text which shows as it is, if given, has at most ``most`` characters."""
    if component.get(key) is not None:
        yield from check_plain(component[key], f"{path}.{key}", most, least=0)


def check_options(component: Component, path: str, least: int, most: int) -> Found:
    """Demand ``least`` to ``most`` options to choose from, each with a label and a value of its own."""
    options = component.get("options")
    yield from check_objects(options, f"{path}.options", least, most)
    for spot, option in objects(options, f"{path}.options"):
        yield from check_plain(option.get("label"), f"{spot}.label", 100)
        yield from check_text(option.get("value"), f"{spot}.value", 100)
        yield from check_optional(option, spot, "description", 100)
        yield from check_flag(option.get("default"), f"{spot}.default")
        yield from _check_emoji(option, spot)
    yield from check_unique((f"{s}.value", o["value"]) for s, o in objects(options, f"{path}.options") if "value" in o)


def check_amounts(component: Component, path: str, most: int) -> Found:
    """Demand that the numbers of values to choose, if given, lie within ``most`` and in order."""
    least_values, most_values = component.get("min_values"), component.get("max_values")
    if least_values is not None:
        yield from check_number(least_values, f"{path}.min_values", 0, most)
    if most_values is not None:
        yield from check_number(most_values, f"{path}.max_values", 1, most)
    yield from check_span(component, path, "min_values", "max_values")


def _check_emoji(component: Component, path: str) -> Found:
    emoji = component.get("emoji")
    if emoji is not None and not (isinstance(emoji, dict) and (emoji.get("name") or emoji.get("id"))):
        yield f"{path}.emoji must name an emoji, not {emoji!r:.80}."


def _action_row(row: Component, path: str) -> Found:
    children = row.get("components")
    yield from check_objects(children, f"{path}.components", 1, 5)
    chosen = [child.get("type") for _, child in objects(children, path)]
    if len(chosen) > 1 and any(is_int(kind) and kind in SELECTS for kind in chosen):
        yield f"{path} holds a select menu, which must be alone in its action row."


def _button(button: Component, path: str) -> Found:
    style = button.get("style")
    yield from check_number(style, f"{path}.style", 1, Style.PREMIUM)
    yield from check_flag(button.get("disabled"), f"{path}.disabled")
    if style == Style.PREMIUM:
        yield from check_text(str(button.get("sku_id") or ""), f"{path}.sku_id", 20)
        yield from check_absent(button, path, "custom_id", "url", "label", "emoji")
        return
    yield from _check_caption(button, path)
    if style == Style.LINK:
        yield from check_url(button.get("url"), f"{path}.url", 512, _WEB | {"discord"})
        yield from check_absent(button, path, "custom_id", "sku_id")
    else:
        yield from check_custom_id(button, path)
        yield from check_absent(button, path, "url", "sku_id")


def _check_caption(button: Component, path: str) -> Found:
    if button.get("label") is not None:
        yield from check_plain(button["label"], f"{path}.label", 80, least=0 if button.get("emoji") else 1)
    elif not button.get("emoji"):
        yield f"{path} is a button with neither label nor emoji."
    yield from _check_emoji(button, path)


def check_select(select: Component, path: str) -> Found:
    """Check what all select menus share."""
    yield from check_custom_id(select, path)
    yield from check_optional(select, path, "placeholder", 150)
    yield from check_amounts(select, path, 25)
    yield from check_flag(select.get("disabled"), f"{path}.disabled")


def check_string_select(select: Component, path: str) -> Found:
    """Check a menu of texts: its options, and that as many can be chosen as it demands."""
    yield from check_select(select, path)
    yield from check_options(select, path, 1, 25)
    options, most = select.get("options"), select.get("max_values")
    if isinstance(options, list) and is_int(most) and most > len(options):
        yield f"{path}.max_values is {most}, but there are only {len(options)} options."


def _section(section: Component, path: str) -> Found:
    yield from check_objects(section.get("components"), f"{path}.components", 1, 3)
    if not isinstance(section.get("accessory"), dict):
        yield f"{path}.accessory is missing: a section needs a button or a thumbnail."


def check_text_display(display: Component, path: str) -> Found:
    """Check a text display: not empty, at most 4,000 characters, its spoilers closed."""
    yield from check_rich(display.get("content"), f"{path}.content", MOST_TEXT)


def _check_media(holder: Component, path: str, key: str, schemes: frozenset[str] = _MEDIA) -> Found:
    media = holder.get(key)
    url = media.get("url") if isinstance(media, dict) else None
    yield from check_url(url, f"{path}.{key}.url", _MOST_URL, schemes)
    yield from check_optional(holder, path, "description", 1024)
    yield from check_flag(holder.get("spoiler"), f"{path}.spoiler")


def _thumbnail(thumbnail: Component, path: str) -> Found:
    yield from _check_media(thumbnail, path, "media")


def _media_gallery(gallery: Component, path: str) -> Found:
    yield from check_objects(gallery.get("items"), f"{path}.items", 1, 10)
    for spot, item in objects(gallery.get("items"), f"{path}.items"):
        yield from _check_media(item, spot, "media")


def _file(file: Component, path: str) -> Found:
    yield from _check_media(file, path, "file", frozenset({"attachment"}))


def _separator(separator: Component, path: str) -> Found:
    if separator.get("spacing") is not None:
        yield from check_number(separator["spacing"], f"{path}.spacing", 1, 2)
    yield from check_flag(separator.get("divider"), f"{path}.divider")


def _container(container: Component, path: str) -> Found:
    yield from check_objects(container.get("components"), f"{path}.components", 1, 40)
    if container.get("accent_color") is not None:
        yield from check_number(container["accent_color"], f"{path}.accent_color", 0, _MOST_COLOUR)
    yield from check_flag(container.get("spoiler"), f"{path}.spoiler")


CHECKS: Mapping[int, Check] = {
    Kind.ACTION_ROW: _action_row,
    Kind.BUTTON: _button,
    Kind.STRING_SELECT: check_string_select,
    Kind.USER_SELECT: check_select,
    Kind.ROLE_SELECT: check_select,
    Kind.MENTIONABLE_SELECT: check_select,
    Kind.CHANNEL_SELECT: check_select,
    Kind.SECTION: _section,
    Kind.TEXT_DISPLAY: check_text_display,
    Kind.THUMBNAIL: _thumbnail,
    Kind.MEDIA_GALLERY: _media_gallery,
    Kind.FILE: _file,
    Kind.SEPARATOR: _separator,
    Kind.CONTAINER: _container,
}
