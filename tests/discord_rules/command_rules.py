"""What a bulk registration of commands may hold, and the choices an option offers."""

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from typing import Any

import regex  # type: ignore[import-untyped]  # it ships no types

from tests.discord_rules.constraints import (
    Found,
    check_absent,
    check_flag,
    check_number,
    check_objects,
    check_plain,
    check_span,
    check_unique,
    is_int,
    is_number,
    objects,
    size,
)

Part = Mapping[str, Any]
"""A command, a group, a subcommand, an option or a choice."""

NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
_MOST_CHARACTERS = 8000
_MOST_CHOICES = 25
_MOST_OPTIONS = 25
_MOST_NAME = 32
_MOST_STRING = 6000
_MOST_INTEGER = 2**53 - 1


class CommandType(IntEnum):
    """Discord's numbers for kinds of commands."""

    SLASH = 1
    USER_MENU = 2
    MESSAGE_MENU = 3


class OptionType(IntEnum):
    """Discord's numbers for kinds of options."""

    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


_MOST_OF: Mapping[CommandType, int] = {
    CommandType.SLASH: 100,
    CommandType.USER_MENU: 15,
    CommandType.MESSAGE_MENU: 15,
}
_COMMAND_TYPES: Mapping[int, CommandType] = {kind.value: kind for kind in CommandType}
_OPTION_TYPES: Mapping[int, OptionType] = {kind.value: kind for kind in OptionType}
_NUMBERS = frozenset({OptionType.INTEGER, OptionType.NUMBER})
_CHOOSABLE = _NUMBERS | {OptionType.STRING}
_BRANCHES = frozenset({OptionType.SUBCOMMAND, OptionType.GROUP})
_VALUES = frozenset(OptionType) - _BRANCHES

_UNDER: Mapping[OptionType | None, frozenset[OptionType]] = {
    None: frozenset(OptionType),
    OptionType.GROUP: frozenset({OptionType.SUBCOMMAND}),
    OptionType.SUBCOMMAND: _VALUES,
}
"""What may stand under a group and a subcommand; under None, the command itself."""

_FIELDS: Mapping[str, frozenset[OptionType]] = {
    "options": _BRANCHES,
    "required": _VALUES,
    "choices": _CHOOSABLE,
    "autocomplete": _CHOOSABLE,
    "min_value": _NUMBERS,
    "max_value": _NUMBERS,
    "min_length": frozenset({OptionType.STRING}),
    "max_length": frozenset({OptionType.STRING}),
    "channel_types": frozenset({OptionType.CHANNEL}),
}
"""Which options may carry a field."""

_PLACES: Mapping[str, frozenset[int]] = {"contexts": frozenset({0, 1, 2}), "integration_types": frozenset({0, 1})}


def check_commands(commands: Any, path: str) -> Found:
    """Check the body of a bulk registration, the list of all commands."""
    yield from check_objects(commands, path, 0, sum(_MOST_OF.values()))
    for spot, command in objects(commands, path):
        yield from _check_command(command, spot)
    for kind, most in _MOST_OF.items():
        names = [(f"{s}.name", c.get("name")) for s, c in objects(commands, path) if _command_type(c) is kind]
        yield from check_unique(names)
        if len(names) > most:
            yield f"{path} holds {len(names)} commands of type {kind:d}, but at most {most} are allowed."


def check_choices(choices: Any, path: str, kind: int | None = None) -> Found:
    """Check the choices of an option, or those that autocompletion offers.

    Args:
        choices: The JSON value.
        path: Where it stands.
        kind: The option's type, as far as it is known.

    Yields:
        One sentence a violation.
    """
    yield from check_objects(choices, path, 0, _MOST_CHOICES)
    for spot, choice in objects(choices, path):
        yield from check_plain(choice.get("name"), f"{spot}.name", 100)
        yield from _check_localizations(choice, spot, "name", lambda text, at: check_plain(text, at, 100))
        yield from _check_value(choice.get("value"), f"{spot}.value", kind)
    # Clients look a chosen name up: the second of two alike cannot be chosen.
    for key in ("name", "value"):
        yield from check_unique((f"{spot}.{key}", choice.get(key)) for spot, choice in objects(choices, path))


def _check_value(value: Any, path: str, kind: int | None) -> Found:
    if isinstance(value, str) and kind in {None, OptionType.STRING}:
        yield from check_plain(value, path, 100)
    elif kind == OptionType.INTEGER or (kind is None and is_int(value)):
        yield from check_number(value, path, -_MOST_INTEGER, _MOST_INTEGER)
    elif not is_number(value) or kind == OptionType.STRING:
        yield f"{path} is {value!r:.80}, which does not suit its option."


def _command_type(command: Part) -> CommandType | None:
    kind = command.get("type", CommandType.SLASH)
    return _COMMAND_TYPES.get(kind) if is_int(kind) else None


def _option_type(option: Part) -> OptionType | None:
    kind = option.get("type")
    return _OPTION_TYPES.get(kind) if is_int(kind) else None


def _check_command(command: Part, path: str) -> Found:
    kind = _command_type(command)
    if kind is None:
        yield f"{path}.type is {command.get('type')!r:.80}, which is no kind of command."
    elif kind is CommandType.SLASH:
        yield from _check_naming(command, path)
        yield from _check_options(command, path, None)
    else:
        yield from _check_menu(command, path)
    yield from _check_reach(command, path)
    if weight(command) > _MOST_CHARACTERS:
        yield f"{path} has {weight(command)} characters in names, descriptions and values; {_MOST_CHARACTERS} fit."


