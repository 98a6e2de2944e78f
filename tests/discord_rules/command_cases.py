"""Each rule for the registration of commands, with a body that keeps it and one that breaks it alone."""

from typing import Any

from tests.discord_rules.command_rules import weight
from tests.discord_rules.rules import Request
from tests.discord_rules.sample_payloads import Case, choice, command, commands, group, parameter, subcommand


def menu(**changes: Any) -> dict[str, Any]:
    return {"type": 3, "name": "Find examples like this", **changes}


def many(count: int, kind: int = 1) -> list[dict[str, Any]]:
    made = [command(name=f"run{index}") for index in range(count)]
    return made if kind == 1 else [menu(type=kind, name=f"Run {index}") for index in range(count)]


def parameters(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [parameter(name=f"p{index}", **changes) for index in range(count)]


def weighing(total: int) -> dict[str, Any]:
    """Make a command of just so many characters in names, descriptions and values."""
    choices = [choice(f"{index:02}".ljust(100, "x"), f"{index:02}".ljust(100, "y")) for index in range(25)]
    built = command(
        parameter(name="a", choices=choices), parameter(name="b", choices=choices[:14]), parameter(name="c")
    )
    rest = total - weight(built)
    built["options"][-1]["choices"] = [choice("z" * 70, "z" * (rest - 70))]
    return built


NAMES = [
    Case(
        "a name may have letters of any script",
        commands(command(name="chạy-dài_ठीक'ไทย2")),
        commands(command(name="big run")),
        "$[0].name is 'big run'; a name has 1 to 32 letters",
    ),
    Case("a name has 32 characters", commands(command(name="x" * 32)), commands(command(name="x" * 33)), "$[0].name"),
    Case(
        "a name counts in both ways",
        commands(command(name="𐐨" * 16)),
        commands(command(name="𐐨" * 17)),
        "$[0].name is",
    ),
    Case("a name is not empty", commands(command(name="x")), commands(command(name="")), "$[0].name is ''"),
    Case("a name has no line break", commands(command(name="x")), commands(command(name="x\n")), "$[0].name is 'x\\n'"),
    Case(
        "a name is in lower case",
        commands(command(name="bigrun")),
        commands(command(name="bigRun")),
        "$[0].name is 'bigRun'; a name must be in lower case.",
    ),
    Case(
        "an option's name is one too",
        commands(command(parameter(name="a"))),
        commands(command(parameter(name="A"))),
        "$[0].options[0].name is 'A'; a name must be in lower case.",
    ),
    Case(
        "a translated name is one too",
        commands(command(name_localizations={"de": "lauf"})),
        commands(command(name_localizations={"de": "Lauf"})),
        "$[0].name_localizations.de is 'Lauf'",
    ),
    Case(
        "a translated description has 100 characters",
        commands(command(description_localizations={"de": "x" * 100})),
        commands(command(description_localizations={"de": "x" * 101})),
        "$[0].description_localizations.de is 101 characters long",
    ),
    Case(
        "a menu's translated name has 32",
        commands(menu(name_localizations={"de": "X" * 32})),
        commands(menu(name_localizations={"de": "X" * 33})),
        "$[0].name_localizations.de is 33 characters long",
    ),
    Case("a name is a text", commands(command(name="5")), commands(command(name=5)), "$[0].name is 5; a name has"),
    Case(
        "translations are an object",
        commands(command(name_localizations={})),
        commands(command(name_localizations=["de"])),
        "$[0].name_localizations must be an object",
    ),
    Case("a menu's name is free", commands(menu()), commands(menu(name="x" * 33)), "$[0].name is 33 characters long"),
    Case(
        "commands of a kind have names of their own",
        commands(command(name="run"), menu(name="run")),
        commands(command(name="run"), command(name="run")),
        "$[1].name repeats 'run', already at $[0].name.",
    ),
    Case(
        "options have names of their own",
        commands(command(parameter(name="a"), parameter(name="b"))),
        commands(command(parameter(name="a"), parameter(name="a"))),
        "$[0].options[1].name repeats 'a'",
    ),
    Case(
        "subcommands have names of their own",
        commands(command(group(subcommand(name="on")), subcommand(name="on"))),
        commands(command(group(subcommand(name="on"), subcommand(name="on")))),
        "$[0].options[0].options[1].name repeats 'on'",
    ),
    Case(
        "a description has 100 characters",
        commands(command(description="x" * 100)),
        commands(command(description="x" * 101)),
        "$[0].description is 101 characters long",
    ),
    Case("a description is not blank", commands(command()), commands(command(description=" ")), "$[0].description is"),
    Case(
        "a subcommand is described",
        commands(command(subcommand())),
        commands(command({**subcommand(), "description": ""})),
        "$[0].options[0].description is empty.",
    ),
    Case("a menu is not described", commands(menu(description="")), commands(menu(description="x")), "$[0].descrip"),
]

SIZES = [
    Case("100 slash commands", commands(*many(100)), commands(*many(101)), "$ holds 101 commands of type 1"),
    Case("15 menus for members", commands(*many(15, 2)), commands(*many(16, 2)), "$ holds 16 commands of type 2"),
    Case("15 menus for messages", commands(*many(15, 3)), commands(*many(16, 3)), "$ holds 16 commands of type 3"),
    Case(
        "25 options",
        commands(command(*parameters(25))),
        commands(command(*parameters(26))),
        "$[0].options has 26 entries",
    ),
    Case(
        "8,000 characters a command",
        commands(weighing(8000)),
        commands(weighing(8001)),
        "$[0] has 8001 characters in names, descriptions and values; 8000 fit.",
    ),
]

SHAPES = [
    Case(
        "a command, a group, a subcommand",
        commands(command(group(subcommand(parameter())))),
        commands(command(group(group(subcommand())))),
        "$[0].options[0].options[0], of kind group, may not stand there",
    ),
    Case(
        "no subcommand in a subcommand",
        commands(command(subcommand(parameter()))),
        commands(command(subcommand(subcommand()))),
        "$[0].options[0].options[0], of kind subcommand, may not stand there",
    ),
    Case(
        "a group holds subcommands only",
        commands(command(group(subcommand()))),
        commands(command(group(parameter()))),
        "$[0].options[0].options[0], of kind string, may not stand there",
    ),
    Case(
        "a group is not empty",
        commands(command(group(subcommand()))),
        commands(command(group())),
        "$[0].options[0].options has 0 entries",
    ),
    Case(
        "a group lists its subcommands",
        commands(command(options=None)),
        commands(command(parameter(2))),
        "$[0].options[0].options must be a list, not None.",
    ),
    Case(
        "subcommands and options do not mix",
        commands(command(subcommand(), group(subcommand()))),
        commands(command(subcommand(), parameter())),
        "$[0].options mixes subcommands with other options.",
    ),
    Case(
        "the required come first",
        commands(command(parameter(name="a", required=True), parameter(name="b"))),
        commands(command(parameter(name="a"), parameter(name="b", required=True))),
        "$[0].options[1] is required, but comes after $[0].options[0], which is not.",
    ),
    Case(
        "the required come first in a subcommand",
        commands(command(subcommand(parameter(name="a", required=True), parameter(name="b")))),
        commands(command(subcommand(parameter(name="a"), parameter(name="b", required=True)))),
        "$[0].options[0].options[1] is required",
    ),
    Case(
        "an option's type is known",
        commands(command(*(parameter(kind, f"p{kind}") for kind in range(3, 12)))),
        commands(command(parameter(12))),
        "$[0].options[0].type is 12, which is no kind of option.",
    ),
    Case("a command's type is known", commands(command()), commands(command(type=9)), "$[0].type is 9, which is no"),
    Case(
        "a menu has no options", commands(menu(options=[])), commands(menu(options=[parameter()])), "$[0].options may"
    ),
    Case("commands are a list", commands(), Request("PUT", "/applications/1/commands", {}), "$ must be a list"),
]

OPTIONS = [
    Case(
        "an option has 25 choices",
        commands(command(parameter(choices=[choice(str(n), str(n)) for n in range(25)]))),
        commands(command(parameter(choices=[choice(str(n), str(n)) for n in range(26)]))),
        "$[0].options[0].choices has 26 entries",
    ),
    Case(
        "a choice suits its option",
        commands(command(parameter(4, choices=[choice(value=1)]))),
        commands(command(parameter(4, choices=[choice(value="1")]))),
        "$[0].options[0].choices[0].value must be a whole number",
    ),
    Case(
        "a choice of texts is a text",
        commands(command(parameter(3, choices=[choice(value="1")]))),
        commands(command(parameter(3, choices=[choice(value=1)]))),
        "$[0].options[0].choices[0].value is 1, which does not suit its option.",
    ),
    Case(
        "a whole number has 53 bits",
        commands(command(parameter(4, choices=[choice("a", 2**53 - 1), choice("b", 1 - 2**53)]))),
        commands(command(parameter(4, choices=[choice(value=2**53)]))),
        "$[0].options[0].choices[0].value must be a whole number",
    ),
    Case(
        "a choice of numbers may be a fraction",
        commands(command(parameter(10, choices=[choice(value=0.5)]))),
        commands(command(parameter(10, choices=[choice(value="0.5")]))),
        "$[0].options[0].choices[0].value is '0.5', which does not suit its option.",
    ),
    Case(
        "a translated choice has 100 characters",
        commands(command(parameter(choices=[choice(name_localizations={"de": "x" * 100})]))),
        commands(command(parameter(choices=[choice(name_localizations={"de": "x" * 101})]))),
        "$[0].options[0].choices[0].name_localizations.de is 101 characters long",
    ),
    Case(
        "a yes or no has no choices",
        commands(command(parameter(5))),
        commands(command(parameter(5, choices=[choice()]))),
        "$[0].options[0].choices may not be given there.",
    ),
    Case(
        "choices or autocompletion, not both",
        commands(command(parameter(autocomplete=True, choices=[]))),
        commands(command(parameter(autocomplete=True, choices=[choice()]))),
        "$[0].options[0].choices may not be given there.",
    ),
    Case(
        "a member is not autocompleted",
        commands(command(parameter(6, autocomplete=False))),
        commands(command(parameter(6, autocomplete=True))),
        "$[0].options[0].autocomplete may not be given there.",
    ),
    Case(
        "only a text has a length",
        commands(command(parameter(3, min_length=1, max_length=6000))),
        commands(command(parameter(4, max_length=5))),
        "$[0].options[0].max_length may not be given there.",
    ),
    Case(
        "a text has 6,000 characters",
        commands(command(parameter(max_length=6000))),
        commands(command(parameter(max_length=6001))),
        "$[0].options[0].max_length must be a whole number from 1 to 6000",
    ),
    Case(
        "the shortest is not above the longest",
        commands(command(parameter(min_length=2, max_length=2))),
        commands(command(parameter(min_length=3, max_length=2))),
        "$[0].options[0].min_length is above max_length.",
    ),
    Case(
        "the least is not above the most",
        commands(command(parameter(4, min_value=2, max_value=2))),
        commands(command(parameter(4, min_value=3, max_value=2))),
        "$[0].options[0].min_value is above max_value.",
    ),
    Case(
        "only a channel has channel types",
        commands(command(parameter(7, channel_types=[0]))),
        commands(command(parameter(3, channel_types=[0]))),
        "$[0].options[0].channel_types may not be given there.",
    ),
    Case(
        "required is true or false",
        commands(command(parameter(required=True))),
        commands(command(parameter(required="yes"))),
        "$[0].options[0].required must be true or false",
    ),
]

REACH = [
    Case("contexts are known", commands(command(contexts=[0, 1, 2])), commands(command(contexts=[3])), "$[0].contexts"),
    Case(
        "integration types are known",
        commands(command(integration_types=[0, 1])),
        commands(command(integration_types=[2])),
        "$[0].integration_types is [2], but must hold some of [0, 1].",
    ),
    Case("contexts are not empty", commands(command()), commands(command(contexts=[])), "$[0].contexts is []"),
    Case("contexts are a list", commands(command()), commands(command(contexts=1)), "$[0].contexts is 1, but must"),
    Case(
        "a context comes once",
        commands(command(contexts=[0, 1])),
        commands(command(contexts=[0, 0])),
        "$[0].contexts[1] repeats 0",
    ),
    Case(
        "permissions are a number",
        commands(command(default_member_permissions=32)),
        commands(command(default_member_permissions="manage_guild")),
        "$[0].default_member_permissions must be a number",
    ),
]

CASES = [*NAMES, *SIZES, *SHAPES, *OPTIONS, *REACH]
