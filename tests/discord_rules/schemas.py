"""Discord's limits, and our own, as JSON schemas: components, messages, modals and commands."""

from typing import Any

from tests.discord_rules.constraints import (
    ABSENT,
    FLAG,
    Schema,
    array,
    caption,
    components,
    number,
    optional,
    options,
    plain,
    rich,
    text,
    thing,
    url,
)

WEB = ("http", "https")
MAX_TEXT = 4000


def component(required: str, more: dict[str, Any] | None = None, /, **properties: Schema) -> Schema:
    return thing(required, more, id=optional(number(0, 2**32 - 1)), **properties)


def input_component(required: str, more: dict[str, Any] | None = None, /, **properties: Schema) -> Schema:
    """Require a component that a member fills in or presses."""
    return component(f"custom_id {required}", more, custom_id=text(100), **properties)


# Buttons and select menus
EMOJI: Schema = {"type": ["object", "null"], "anyGiven": ["name", "id"]}
CAPTION: dict[str, Schema] = {"label": caption(80), "emoji": EMOJI, "disabled": FLAG}
HAS_CAPTION = {"anyGiven": ["label", "emoji"]}
PLAIN_BUTTON = input_component("", HAS_CAPTION, url=ABSENT, sku_id=ABSENT, **CAPTION)
LINK = component("url", HAS_CAPTION, url=url(512, "discord", *WEB), custom_id=ABSENT, sku_id=ABSENT, **CAPTION)
PREMIUM_BUTTON = component(
    "sku_id",
    sku_id=text(20, type=["string", "integer"], minimum=1),
    disabled=FLAG,
    **dict.fromkeys(("custom_id", "url", "label", "emoji"), ABSENT),
)
BUTTON = {"by": "style", "branches": {**dict.fromkeys((1, 2, 3, 4), PLAIN_BUTTON), 5: LINK, 6: PREMIUM_BUTTON}}


def choosable(least: int, most: int) -> Schema:
    """Require options to choose from."""
    option = thing(
        "label value", label=plain(100), value=text(100), description=caption(100), default=FLAG, emoji=EMOJI
    )
    return array(least, most, option, uniqueBy=["value"])


def chooser(most: int, required: str = "", /, **properties: Schema) -> Schema:
    """Require a component from which a member chooses up to `most` values."""
    amounts = {"min_values": optional(number(0, most)), "max_values": optional(number(1, most))}
    return input_component(required, {"ascending": ("min_values", "max_values")}, **amounts, **properties)


SELECT_FIELDS = {"placeholder": caption(150), "disabled": FLAG}
SELECT = chooser(25, **SELECT_FIELDS)
SELECTS = {
    "select": chooser(25, "options", options=choosable(1, 25), **SELECT_FIELDS) | {"maxOptions": "max_values"},
    **dict.fromkeys(("user_select", "role_select", "mentionable_select", "channel_select"), SELECT),
}
ROW = component(
    "components",
    components=array(
        1,
        5,
        components(button=BUTTON, **SELECTS),
        **{"if": {"contains": {"properties": {"type": {"enum": [3, 5, 6, 7, 8]}}}}, "then": {"maxItems": 1}},
    ),
)


# What a card consists of
def media(key: str, *schemes: str, make: Any = thing) -> Schema:
    address = thing("url", url=url(2048, *schemes))
    properties = {key: address, "description": caption(1024), "spoiler": FLAG}
    result: Schema = make(key, **properties)
    return result