def _check_menu(menu: Part, path: str) -> Found:
    yield from check_plain(menu.get("name"), f"{path}.name", _MOST_NAME)
    yield from _check_localizations(menu, path, "name", lambda text, at: check_plain(text, at, _MOST_NAME))
    yield from check_absent(menu, path, "description", "options")


def _check_naming(part: Part, path: str) -> Found:
    yield from _check_name(part.get("name"), f"{path}.name")
    yield from _check_localizations(part, path, "name", _check_name)
    yield from _check_description(part.get("description"), f"{path}.description")
    yield from _check_localizations(part, path, "description", _check_description)


def _check_name(name: Any, path: str) -> Found:
    if not isinstance(name, str) or not NAME.fullmatch(name) or size(name) > _MOST_NAME:
        yield f"{path} is {name!r:.80}; a name has 1 to 32 letters, digits, '-', '_' or apostrophes."
    elif name != name.lower():
        yield f"{path} is {name!r:.80}; a name must be in lower case."


def _check_description(description: Any, path: str) -> Found:
    yield from check_plain(description, path, 100)


def _check_localizations(part: Part, path: str, key: str, check: Callable[[Any, str], Found]) -> Found:
    localized = part.get(f"{key}_localizations")
    if localized is not None and not isinstance(localized, dict):
        yield f"{path}.{key}_localizations must be an object, not {localized!r:.80}."
    for locale, text in _localized(part, key):
        yield from check(text, f"{path}.{key}_localizations.{locale}")


def _localized(part: Part, key: str) -> Iterator[tuple[str, Any]]:
    localized = part.get(f"{key}_localizations")
    if isinstance(localized, dict):
        yield from localized.items()


def _check_options(parent: Part, path: str, level: OptionType | None) -> Found:
    options, path = parent.get("options"), f"{path}.options"
    if level is OptionType.GROUP or options is not None:
        yield from check_objects(options, path, int(level is OptionType.GROUP), _MOST_OPTIONS)
    for spot, option in objects(options, path):
        yield from _check_option(option, spot, level)
    yield from check_unique((f"{spot}.name", option.get("name")) for spot, option in objects(options, path))
    yield from _check_order(options, path)


def _check_order(options: Any, path: str) -> Found:
    kinds = {_option_type(option) for _, option in objects(options, path)}
    if kinds & _BRANCHES and kinds & _VALUES:
        yield f"{path} mixes subcommands with other options."
    optional: str | None = None
    for spot, option in objects(options, path):
        if not option.get("required"):
            optional = optional or spot
        elif optional:
            yield f"{spot} is required, but comes after {optional}, which is not."


def _check_option(option: Part, path: str, level: OptionType | None) -> Found:
    kind = _option_type(option)
    yield from _check_naming(option, path)
    if kind is None:
        yield f"{path}.type is {option.get('type')!r:.80}, which is no kind of option."
        return
    if kind not in _UNDER[level]:
        yield f"{path}, of kind {kind.name.lower()}, may not stand there: it is command, group, subcommand, option."
    for field, kinds in _FIELDS.items():
        if kind not in kinds:
            yield from check_absent(option, path, field)
    if kind in _BRANCHES:
        yield from _check_options(option, path, kind)
    else:
        yield from _check_limits(option, path, kind)


def _check_limits(option: Part, path: str, kind: OptionType) -> Found:
    for flag in ("required", "autocomplete"):
        yield from check_flag(option.get(flag), f"{path}.{flag}")
    if option.get("choices") is not None and kind in _CHOOSABLE:
        yield from check_choices(option["choices"], f"{path}.choices", kind)
    if option.get("autocomplete"):
        yield from check_absent(option, path, "choices")
    for key, least in (("min_length", 0), ("max_length", 1)):
        if option.get(key) is not None:
            yield from check_number(option[key], f"{path}.{key}", least, _MOST_STRING)
    yield from check_span(option, path, "min_length", "max_length")
    yield from check_span(option, path, "min_value", "max_value")


def _check_reach(command: Part, path: str) -> Found:
    """Check where a command can be used, and who may use it."""
    for key, known in _PLACES.items():
        places = command.get(key)
        if places is None:
            continue
        if not isinstance(places, list) or not places or not all(is_int(p) and p in known for p in places):
            yield f"{path}.{key} is {places!r:.80}, but must hold some of {sorted(known)}."
        else:
            yield from check_unique((f"{path}.{key}[{index}]", place) for index, place in enumerate(places))
    rights = command.get("default_member_permissions")
    if rights is not None and not str(rights).isdecimal():
        yield f"{path}.default_member_permissions must be a number of permissions, not {rights!r:.80}."


def weight(part: Part) -> int:
    """Count a command's characters as Discord does: names, descriptions and values, the longest translation of each."""
    own = sum(_longest(part, key) for key in ("name", "description")) + size(str(part.get("value", "")))
    inner = [child for key in ("options", "choices") for _, child in objects(part.get(key), "")]
    return own + sum(weight(child) for child in inner)


def _longest(part: Part, key: str) -> int:
    texts = [part.get(key), *(text for _, text in _localized(part, key))]
    return max(size(text) if isinstance(text, str) else 0 for text in texts)
