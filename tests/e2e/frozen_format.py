"""What the bot sent, as it is recorded.

What may differ from run to run is masked: ids, moments, tokens, and custom_ids, which are written as the bot likes;
what a button means is seen where a scene presses it. A scope that is drawn from holds one example, or all are drawn.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

WIDTH = 150
BUTTON, MENU = 2, 3
# What differs from run to run, or may: ids, moments, tokens made of names, how far a round has come.
MASKS = (
    (re.compile(r"(?<!\d)\d{17,20}(?!\d)"), "<snowflake>"),
    (re.compile(r"<t:\d+:"), "<t:<time>:"),
    (re.compile(r"as of \d+ [A-Z][a-z]{2} \d{4}"), "as of <day>"),
    (re.compile(r"Give me \d+ seconds?"), "Give me <seconds>"),
)
TOKEN = re.compile(r"[0-9a-f]{10,12}")


def sent_by(entry: Any) -> Any:
    """Return a request of the bot as it is kept, or None of one that only asks."""
    if entry.method == "GET":
        return None
    path = re.sub(r"(?<=/interactions/)(\d+)/[^/]+", r"\1/<token>", entry.path)
    path = re.sub(r"(?<=/webhooks/)(\d+)/[^/]+", r"\1/<token>", path)
    request, body = masked_text(f"{entry.method} {path}"), masked(entry.json)
    return body if request == "POST /interactions/<snowflake>/<token>/callback" else {request: body}


def masked(value: Any, key: str = "") -> Any:
    """Return a value without what may differ from run to run, in a short form that loses nothing else."""
    if isinstance(value, dict):
        if "choices" in value and "description" in value:
            value = {**value, "choices": [one["name"] for one in value["choices"]]}
        # Other languages have tests of their own.
        inner = {name: masked(one, name) for name, one in value.items() if not name.endswith("_localizations")}
        return short(value, inner)
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if key in ("custom_id", "nonce"):
        return f"<{key}>"
    if isinstance(value, str):
        text = "<token>" if key == "value" and TOKEN.fullmatch(value) else masked_text(value)
        return text.split("\n") if "\n" in text else text
    return value


def short(value: dict[str, Any], inner: dict[str, Any]) -> Any:
    """Return a component in few words if it has the usual fields and no others, else all of its fields."""
    for fields, form in SHORT_FORMS:
        if set(value) - {"emoji"} == set(fields.split()) and form(value):
            return form(inner)
    return inner


def _button(one: Any) -> Any:
    off = ", disabled" if one["disabled"] else ""
    return f"button of style {one['style']}{off}: {_emoji(one)}{one['label']}" if one["type"] == BUTTON else None


def _link(one: Any) -> Any:
    return f"link of style {one['style']}: {one['label']} = {one['url']}" if one["type"] == BUTTON else None


def _option(one: Any) -> Any:
    chosen, more = (", chosen" if one["default"] else ""), one.get("description")
    return f"option{chosen}: {_emoji(one)}{one['label']}" + (f" = {more}" if more else "")


def _menu(one: Any) -> Any:
    name = f"menu of {one['min_values']} to {one['max_values']}: {one['placeholder']}"
    return {name: one["options"]} if one["type"] == MENU else None


def _gap(one: Any) -> Any:
    return f"{'line' if one['divider'] else 'gap'} {one['spacing']}" if one["type"] == 14 else None


def _box(one: Any) -> Any:
    name = f"box #{one['accent_color']:06x}{', spoiler' if one['spoiler'] else ''}"
    return {name: one["components"]} if one["type"] == 17 else None


def _reply(one: Any) -> Any:
    nobody = one["allowed_mentions"] == {"parse": []}
    return {f"message of flags {one['flags']}, pings nobody": one["components"]} if nobody else None


def _emoji(one: Any) -> str:
    emoji = one.get("emoji")
    if emoji is None:
        return ""
    return f"{emoji['name']} " if emoji == {"id": None, "name": emoji["name"]} else f"{emoji} "


SHORT_FORMS: Sequence[tuple[str, Callable[[Any], Any]]] = (
    ("type style label custom_id disabled", _button),
    ("type style label url", _link),
    ("label value default", _option),
    ("label value default description", _option),
    ("type placeholder options custom_id min_values max_values", _menu),
    ("type divider spacing", _gap),
    ("type components accent_color spoiler", _box),
    ("type content", lambda one: {"text": one["content"]} if one["type"] == 10 else None),
    ("type components", lambda one: {"row": one["components"]} if one["type"] == 1 else None),
    ("components flags allowed_mentions", _reply),
    ("type data", lambda one: {f"reply of type {one['type']}": one["data"]}),
    ("name value", lambda one: f"choice: {one['name']} = {one['value']}"),
)


def masked_text(text: str) -> str:
    """Return a text without ids and moments."""
    for mask, name in MASKS:
        text = mask.sub(name, text)
    return text


def readable(value: Any, indent: int = 0) -> str:
    """Return JSON that is as compact as a reader likes it: one row for all that fits into one."""
    short = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not isinstance(value, dict | list) or not value or len(short) + indent <= WIDTH:
        return short
    inner, gap = " " * (indent + 1), " " * indent
    if isinstance(value, list):
        rows = [inner + readable(one, indent + 1) for one in value]
        return "[\n" + ",\n".join(rows) + f"\n{gap}]"
    rows = [
        f"{inner}{json.dumps(key, ensure_ascii=False)}: {readable(value[key], indent + 1)}" for key in sorted(value)
    ]
    return "{\n" + ",\n".join(rows) + f"\n{gap}}}"
