"""The rules of single fields, in tables: each field is named by its part of a request."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.discord_rules.rules import Request
from tests.discord_rules.sample_payloads import (
    PAGE,
    Case,
    Json,
    answer,
    button,
    buttons,
    card,
    choice,
    choices,
    command,
    commands,
    container,
    edit,
    embed,
    embed_field,
    field,
    gallery,
    group,
    label,
    link,
    menu,
    modal,
    option,
    options,
    parameter,
    parameters,
    picture,
    post,
    premium,
    row,
    section,
    select,
    subcommand,
    suggestions,
    text,
    thumbnail,
    user_select,
)

FIRST = "$.data.components[0]"
ROW_CHILD = (f"{FIRST}.components[0]", lambda part: card(row(part)))
MEDIA = (f"{FIRST}.items[0]", lambda part: card(gallery(part)))
LABELLED = (f"{FIRST}.component", lambda part: modal(label(part)))
COMMAND = ("$[0]", commands)
OPTION = ("$[0].options[0]", lambda part: commands(command(part)))
CHOICE = "$[0].options[0].choices[0]"


def whole(request: Request) -> Request:
    return request


# Where a part is, a request around it, and the part with given fields.
PARTS: dict[str, tuple[str, Callable[[Any], Request], Callable[..., Any]]] = {
    "answer": ("$.data", whole, partial(answer, content="x")),
    "edit": ("$", whole, edit),
    "post": ("$", whole, post),
    "embed": ("$.data.embeds[0]", lambda part: answer(embeds=[part]), embed),
    "embed-author": ("$.data.embeds[0].author", lambda part: answer(embeds=[embed(author=part)]), dict),
    "embed-footer": ("$.data.embeds[0].footer", lambda part: answer(embeds=[embed(footer=part)]), dict),
    "embed-field": ("$.data.embeds[0].fields[0]", lambda part: answer(embeds=[embed(fields=[part])]), embed_field),
    "card": ("$.data", whole, partial(card, text())),
    "text": (FIRST, card, text),
    "row": (FIRST, card, lambda components: row(*components)),
    "button": (*ROW_CHILD, button),
    "link": (*ROW_CHILD, link),
    "premium-button": (*ROW_CHILD, premium),
    "select": (*ROW_CHILD, select),
    "user-select": (*ROW_CHILD, user_select),
    "option": (f"{FIRST}.components[0].options[0]", lambda part: card(row(select(part))), option),
    "section": (FIRST, card, section),
    "thumbnail": (f"{FIRST}.accessory", lambda part: card(section(accessory=part)), thumbnail),
    "gallery": (FIRST, card, lambda items: gallery(*items)),
    "picture": (*MEDIA, picture),
    "picture-media": (f"{FIRST}.items[0].media", lambda part: card(gallery({"media": part})), dict),
    "thumbnail-media": (f"{FIRST}.accessory.media", lambda part: card(section(accessory=thumbnail(media=part))), dict),
    "file": (f"{FIRST}.file", lambda part: card({"type": 13, "file": part}), dict),
    "separator": (FIRST, card, partial(dict, type=14)),
    "container": (FIRST, card, partial(dict, container(text()))),
    "modal": ("$.data", whole, partial(modal, text())),
    "modal-row": (FIRST, modal, lambda components: row(*components)),
    "label": (FIRST, modal, partial(dict, label(field()))),
    "input": (*LABELLED, field),
    "row-input": (f"{FIRST}.components[0]", lambda part: modal(row(part)), partial(field, label="x")),
    "modal-select": (*LABELLED, select),
    "upload": (*LABELLED, partial(dict, type=19, custom_id="x")),
    "radio-group": (*LABELLED, partial(dict, type=21, custom_id="x", options=options(2))),
    "checkboxes": (*LABELLED, partial(dict, type=22, custom_id="x", options=options(10))),
    "checkbox": (*LABELLED, partial(dict, type=23, custom_id="x")),
    "suggestions": ("$.data", whole, lambda choices: suggestions(*choices)),
    "suggestion": ("$.data.choices[0]", suggestions, choice),
    "command": (*COMMAND, command),
    "menu": (*COMMAND, menu),
    "group": (*OPTION, lambda options: group(*options)),
    "subcommand": (*OPTION, subcommand),
    "parameter": (*OPTION, parameter),
    "integer": (*OPTION, partial(parameter, 4)),
    "number": (*OPTION, partial(parameter, 10)),
    "boolean": (*OPTION, partial(parameter, 5)),
    "user": (*OPTION, partial(parameter, 6)),
    "channel": (*OPTION, partial(parameter, 7)),
    "choice": (CHOICE, lambda part: commands(command(parameter(choices=[part]))), choice),
    "integer-choice": (CHOICE, lambda part: commands(command(parameter(4, choices=[part]))), choice),
    "number-choice": (CHOICE, lambda part: commands(command(parameter(10, choices=[part]))), choice),
}


def part_case(name: str, good: Json, bad: Json, complaint: str) -> Case:
    """Return the case of a part with these fields. `complaint` goes on after its path."""
    path, request, make = PARTS[name]
    return Case(f"{name}{complaint}, not {bad!r:.40}", request(make(**good)), request(make(**bad)), path + complaint)


def field_case(name: str, good: Any, bad: Any, complaint: str) -> Case:
    part, key = name.split(".")
    return part_case(part, {key: good}, {key: bad}, f".{key}{complaint}")


MAX_LENGTHS = {
    "answer.content": 2000,
    "post.nonce": 25,
    "card.nonce": 25,
    "embed.title": 256,
    "embed.description": 4096,
    "embed-author.name": 256,
    "embed-footer.text": 2048,
    "embed-field.name": 256,
    "embed-field.value": 1024,
    "text.content": 4000,
    "picture.description": 1024,
    "button.label": 80,
    "button.custom_id": 100,
    "select.placeholder": 150,
    "option.label": 100,
    "option.value": 100,
    "option.description": 100,
    "modal.title": 45,
    "modal.custom_id": 100,
    "label.label": 45,
    "label.description": 100,
    "input.label": 45,
    "row-input.label": 45,
    "input.placeholder": 100,
    "input.value": 4000,
    "suggestion.name": 100,
    "suggestion.value": 100,
    "choice.name": 100,
    "choice.value": 100,
    "command.name": 32,
    "command.description": 100,
    "menu.name": 32,
}
MAX_URL_LENGTHS = {"embed.url": 2048, "picture-media.url": 2048, "link.url": 512}
NOT_BLANK = (
    "post.nonce embed.title embed.description embed-field.name text.content button.custom_id option.label "
    "option.value modal.title modal.custom_id label.label row-input.label input.custom_id modal-select.custom_id "
    "upload.custom_id radio-group.custom_id checkboxes.custom_id checkbox.custom_id suggestion.name "
    "command.description subcommand.description"
).split()
PLAIN = (
    "embed.title embed-footer.text embed-author.name embed-field.name button.label select.placeholder option.label "
    "option.description picture.description modal.title label.label label.description input.label input.placeholder "
    "input.value suggestion.name suggestion.value choice.name command.description menu.name parameter.description"
).split()
RICH = "answer.content edit.content embed.description embed-field.value text.content".split()
FLAGS = (
    "button.disabled link.disabled premium-button.disabled select.disabled user-select.disabled option.default "
    "separator.divider container.spoiler picture.spoiler input.required row-input.required checkbox.default "
    "parameter.required parameter.autocomplete channel.required user.required"
).split()
RANGES = {
    "text.id": (0, 2**32 - 1),
    "separator.spacing": (1, 2),
    "container.accent_color": (0, 0xFFFFFF),
    "user-select.min_values": (0, 25),
    "user-select.max_values": (1, 25),
    "upload.min_values": (0, 10),
    "upload.max_values": (1, 10),
    "checkboxes.min_values": (0, 10),
    "checkboxes.max_values": (1, 10),
    "input.style": (1, 2),
    "input.min_length": (0, 4000),
    "input.max_length": (1, 4000),
    "parameter.min_length": (0, 6000),
    "parameter.max_length": (1, 6000),
    "integer-choice.value": (1 - 2**53, 2**53 - 1),
    "number-choice.value": (1 - 2**53, 2**53 - 1),
}
COUNTS: dict[str, tuple[int, int, Callable[[int], list[Any]]]] = {
    "answer.embeds": (0, 10, lambda count: [embed()] * count),
    "answer.components": (0, 5, lambda count: [row(one) for one in buttons(count)]),
    "embed.fields": (0, 25, lambda count: [embed_field()] * count),
    "row.components": (1, 5, buttons),
    "select.options": (1, 25, options),
    "section.components": (1, 3, lambda count: [text()] * count),
    "gallery.items": (1, 10, lambda count: [picture()] * count),
    "modal.components": (1, 5, lambda count: [text()] * count),
    "modal-row.components": (1, 1, lambda count: [field(label="x", custom_id=str(index)) for index in range(count)]),
    "radio-group.options": (2, 10, options),
    "checkboxes.options": (1, 10, options),
    "suggestions.choices": (0, 25, choices),
    "command.options": (0, 25, parameters),
    "group.options": (1, 25, lambda count: [subcommand(name=f"s{index}") for index in range(count)]),
    "subcommand.options": (0, 25, parameters),
    "parameter.choices": (0, 25, choices),
}
# A part, fields that are allowed together, fields that are not, and the complaint after the part's path.
COMBINATIONS: list[tuple[str, Json, Json, str]] = [
    ("button", {"label": None, "emoji": {"name": "▶"}}, {"label": None}, " breaks anyGiven ['label', 'emoji']"),
    ("button", {"label": "", "emoji": {"name": "▶"}}, {"label": " "}, " breaks anyGiven"),
    ("link", {"label": None, "emoji": {"name": "▶"}}, {"label": None}, " breaks anyGiven"),
    ("premium-button", {}, {"sku_id": None}, " breaks required"),
    ("user-select", {}, {"custom_id": None}, " breaks required"),
    ("select", {}, {"options": None}, " breaks required"),
    ("select", {"max_values": 1}, {"max_values": 2}, " breaks maxOptions"),
    *(
        (part, {least: 2, most: 2}, {least: 3, most: 2}, f" breaks ascending ({least!r}, {most!r})")
        for part, least, most in [
            ("user-select", "min_values", "max_values"),
            ("checkboxes", "min_values", "max_values"),
            ("input", "min_length", "max_length"),
            ("row-input", "min_length", "max_length"),
            ("parameter", "min_length", "max_length"),
            ("integer", "min_value", "max_value"),
            ("number", "min_value", "max_value"),
        ]
    ),
    (
        "parameter",
        {"autocomplete": False, "choices": choices(1)},
        {"autocomplete": True, "choices": choices(1)},
        ".choices breaks absent",
    ),
]
IN_ORDER = [parameter(name="a", required=True), parameter(name="b")]
OUT_OF_ORDER = [parameter(name="a"), parameter(name="b", required=True)]
# A field, a value that is allowed, one that is not, and the complaint after the field's path.
OTHERS = [
    ("answer.content", "5", 5, " breaks type"),
    ("embed.title", "", 5, " breaks type ['string', 'null']"),
    ("embed.title", None, False, " breaks type"),
    ("embed.description", "", 5, " breaks type ['string', 'null']"),
    ("embed.description", None, False, " breaks type"),
    ("text.id", 1, 1.0, " breaks type 'integer'"),
    ("select.placeholder", "5", 5, " breaks type ['string', 'null']"),
    ("answer.flags", 0, "0", " breaks type"),
    ("answer.flags", 0, -1 << 20, " breaks minimum 0"),
    ("answer.components", [], {"type": 1}, " breaks type"),
    ("edit.content", None, "x" * 2001, " breaks maxLength 2000"),
    ("embed.url", PAGE, "page", " breaks schemes ('http', 'https')"),
    ("card.embeds", [], [embed()], " breaks maxItems 0"),
    ("card.content", None, "x", " breaks maxLength 0"),
    ("card.poll", None, {"question": {}}, " breaks absent"),
    ("card.sticker_ids", [], [1], " breaks absent"),
    ("button.style", 4, 7, " breaks enum [1, 2, 3, 4, 5, 6]"),
    ("button.style", 1, 0, " breaks enum"),
    ("button.url", None, PAGE, " breaks absent"),
    ("button.sku_id", None, "1", " breaks absent"),
    ("link.sku_id", None, "1", " breaks absent"),
    ("button.emoji", {"name": "▶", "id": None}, {"name": "", "id": None}, " breaks anyGiven ['name', 'id']"),
    ("link.custom_id", None, "x", " breaks absent"),
    ("link.url", PAGE, "https://", " breaks schemes ('discord', 'http', 'https')"),
    ("link.url", "discord://-/users/1", "https://[example", " breaks schemes"),
    ("premium-button.label", None, "x", " breaks absent"),
    ("premium-button.custom_id", None, "x", " breaks absent"),
    ("premium-button.url", None, PAGE, " breaks absent"),
    ("premium-button.emoji", None, {"name": "▶"}, " breaks absent"),
    ("option.emoji", {"name": "▶"}, "▶", " breaks type"),
    ("modal-select.options", [option("a"), option("b")], [option("a"), option("a")], "[1].value breaks uniqueBy"),
    ("container.components", [text()], [], " breaks minItems 1"),
    ("premium-button.sku_id", "1", " ", " breaks pattern"),
    ("premium-button.sku_id", "1" * 20, "1" * 21, " breaks maxLength 20"),
    ("section.accessory", thumbnail(), None, ".type breaks enum [2, 11]"),
    ("section.accessory", button(), select(), ".type breaks enum [2, 11]"),
    ("section.components", [text()], [row(link())], "[0].type breaks enum [10]"),
    (
        "thumbnail-media.url",
        "attachment://run.png",
        "file:///run.png",
        " breaks schemes ('attachment', 'http', 'https')",
    ),
    ("file.url", "attachment://corpus.txt", f"{PAGE}corpus.txt", " breaks schemes ('attachment',)"),
    ("label.component", field(), None, ".type breaks enum [4, 19, 21, 22, 23, 3, 5, 6, 7, 8]"),
    ("label.component", select(), text(), ".type breaks enum"),
    ("suggestion.value", 0.5, True, " breaks type ['string', 'number']"),
    ("choice.value", "1", 1, " breaks type 'string'"),
    ("integer-choice.value", 1, "1", " breaks type 'integer'"),
    ("number-choice.value", 0.5, "0.5", " breaks type 'number'"),
    ("choice.name_localizations", {"de": "x" * 100}, {"de": "x" * 101}, ".de breaks maxLength 100"),
    ("command.name", "chạy-dài_ठीक'ไทย2", "big run", " breaks format 'command-name'"),
    ("command.name", "𐐨" * 16, "𐐨" * 17, " breaks maxLength 32"),
    ("command.name", "x", "", " breaks minLength 1"),
    ("command.name", "x", "x\n", " breaks format"),
    ("command.name", "bigrun", "bigRun", " breaks format"),
    ("command.name", "5", 5, " breaks type"),
    ("command.name_localizations", {"de": "lauf"}, {"de": "Lauf"}, ".de breaks format"),
    ("command.name_localizations", {}, ["de"], " breaks type"),
    ("command.description_localizations", {"de": "x" * 100}, {"de": "x" * 101}, ".de breaks maxLength 100"),
    ("command.type", None, 9, " breaks enum [1, 2, 3]"),
    ("command.contexts", [0, 1, 2], [3], "[0] breaks enum (0, 1, 2)"),
    ("menu.contexts", [0, 1, 2], [3], "[0] breaks enum"),
    ("command.contexts", None, [], " breaks minItems 1"),
    ("command.contexts", None, 1, " breaks type"),
    ("command.contexts", [0, 1], [0, 0], " breaks uniqueItems"),
    ("command.integration_types", [0, 1], [2], "[0] breaks enum (0, 1)"),
    ("command.default_member_permissions", 32, "manage_guild", " breaks pattern"),
    ("command.default_member_permissions", None, [], " breaks type"),
    ("command.default_member_permissions", 0, -1, " breaks minimum 0"),
    ("menu.name_localizations", {"de": "X" * 32}, {"de": "X" * 33}, ".de breaks maxLength 32"),
    ("menu.description", "", "x", " breaks absent"),
    ("menu.options", [], [parameter()], " breaks absent"),
    ("parameter.name", "a", "A", " breaks format"),
    ("group.options", [subcommand()], [group(subcommand())], "[0].type breaks enum [1]"),
    ("group.options", [subcommand()], [parameter()], "[0].type breaks enum [1]"),
    ("subcommand.options", [parameter()], [subcommand()], "[0].type breaks enum [3, 4, 10, 7, 5, 6, 8, 9, 11]"),
    ("boolean.choices", [], [choice()], " breaks absent"),
    ("user.autocomplete", False, True, " breaks absent"),
    ("integer.max_length", None, 5, " breaks absent"),
    ("parameter.min_value", None, 5, " breaks absent"),
    ("parameter.channel_types", [], [0], " breaks absent"),
    ("boolean.options", None, [parameter()], " breaks absent"),
    ("answer.components", [row(button())], [button()], "[0].type breaks enum [1]: 2"),
    ("card.components", [{"type": 14}], [{"type": 15}, text()], "[0].type breaks enum [17, 9, 10, 12, 13, 14, 1]: 15"),
    ("card.components", [row(button())], [button()], "[0].type breaks enum"),
    ("card.components", [text()], [text(), "x"], "[1].type breaks enum"),
    ("container.components", [row(select())], [select()], "[0].type breaks enum [9, 10, 12, 13, 14, 1]: 3"),
    ("container.components", [text()], [container(text())], "[0].type breaks enum"),
    ("container.components", [section(accessory=thumbnail())], [thumbnail()], "[0].type breaks enum"),
    ("row.components", [button()], [row(button())], "[0].type breaks enum [2, 3, 5, 6, 7, 8]: 1"),
    ("row.components", [button()], [field()], "[0].type breaks enum"),
    ("row.components", [select()], [button(), select()], " breaks maxItems 1"),
    *(
        ("row.components", [user_select(type=kind)], [user_select(type=kind), button()], " breaks maxItems 1")
        for kind in (5, 6, 7, 8)
    ),
    ("modal.components", [label(field())], [field()], "[0].type breaks enum [1, 10, 18]: 4"),
    ("modal-row.components", [field(label="x")], [select(label="x")], "[0].type breaks enum [4]: 3"),
    ("modal-row.components", [field(label="x")], [field()], "[0] breaks required"),
    ("command.options", None, [parameter(2)], "[0] breaks required"),
    (
        "command.options",
        [parameter(kind, f"p{kind}") for kind in range(3, 12)],
        [parameter(12)],
        "[0].type breaks enum",
    ),
    (
        "command.options",
        [subcommand(), group(subcommand())],
        [subcommand(), parameter()],
        "[1].type breaks enum [1, 2]: 3",
    ),
    ("select.options", [option("a"), option("b")], [option("a"), option("a")], "[1].value breaks uniqueBy"),
    ("suggestions.choices", choices(2), [choice("a", "1"), choice("a", "2")], "[1].name breaks uniqueBy"),
    ("suggestions.choices", choices(2), [choice("a", "1"), choice("b", "1")], "[1].value breaks uniqueBy"),
    ("command.options", parameters(2), [parameter(), parameter()], "[1].name breaks uniqueBy"),
    ("subcommand.options", parameters(2), [parameter(), parameter()], "[1].name breaks uniqueBy"),
    ("group.options", [subcommand()], [subcommand(), subcommand()], "[1].name breaks uniqueBy"),
    ("command.options", IN_ORDER, OUT_OF_ORDER, "[1] breaks requiredFirst"),
    ("subcommand.options", IN_ORDER, OUT_OF_ORDER, "[1] breaks requiredFirst"),
]

CASES = [
    *(
        field_case(name, "x" * most, "x" * (most + 1), f" breaks maxLength {most}")
        for name, most in MAX_LENGTHS.items()
    ),
    *(
        field_case(name, PAGE.ljust(most, "x"), PAGE.ljust(most + 1, "x"), f" breaks maxLength {most}")
        for name, most in MAX_URL_LENGTHS.items()
    ),
    *(field_case(name, "x", " ", " breaks pattern") for name in NOT_BLANK),
    *(field_case(name, "|x|", "||x||", " breaks spoilers 'none'") for name in PLAIN),
    *(
        field_case(name, "||x||", bad, " breaks spoilers 'closed'")
        for name in RICH
        for bad in ("||x|| and ||y", "||||")
    ),
    *(field_case(name, True, 1, " breaks type ['boolean', 'null']") for name in FLAGS),
    *(field_case(name, least, least - 1, f" breaks minimum {least}") for name, (least, _) in RANGES.items()),
    *(field_case(name, most, most + 1, f" breaks maximum {most}") for name, (_, most) in RANGES.items()),
    *(
        field_case(name, items(least), items(least - 1), f" breaks minItems {least}")
        for name, (least, _, items) in COUNTS.items()
        if least
    ),
    *(
        field_case(name, items(most), items(most + 1), f" breaks maxItems {most}")
        for name, (_, most, items) in COUNTS.items()
    ),
    *(field_case(*row) for row in OTHERS),
    *(part_case(*row) for row in COMBINATIONS),
]
