"""What a modal may be: its title, its rows and labels, and what a member fills in."""

from collections.abc import Mapping
from typing import Any

from tests.discord_rules.component_rules import (
    Check,
    Component,
    Kind,
    Place,
    check_amounts,
    check_custom_id,
    check_nodes,
    check_optional,
    check_options,
    check_select,
    check_string_select,
    check_text_display,
    walk,
)
from tests.discord_rules.constraints import Found, check_flag, check_number, check_objects, check_plain, check_span

_MOST_INPUT = 4000


def check_modal(modal: Any, path: str) -> Found:
    """Check what a callback of type 9 carries: a title of 45 characters and 1 to 5 components."""
    if not isinstance(modal, dict):
        yield f"{path} must be an object, not {modal!r:.80}."
        return
    yield from check_plain(modal.get("title"), f"{path}.title", 45)
    yield from check_custom_id(modal, path)
    yield from check_objects(modal.get("components"), f"{path}.components", 1, 5)
    yield from check_nodes(list(walk(modal.get("components"), f"{path}.components", Place.MODAL)), MODAL_CHECKS)
    yield from _check_old_labels(modal, path)


def _check_old_labels(modal: dict[str, Any], path: str) -> Found:
    for node in walk(modal.get("components"), f"{path}.components", Place.MODAL):
        if node.place is Place.MODAL_ROW and not node.component.get("label"):
            yield f"{node.path}.label is missing: a field in an action row names itself."


def _row(row: Component, path: str) -> Found:
    yield from check_objects(row.get("components"), f"{path}.components", 1, 1)


def _label(label: Component, path: str) -> Found:
    yield from check_plain(label.get("label"), f"{path}.label", 45)
    yield from check_optional(label, path, "description", 100)
    if not isinstance(label.get("component"), dict):
        yield f"{path}.component is missing: a label needs something to fill in."


def _text_input(field: Component, path: str) -> Found:
    yield from check_custom_id(field, path)
    yield from check_number(field.get("style"), f"{path}.style", 1, 2)
    yield from check_optional(field, path, "label", 45)
    yield from check_optional(field, path, "placeholder", 100)
    yield from check_optional(field, path, "value", _MOST_INPUT)
    yield from check_flag(field.get("required"), f"{path}.required")
    for key, least in (("min_length", 0), ("max_length", 1)):
        if field.get(key) is not None:
            yield from check_number(field[key], f"{path}.{key}", least, _MOST_INPUT)
    yield from check_span(field, path, "min_length", "max_length")


def _file_upload(upload: Component, path: str) -> Found:
    yield from check_custom_id(upload, path)
    yield from check_amounts(upload, path, 10)


def _radio_group(group: Component, path: str) -> Found:
    yield from check_custom_id(group, path)
    yield from check_options(group, path, 2, 10)


def _checkbox_group(group: Component, path: str) -> Found:
    yield from check_custom_id(group, path)
    yield from check_options(group, path, 1, 10)
    yield from check_amounts(group, path, 10)


def _checkbox(box: Component, path: str) -> Found:
    yield from check_custom_id(box, path)
    yield from check_flag(box.get("default"), f"{path}.default")


MODAL_CHECKS: Mapping[int, Check] = {
    Kind.ACTION_ROW: _row,
    Kind.TEXT_DISPLAY: check_text_display,
    Kind.LABEL: _label,
    Kind.TEXT_INPUT: _text_input,
    Kind.STRING_SELECT: check_string_select,
    Kind.USER_SELECT: check_select,
    Kind.ROLE_SELECT: check_select,
    Kind.MENTIONABLE_SELECT: check_select,
    Kind.CHANNEL_SELECT: check_select,
    Kind.FILE_UPLOAD: _file_upload,
    Kind.RADIO_GROUP: _radio_group,
    Kind.CHECKBOX_GROUP: _checkbox_group,
    Kind.CHECKBOX: _checkbox,
}