TEXT_DISPLAY = component("content", content=rich(MAX_TEXT))
THUMBNAIL = media("media", "attachment", *WEB, make=component)
BLOCKS = {
    "section": component(
        "components accessory",
        components=array(1, 3, components(text_display=TEXT_DISPLAY)),
        accessory=components(button=BUTTON, thumbnail=THUMBNAIL),
    ),
    "text_display": TEXT_DISPLAY,
    "media_gallery": component("items", items=array(1, 10, media("media", "attachment", *WEB))),
    "file": media("file", "attachment", make=component),
    "separator": component("", spacing=optional(number(1, 2)), divider=FLAG),
    "action_row": ROW,
}
CONTAINER = component(
    "components",
    components=array(1, 40, components(**BLOCKS)),
    accent_color=optional(number(0, 0xFFFFFF)),
    spoiler=FLAG,
)
CARD_COMPONENTS = components(container=CONTAINER, **BLOCKS)
V2_KINDS = set(CARD_COMPONENTS["branches"]) - {1}

# Messages
EMBED_TITLE = plain(256, type=["string", "null"], pattern=r"^$|\S")
EMBED_DESCRIPTION = rich(4096, type=["string", "null"], pattern=r"^$|\S")
EMBED_BODIES = ["title", "description", "fields", "author", "footer", "image", "thumbnail"]
EMBED = thing(
    "",
    {"anyGiven": EMBED_BODIES},
    title=EMBED_TITLE,
    description=EMBED_DESCRIPTION,
    url=optional(url(2048, *WEB)),
    author=optional(thing("name", name=plain(256))),
    footer=optional(thing("text", text=plain(2048))),
    fields=optional(array(0, 25, thing("name value", name=plain(256), value=rich(1024)))),
)
MESSAGE_FIELDS: dict[str, Schema] = {
    "flags": optional(number(0, 2**31 - 1)),
    "nonce": {"pattern": r"\S", "maxLength": 25},
}
MESSAGE = thing(
    "",
    content={"type": ["string", "null"], "maxLength": 2000, "spoilers": "closed"},
    embeds=optional(array(0, 10, EMBED)),
    components=optional(array(0, 5, components(action_row=ROW))),
    **MESSAGE_FIELDS,
)
CARD = thing(
    "",
    components=optional(array(0, 40, CARD_COMPONENTS)),
    content={"type": ["string", "null"], "maxLength": 0},
    embeds={"type": ["array", "null"], "maxItems": 0},
    poll=ABSENT,
    sticker_ids=ABSENT,
    **MESSAGE_FIELDS,
)
DEFERRAL: Schema = {"type": ["object", "null"], "properties": {"flags": {}}, "additionalProperties": ABSENT}

# Modals
TEXT_INPUT_FIELDS: dict[str, Schema] = {
    "style": number(1, 2),
    "placeholder": caption(100),
    "value": caption(4000),
    "required": FLAG,
    "min_length": optional(number(0, 4000)),
    "max_length": optional(number(1, 4000)),
}
LENGTHS = {"ascending": ("min_length", "max_length")}
LABELLED_INPUT = input_component("style label", LENGTHS, label=plain(45), **TEXT_INPUT_FIELDS)
TEXT_INPUT = input_component("style", LENGTHS, label=caption(45), **TEXT_INPUT_FIELDS)
LABEL = component(
    "label component",
    label=plain(45),
    description=caption(100),
    component=components(
        text_input=TEXT_INPUT,
        file_upload=chooser(10),
        radio_group=input_component("options", options=choosable(2, 10)),
        checkbox_group=chooser(10, "options", options=choosable(1, 10)),
        checkbox=input_component("", default=FLAG),
        **SELECTS,
    ),
)
MODAL_ROW = component("components", components=array(1, 1, components(text_input=LABELLED_INPUT)))
MODAL = thing(
    "title custom_id components",
    title=plain(45),
    custom_id=text(100),
    components=array(1, 5, components(action_row=MODAL_ROW, text_display=TEXT_DISPLAY, label=LABEL)),
)


# Commands
def localized(**schemas: Schema) -> dict[str, Schema]:
    """Return the schemas of fields and of their translations."""
    translations = {
        f"{key}_localizations": {"type": ["object", "null"], "additionalProperties": schema}
        for key, schema in schemas.items()
    }
    return schemas | translations


