"""Store what buttons, menus and modals do in their custom_ids, so that they survive restarts.

Discord does not verify custom_ids, so `from_custom_id` accepts any text. It returns None for what this version never
wrote. `GRAMMAR` and `SETTING_VALUES` say what that is, for reading and writing alike.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar

from bot.components.limits import MAX_CUSTOM_ID, discord_length

MAX_QUERY_LENGTH = 50
MAX_TYPED_TITLE = 80
MAX_SNOWFLAKE = 2**63 - 1
CUSTOM_ID_VERSION = "1"
EXAMPLE_PREFIX, SETTING_PREFIX, ADMIN_PREFIX, SAVED_PREFIX, GUESS_PREFIX = (
    f"{letter}{CUSTOM_ID_VERSION}" for letter in "bcdeg"
)
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Action(StrEnum):
    """What to show, which work of the shown example the member knows, or which daily example to replace."""

    RANDOM = "r"
    MEDIUM = "m"
    SEARCH = "s"
    WORK = "w"
    OPEN_FROM_LIST = "o"
    EXAMPLE = "e"
    ABOUT = "a"
    NOTES = "k"
    REPORT = "f"
    MARK_SEEN = "v"
    UNMARK_SEEN = "u"
    REPLACE_DAILY = "d"
    ASK_COMPARE = "y"  # for the title of the other work
    COMPARE = "x"
    SIMILAR = "i"
    OPENED = "p"  # examples that a member reads in full because they know a work
    CHOOSE = "n"  # a menu of requests: its values are their custom_ids

    @property
    def edits_in_place(self) -> bool:
        """Whether it edits the button's card instead of sending another."""
        return self in (Action.MEDIUM, Action.SEARCH, Action.EXAMPLE, *WORK_ACTIONS, *SEEN_ACTIONS)


_ACTIONS: Mapping[str, Action] = {action.value: action for action in Action}
SEEN_ACTIONS = Action.MARK_SEEN, Action.UNMARK_SEEN
WORK_ACTIONS = Action.WORK, Action.ASK_COMPARE, Action.COMPARE, Action.SIMILAR, Action.OPENED


class Flag(StrEnum):
    """What narrows, widens or follows an answer."""

    NO_SPOILERS = "c"
    SEARCH_HIDDEN = "h"
    SHARE = "s"
    FROM_MESSAGE = "m"
    GO_TO_PAGE = "j"
    WITH_SPOILERS = "t"  # of examples that the member's own choice leaves out
    AS_LIST = "l"  # a single hit, too
    FRANCHISE = "f"  # all works that belong together
    TWO, THREE, FOUR, FIVE = "2", "3", "4", "5"  # examples in one message


COUNTS = Flag.TWO, Flag.THREE, Flag.FOUR, Flag.FIVE
MAX_COUNT = 5
PRIVATE_FLAGS = frozenset({Flag.SEARCH_HIDDEN, Flag.SHARE, Flag.FROM_MESSAGE, Flag.WITH_SPOILERS})
_FOR_ASKER = frozenset({Flag.SEARCH_HIDDEN, Flag.FROM_MESSAGE})
_KEPT_FLAGS = Flag.NO_SPOILERS, Flag.WITH_SPOILERS  # by all that follows from an answer


# What each field looks like in a custom_id, if it is not empty.
REF = "[0-9a-f]{1,12}"
EXAMPLE_REF = f"{REF}/[0-9]{{1,8}}"
_FIELDS = {
    "trope_ref": REF,
    "medium": "[a-z0-9-]{1,24}",
    "work_ref": REF,
    "page": "[1-9][0-9]{0,6}",
    "query": ".{1,50}",
    "example_ref": EXAMPLE_REF,
    "seen_ref": REF,
    "with_ref": REF,
}
_LAST_FIELDS = "seen_ref", "with_ref"  # of which an action has at most one


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the custom_ids of one action carry: these fields, and one of these sets of flags (letters sorted).

    A field is optional if its name ends in "?". Fields without a name here are empty.
    """

    fields: Sequence[str]
    flags: Sequence[str]

    def pattern(self, action: Action) -> re.Pattern[str]:
        """Return the pattern of the action's custom_ids, with a group for each field."""
        groups = {name: f"(?P<{name}>{'0' if name == 'page' else ''})" for name in _FIELDS}
        for field in self.fields:
            name = field.rstrip("?")
            optional = "" if name == field else "|0" if name == "page" else "|"
            groups[name] = f"(?P<{name}>{_FIELDS[name]}{optional})"
        flags = f"(?P<flags>{'|'.join(self.flags)})"
        start = ":".join((EXAMPLE_PREFIX, action, *(groups[name] for name in ("trope_ref", "medium", "work_ref"))))
        last = "".join([f"{':' if name in self.fields else ''}{groups[name]}" for name in _LAST_FIELDS])
        rest = f"{groups['query']}{groups['example_ref']}{last}"
        return re.compile(f"{start}:{flags}:{groups['page']}:{rest}", re.DOTALL)


