"""Components are equal to those that discord.py makes."""

import asyncio
from typing import Any

import discord
import pytest
from discord import ui

from bot.components import builders
from bot.components.builders import Component

BUTTON: ui.Button[Any] = ui.Button(label="Again", custom_id="again", emoji="🎲", style=discord.ButtonStyle.secondary)
PAIRS: dict[str, tuple[Component, ui.Item[ui.LayoutView]]] = {
    "text": (builders.text("Lola runs."), ui.TextDisplay("Lola runs.")),
    "gap": (builders.SPACER, ui.Separator(visible=False)),
    "line": (builders.DIVIDER, ui.Separator()),
    "container": (
        builders.container([builders.text("a"), builders.DIVIDER], colour=0x123456, spoiler=True),
        ui.Container(ui.TextDisplay("a"), ui.Separator(), accent_colour=0x123456, spoiler=True),
    ),
    "button": (builders.button("Again", "again", emoji="🎲"), BUTTON),
    "danger": (
        builders.button("Go", "go", disabled=True, style=builders.DANGER_STYLE),
        ui.Button(label="Go", custom_id="go", disabled=True, style=discord.ButtonStyle.danger),
    ),
    "link": (builders.link("Page", "https://example.org"), ui.Button(label="Page", url="https://example.org")),
    "row": (builders.action_row([builders.button("Again", "again", emoji="🎲")]), ui.ActionRow(BUTTON)),
    "section": (
        builders.section("Daily", builders.button("Again", "again", emoji="🎲")),
        ui.Section(ui.TextDisplay("Daily"), accessory=BUTTON),
    ),
    "menu": (
        builders.select_menu(
            "Open", [builders.option("7. Run", "7", description="Film", emoji="🎬", default=True)], "open", min_values=0
        ),
        ui.Select(
            placeholder="Open",
            options=[discord.SelectOption(label="7. Run", value="7", description="Film", emoji="🎬", default=True)],
            custom_id="open",
            min_values=0,
        ),
    ),
    "channels": (
        builders.channel_select("Where", [builders.GUILD_TEXT, builders.GUILD_ANNOUNCEMENT], "in", [7], max_values=25),
        ui.ChannelSelect(
            placeholder="Where",
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            custom_id="in",
            default_values=[discord.SelectDefaultValue(id=7, type=discord.SelectDefaultValueType.channel)],
            min_values=0,
            max_values=25,
        ),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_component_is_what_the_library_would_send(name: str) -> None:
    ours, its = PAIRS[name]
    assert normalized(ours) == normalized(its.to_component_dict())


def test_a_modal_is_what_the_library_would_send() -> None:
    async def from_library() -> object:
        theirs = ui.Modal(title="Go", custom_id="go", timeout=None)
        field: ui.TextInput[ui.Modal] = ui.TextInput(placeholder="1", custom_id="page", max_length=7)
        theirs.add_item(ui.Label(text="Page", component=field))
        theirs.stop()
        return theirs.to_dict()

    field = builders.text_input("page", max_length=7, placeholder="1")
    assert builders.modal("Go", "go", "Page", field) == asyncio.run(from_library())


def test_types_have_discords_numbers() -> None:
    types = (discord.ComponentType.action_row, discord.ComponentType.section, discord.ComponentType.label)
    assert [each.value for each in types] == [builders.ACTION_ROW, builders.SECTION, builders.LABEL]
    kinds = discord.ChannelType
    for kind, channel_type in (
        (kinds.text, builders.GUILD_TEXT),
        (kinds.voice, builders.GUILD_VOICE),
        (kinds.news, builders.GUILD_ANNOUNCEMENT),
        (kinds.stage_voice, builders.GUILD_STAGE_VOICE),
        (kinds.forum, builders.GUILD_FORUM),
    ):
        assert kind.value == channel_type


def normalized(component: object) -> object:
    """Return a component without values that mean the same as their absence, and with ids as text."""
    if isinstance(component, list):
        return [normalized(item) for item in component]
    if not isinstance(component, dict):
        return component
    defaults = {"disabled": False, "id": None, "description": None}
    values = {key: normalized(value) for key, value in component.items() if (key, value) not in defaults.items()}
    values.pop("required", None)  # means something in modals only
    return values | {"id": str(values["id"])} if "id" in values else values