def choices(value: Schema) -> Schema:
    # Clients look a chosen name up: the second of two alike cannot be chosen.
    return array(0, 25, thing("name value", **localized(name=plain(100)), value=value), uniqueBy=["name", "value"])


MAX_INTEGER = 2**53 - 1
TEXT_VALUE = plain(100)
INTEGER_VALUE = number(-MAX_INTEGER, MAX_INTEGER)
NUMBER_VALUE = {**INTEGER_VALUE, "type": "number"}
SUGGESTIONS = thing("choices", choices=choices({**TEXT_VALUE, **NUMBER_VALUE, "type": ["string", "number"]}))
NAMING = localized(name={"type": "string", "minLength": 1, "maxLength": 32, "format": "command-name"}) | localized(
    description=plain(100)
)
OPTION_FIELDS = "options required choices autocomplete min_value max_value min_length max_length channel_types".split()


def option(required: str = "", more: dict[str, Any] | None = None, /, **properties: Schema) -> Schema:
    """Require an option of a command that has only these fields besides its naming."""
    return thing(f"name description {required}", more, **NAMING, **dict.fromkeys(OPTION_FIELDS, ABSENT) | properties)


def chosen_option(value: Schema, ascending: tuple[str, str], **properties: Schema) -> Schema:
    """Require an option that can have choices or autocompletion."""
    no_choices = {
        "if": {"properties": {"autocomplete": {"const": True}}, "required": ["autocomplete"]},
        "then": {"properties": {"choices": ABSENT}},
    }
    more = {"ascending": ascending, **no_choices}
    return option("", more, required=FLAG, autocomplete=FLAG, choices=optional(choices(value)), **properties)


BOUNDS: dict[str, Schema] = {"min_value": {}, "max_value": {}}
VALUES = {
    "string": chosen_option(
        TEXT_VALUE,
        ("min_length", "max_length"),
        min_length=optional(number(0, 6000)),
        max_length=optional(number(1, 6000)),
    ),
    "integer": chosen_option(INTEGER_VALUE, ("min_value", "max_value"), **BOUNDS),
    "number": chosen_option(NUMBER_VALUE, ("min_value", "max_value"), **BOUNDS),
    "channel": option(required=FLAG, channel_types={}),
    **dict.fromkeys(("boolean", "user", "role", "mentionable", "attachment"), option(required=FLAG)),
}
ORDERED = {"uniqueBy": ["name"], "requiredFirst": True}
SUBCOMMAND = option(options=optional(array(0, 25, options(**VALUES), **ORDERED)))
GROUP = option("options", options=array(1, 25, options(subcommand=SUBCOMMAND), uniqueBy=["name"]))
BRANCHES = options(subcommand=SUBCOMMAND, subcommand_group=GROUP)
HAS_BRANCHES = {"contains": {"properties": {"type": {"enum": list(BRANCHES["branches"])}}, "required": ["type"]}}
COMMAND_OPTIONS = array(
    0, 25, {}, **ORDERED, **{"if": HAS_BRANCHES, "then": {"items": BRANCHES}, "else": {"items": options(**VALUES)}}
)


def some_of(*values: int) -> Schema:
    return optional({"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "integer", "enum": values}})


REACH: dict[str, Schema] = {
    "contexts": some_of(0, 1, 2),
    "integration_types": some_of(0, 1),
    "default_member_permissions": {"type": ["string", "integer", "null"], "pattern": r"^[0-9]+\Z", "minimum": 0},
}
COMMAND = thing("name description", **NAMING, options=optional(COMMAND_OPTIONS), **REACH)
MENU = thing("name", **localized(name=plain(32), description=ABSENT), options=ABSENT, **REACH)
MAX_COMMANDS = {1: 100, 2: 15, 3: 15}
COMMANDS = array(0, sum(MAX_COMMANDS.values()), {"branches": {1: COMMAND, 2: MENU, 3: MENU}, "default": 1})