def _or_franchise(*flags: str) -> Sequence[str]:
    """Return sets of flags, and each with that of a franchise."""
    return *flags, *["".join(sorted({*some, Flag.FRANCHISE})) for some in flags]


_LIST_FLAGS = "", "j", "s", "t", "jt"
_SHOWN = ("trope_ref?", "medium?", "work_ref?", "page?", "example_ref")
GRAMMAR: Mapping[Action, Grammar] = {
    Action.RANDOM: Grammar(
        ("trope_ref?", "medium?", "work_ref?", "query?"),
        (
            *_or_franchise("", "c", "t"),
            "h",
            "ch",
            "ht",
            *(f"{count}{kept}" for count in COUNTS for kept in ("", "c", "t")),
        ),
    ),
    Action.MEDIUM: Grammar(("trope_ref?", "medium", "page?"), _LIST_FLAGS),
    Action.SEARCH: Grammar(
        ("trope_ref?", "medium?", "page?", "query?"),
        (*_LIST_FLAGS, "h", "hj", "ht", "hjt", "m", "jm", "mt", "jmt", "l", "hl", "lm", "ls", "lt", "hlt", "lmt"),
    ),
    Action.WORK: Grammar(("trope_ref?", "medium?", "work_ref", "page?"), _or_franchise(*_LIST_FLAGS)),
    Action.ASK_COMPARE: Grammar(("work_ref",), _or_franchise("", "t")),
    Action.COMPARE: Grammar(("work_ref", "with_ref", "page?"), _or_franchise(*_LIST_FLAGS)),
    Action.SIMILAR: Grammar(("work_ref",), _or_franchise("", "s", "t")),
    Action.OPENED: Grammar(("work_ref", "page?"), ("", "j", "t", "jt")),
    Action.OPEN_FROM_LIST: Grammar(("trope_ref?", "medium?", "work_ref?"), _or_franchise("", "t")),
    Action.EXAMPLE: Grammar(_SHOWN, _or_franchise("", "j", "s", "c", "cj", "cs", "t", "jt")),
    Action.ABOUT: Grammar(("trope_ref",), ("", "s")),
    Action.NOTES: Grammar(("trope_ref?", "example_ref"), ("", "t")),
    Action.REPORT: Grammar(("trope_ref?", "example_ref"), ("",)),
    Action.MARK_SEEN: Grammar((*_SHOWN, "seen_ref"), ("", "c", "t", "f")),  # no room for more flags
    Action.UNMARK_SEEN: Grammar((*_SHOWN, "seen_ref"), ("", "c", "t", "f")),
    Action.CHOOSE: Grammar((), ("",)),
    Action.REPLACE_DAILY: Grammar(("trope_ref?", "medium?", "work_ref?", "example_ref"), ("", "c")),
}
_PATTERNS = {action: grammar.pattern(action) for action, grammar in GRAMMAR.items()}
# What a request takes over from one of another action.
_TAKEN = {
    action: [name for name in _FIELDS if name not in _LAST_FIELDS and {name, f"{name}?"} & set(grammar.fields)]
    for action, grammar in GRAMMAR.items()
}


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """A request for examples. An empty ref or slug matches all.

    Attributes:
        flags: Letters of `Flag`, sorted.
        page: Page of a list or long example, from 1 (0: none).
        query: Search text, cut to 50 characters in a custom_id.
        example_ref: The example to show, or empty.
        seen_ref: The work that the member knows or not, or empty.
        with_ref: The work to compare with, or empty.
    """

    action: Action
    trope_ref: str = ""
    medium: str = ""
    work_ref: str = ""
    flags: str = ""
    page: int = 0
    query: str = ""
    example_ref: str = ""
    seen_ref: str = ""
    with_ref: str = ""

    @property
    def custom_id(self) -> str:
        """The custom_id, with the query cut to fit.

        Raises:
            ValueError: `GRAMMAR` does not allow it.
        """
        fields = self.action, self.trope_ref, self.medium, self.work_ref, self.flags, str(self.page)
        start = ":".join((EXAMPLE_PREFIX, *fields, ""))
        if self.query:
            max_length = min(MAX_QUERY_LENGTH, MAX_CUSTOM_ID - len(start))
            rest = _LONE_SURROGATES.sub("", self.query)[:max_length]
            while discord_length(rest) > max_length:
                rest = rest[:-1]
        else:
            rest = ":".join([self.example_ref, *filter(None, (self.seen_ref, self.with_ref))])
        if not _PATTERNS[self.action].fullmatch(custom_id := start + rest):
            raise ValueError(f"No control can carry a request like {start}")
        return custom_id

    @classmethod
    def from_custom_id(cls, custom_id: str) -> "ExampleRequest | None":
        """Parse a custom_id. Return None if this version did not write it."""
        action = _ACTIONS.get(custom_id[len(EXAMPLE_PREFIX) + 1 :][:1])
        match = _PATTERNS[action].fullmatch(custom_id) if action else None
        if action is None or match is None:
            return None
        carried: dict[str, Any] = match.groupdict()
        request = cls(action, **carried | {"page": int(match["page"])})
        return request if request.custom_id == custom_id else None  # a query that is too long was not written

    @property
    def is_complete(self) -> bool:
        """Whether it has all that its action needs in a custom_id."""
        return all(getattr(self, field) for field in GRAMMAR[self.action].fields if not field.endswith("?"))

    @property
    def is_private(self) -> bool:
        """Whether its control can only be on an answer that one member sees."""
        return self.action in (Action.OPENED, *SEEN_ACTIONS) or not PRIVATE_FLAGS.isdisjoint(self.flags)

    @property
    def is_for_asker(self) -> bool:
        """Whether only the member who asks sees its answer, whatever the settings."""
        return self.action in (Action.NOTES, Action.REPORT) or not _FOR_ASKER.isdisjoint(self.flags)

    @property
    def count(self) -> int:
        """How many examples to show in one message."""
        return max([int(count) for count in COUNTS if count in self.flags], default=1)

    def to(self, action: Action, **changes: Any) -> "ExampleRequest":
        """Return a request of an action, with what it may take over from this one."""
        taken: dict[str, Any] = {name: getattr(self, name) for name in _TAKEN[action]}
        kept = [flag for flag in _KEPT_FLAGS if flag in self.flags and flag in GRAMMAR[action].flags]
        taken["flags"] = "".join(kept[:1])
        request = ExampleRequest(action, **taken | changes)
        if Flag.FRANCHISE in self.flags and request.work_ref == self.work_ref:
            whole = request.with_flag(Flag.FRANCHISE)
            return whole if whole.flags in GRAMMAR[action].flags else request
        return request

    def another(self) -> "ExampleRequest":
        """Return the request for another example of the same scope, or another hit of the same search."""
        draw = self if self.action is Action.RANDOM and not self.flags else self.to(Action.RANDOM)
        return draw.with_flag(Flag.SEARCH_HIDDEN) if draw.query and Flag.SEARCH_HIDDEN in self.flags else draw

    def with_flag(self, flag: Flag) -> "ExampleRequest":
        """Return the request with a flag added."""
        return replace(self, flags="".join(sorted({*self.flags, flag})))

    def without_flag(self, flag: Flag) -> "ExampleRequest":
        """Return the request without a flag."""
        return replace(self, flags=self.flags.replace(flag, ""))


