"""A JSON schema validator with the keywords that Discord's limits need, and functions that write such schemas."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard
from urllib.parse import urlsplit

import discord
import regex  # type: ignore[import-untyped]  # it ships no types
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

Schema = dict[str, Any]
Errors = Iterator[ValidationError]

SPOILER = regex.compile(r"\|\|[\s\S]+?\|\|")
"""What a client hides: lazy, over line breaks, blind to escapes."""
COMMAND_NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]*")
FORMATS = FormatChecker(formats=())


def complaint(error: ValidationError, path: str = "$") -> str:
    """Describe an error in a line: where, which rule, and the value. `path` is where the validated value is."""
    where = path + error.json_path.removeprefix("$")
    return f"{where} breaks {error.validator} {error.validator_value!r:.80}: {error.instance!r:.80}"


def size(text: str) -> int:
    """Return a text's length in the stricter of two counts, code points and UTF-16 units."""
    return max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2)


def is_int(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def objects(value: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the objects of a list with their indexes."""
    return [(i, item) for i, item in enumerate(value) if isinstance(item, dict)] if isinstance(value, list) else []


@FORMATS.checks("command-name")
def _is_command_name(value: object) -> bool:
    return not isinstance(value, str) or bool(COMMAND_NAME.fullmatch(value) and value == value.lower())


def _max_length(_validator: Any, most: int, text: Any, _schema: Any) -> Errors:
    if isinstance(text, str) and size(text) > most:
        yield ValidationError(f"{size(text)} characters")


def _nullable(validator: Any, schema: Schema, value: Any, _schema: Any) -> Errors:
    if value is not None:
        yield from validator.descend(value, schema)


def _absent(_validator: Any, _true: Any, value: Any, _schema: Any) -> Errors:
    if value:
        yield ValidationError("a value that cannot be given here")


def _any_given(_validator: Any, keys: list[str], value: Any, _schema: Any) -> Errors:
    given = (value.get(key) for key in keys) if isinstance(value, dict) else [True]
    if not any(item.strip() if isinstance(item, str) else item for item in given):
        yield ValidationError("none of the keys has a value")


def _ascending(_validator: Any, keys: tuple[str, str], value: Any, _schema: Any) -> Errors:
    low, high = (value.get(key) for key in keys) if isinstance(value, dict) else (None, None)
    if is_number(low) and is_number(high) and low > high:
        yield ValidationError("the first is above the second")


def _branches(validator: Any, branches: Mapping[Any, Schema], value: Any, schema: Schema) -> Errors:
    """Apply the schema that the value of the key named by `by` selects."""
    key = schema.get("by", "type")
    kind = value.get(key, schema.get("default")) if isinstance(value, dict) else None
    branch = branches.get(kind) if is_int(kind) or isinstance(kind, str) else None
    if branch is None:
        yield ValidationError(
            "an unknown kind", validator="enum", path=(key,), validator_value=list(branches), instance=kind
        )
    else:
        yield from validator.descend(value, branch)


def _spoilers(_validator: Any, kind: str, text: Any, _schema: Any) -> Errors:
    if isinstance(text, str) and "||" in (SPOILER.sub(" ", text) if kind == "closed" else text):
        yield ValidationError("a spoiler tag that hides nothing")


def _schemes(_validator: Any, schemes: list[str], url: Any, _schema: Any) -> Errors:
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
    except ValueError:
        yield ValidationError("no address")
        return
    if url and not (parts.scheme in schemes and (parts.netloc or parts.path.strip("/"))):
        yield ValidationError("an address of another kind")


def _unique_by(_validator: Any, keys: list[str], items: Any, _schema: Any) -> Errors:
    for key in keys:
        seen = set()
        for index, item in objects(items):
            value = item.get(key)
            if value is not None and repr(value) in seen:
                yield ValidationError("a repeated value", path=(index, key), instance=value)
            seen.add(repr(value))


def _required_first(_validator: Any, _true: Any, options: Any, _schema: Any) -> Errors:
    optional = False
    for index, option in objects(options):
        if option.get("required") and optional:
            yield ValidationError("a required option after an optional one", path=(index,))
        optional = optional or not option.get("required")


def _max_options(_validator: Any, key: str, menu: Any, _schema: Any) -> Errors:
    most, options = (menu.get(key), menu.get("options")) if isinstance(menu, dict) else (None, None)
    if is_number(most) and isinstance(options, list) and most > len(options):
        yield ValidationError("more values than options")


Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "absent": _absent,
        "anyGiven": _any_given,
        "ascending": _ascending,
        "branches": _branches,
        "maxLength": _max_length,
        "maxOptions": _max_options,
        "nullable": _nullable,
        "requiredFirst": _required_first,
        "schemes": _schemes,
        "spoilers": _spoilers,
        "uniqueBy": _unique_by,
    },
    # JSON Schema takes 1.0 for an integer.
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: is_int(value)),
)

ABSENT: Schema = {"absent": True}
FLAG: Schema = {"type": ["boolean", "null"]}


def text(most: int, **more: Any) -> Schema:
    """Require a text that is not blank."""
    return {"type": "string", "pattern": r"\S", "maxLength": most, **more}


def plain(most: int, **more: Any) -> Schema:
    """Require a text for a place where a spoiler tag would show its secret."""
    return text(most, spoilers="none", **more)


def rich(most: int, **more: Any) -> Schema:
    """Require a text for a place that renders markdown, with every spoiler tag closed and not empty."""
    return text(most, spoilers="closed", **more)


def caption(most: int) -> Schema:
    """Allow a plain text, which may be blank."""
    return {"type": ["string", "null"], "maxLength": most, "spoilers": "none"}


def url(most: int, *schemes: str) -> Schema:
    return plain(most, schemes=schemes)


def number(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def optional(schema: Schema) -> Schema:
    return {"nullable": schema}


def array(least: int, most: int, items: Schema, **more: Any) -> Schema:
    return {"type": "array", "minItems": least, "maxItems": most, "items": items, **more}


def thing(required: str, more: Mapping[str, Any] | None = None, /, **properties: Schema) -> Schema:
    """Require an object. `required` names the keys it needs, `more` adds keywords for the object itself."""
    return {"type": "object", "required": required.split(), "properties": properties, **(more or {})}


def components(**schemas: Schema) -> Schema:
    """Require one of these components, by discord.py's names."""
    return {"branches": {discord.ComponentType[name].value: schema for name, schema in schemas.items()}}


def options(**schemas: Schema) -> Schema:
    """Require one of these options of a command, by discord.py's names."""
    return {"branches": {discord.AppCommandOptionType[name].value: schema for name, schema in schemas.items()}}