class SettingAction(StrEnum):
    """What to change in a member's preferences or a guild's settings."""

    MEMBER_SPOILERS = "ms"
    MEMBER_PRIVATE = "mp"
    MEMBER_ASK_SEEN = "ma"
    MEMBER_ADD_SEEN = "mh"
    MEMBER_REMOVE_SEEN = "mw"
    MEMBER_ASK_FORGET = "mq"
    MEMBER_FORGET = "mf"
    MEMBER_SHOW = "mb"
    GUILD_SPOILERS = "gs"
    GUILD_PRIVATE = "gp"
    GUILD_MEDIA = "gm"
    GUILD_CHANNELS = "gc"
    GUILD_ASK_HIDE = "ga"
    GUILD_HIDE = "gh"
    GUILD_UNHIDE = "gw"
    GUILD_ASK_HIDE_TROPE = "gb"
    GUILD_HIDE_TROPE = "gt"
    GUILD_UNHIDE_TROPE = "gv"
    GUILD_SHOW_GAMES = "ge"
    GUILD_GAMES = "gg"
    GUILD_GAME_CHANNELS = "gn"
    GUILD_LANGUAGE = "gl"
    GUILD_SHOW = "gk"
    GUILD_DAILIES = "gd"
    GUILD_STOP_DAILY = "gx"
    GUILD_RESUME_DAILY = "gr"
    GUILD_UNDO_DAILY = "gu"

    @property
    def is_guild(self) -> bool:
        """Whether it changes a guild's settings."""
        return self.startswith("g")


ValueAction = TypeVar("ValueAction", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ValueRequest(Generic[ValueAction]):
    """A request to do something with one `value`. Each kind has its prefix, its actions, and the values they allow."""

    prefix: ClassVar[str]
    actions: ClassVar[type[StrEnum]]
    patterns: ClassVar[Mapping[Any, str]] = {}  # what the values of each action look like

    action: ValueAction
    value: str = ""

    @property
    def custom_id(self) -> str:
        """The custom_id.

        Raises:
            ValueError: The action does not allow the value.
        """
        if not self.allows(self.action, self.value):
            raise ValueError(f"No control can carry the value {self.value!r} for {self.action.name}.")
        return f"{self.prefix}:{self.action}:{self.value}"

    @classmethod
    def from_custom_id(cls, custom_id: str) -> Self | None:
        """Parse a custom_id. Return None if this version did not write it."""
        prefix, _, rest = custom_id.partition(":")
        action, colon, value = rest.partition(":")
        if prefix != cls.prefix or not colon or action not in set(cls.actions):
            return None
        chosen: Any = cls.actions(action)
        return cls(chosen, value) if cls.allows(chosen, value) else None

    @classmethod
    def is_custom_id(cls, custom_id: str) -> bool:
        """Return whether a custom_id is such a request of any version."""
        return re.match(f"{cls.prefix[0]}[0-9]+:", custom_id) is not None

    @classmethod
    def allows(cls, action: ValueAction, value: str) -> bool:
        """Return whether a control for an action can carry a value."""
        return re.fullmatch(cls.patterns[action], value) is not None


class SettingRequest(ValueRequest[SettingAction]):
    """A request to set `value`, what is chosen in a menu, or a modal's input."""

    prefix = SETTING_PREFIX
    actions = SettingAction

    @classmethod
    def allows(cls, action: SettingAction, value: str) -> bool:
        """Return whether `SETTING_VALUES` allows a value."""
        return SETTING_VALUES[action](value)


def is_snowflake(text: str) -> bool:
    """Return whether a text is an id that Discord gives and a database can store."""
    return _SNOWFLAKE.fullmatch(text) is not None and int(text) <= MAX_SNOWFLAKE


def _is_empty(value: str) -> bool:
    return not value


def _is_yes_or_no(value: str) -> bool:
    return value in ("yes", "no")


def _is_ref_or_empty(value: str) -> bool:
    return _REF_OR_EMPTY.fullmatch(value) is not None


def _is_short(value: str) -> bool:
    return discord_length(value) <= MAX_TYPED_TITLE and not _LONE_SURROGATES.search(value)


SETTING_VALUES: Mapping[SettingAction, Callable[[str], bool]] = {
    **dict.fromkeys(SettingAction, _is_empty),
    SettingAction.MEMBER_PRIVATE: _is_yes_or_no,
    SettingAction.GUILD_PRIVATE: _is_yes_or_no,
    SettingAction.GUILD_GAMES: _is_yes_or_no,
    SettingAction.MEMBER_ASK_SEEN: _is_short,  # what to fill the form with
    SettingAction.GUILD_ASK_HIDE: _is_short,
    SettingAction.GUILD_ASK_HIDE_TROPE: _is_short,
    SettingAction.MEMBER_ADD_SEEN: _is_ref_or_empty,
    SettingAction.GUILD_HIDE: _is_ref_or_empty,
    SettingAction.GUILD_HIDE_TROPE: _is_ref_or_empty,
    SettingAction.GUILD_STOP_DAILY: is_snowflake,
    SettingAction.GUILD_RESUME_DAILY: is_snowflake,
    SettingAction.GUILD_UNDO_DAILY: is_snowflake,  # a random number of that size
}

_REF_OR_EMPTY = re.compile(f"(?:{REF})?")
_SNOWFLAKE = re.compile("[1-9][0-9]{0,18}")
