"""Components, held against those that the library makes of its own items."""

import discord
import pytest
from discord import ComponentType, ui

from bot.components import builders
from bot.components.builders import Component

BUTTON: ui.Button[ui.LayoutView] = ui.Button(
    label="Again", custom_id="again", emoji="🎲", style=discord.ButtonStyle.secondary
)
PAIRS: dict[str, tuple[Component, ui.Item[ui.LayoutView]]] = {
    "text": (builders.text("Lola runs."), ui.TextDisplay("Lola runs.")),
    "gap": (builders.spacer(), ui.Separator(visible=False)),
    "line": (builders.divider(), ui.Separator()),
    "container": (
        builders.container([builders.text("a"), builders.divider()], colour=0x123456, veiled=True),
        ui.Container(ui.TextDisplay("a"), ui.Separator(), accent_colour=0x123456, spoiler=True),
    ),
    "button": (builders.button("Again", "again", emoji="🎲"), BUTTON),
    "danger": (
        builders.button("Go", "go", disabled=True, style=discord.ButtonStyle.danger),
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
            "Open", [builders.option("7. Run", "7", description="Film", emoji="🎬", chosen=True)], "open", least=0
        ),
        ui.Select(
            placeholder="Open",
            options=[discord.SelectOption(label="7. Run", value="7", description="Film", emoji="🎬", default=True)],
            custom_id="open",
            min_values=0,
        ),
    ),
    "channels": (
        builders.channel_select("Where", [0, 5], "where", [7], most=25),
        ui.ChannelSelect(
            placeholder="Where",
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
            custom_id="where",
            default_values=[discord.SelectDefaultValue(id=7, type=discord.SelectDefaultValueType.channel)],
            min_values=0,
            max_values=25,
        ),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_component_is_what_the_library_would_send(name: str) -> None:
    ours, its = PAIRS[name]
    assert _told(ours) == _told(its.to_component_dict())


def test_all_that_stands_in_a_component_is_met_in_order() -> None:
    section = builders.section("a", builders.button("b", "b"))
    met = builders.iter_components([builders.container([section], colour=0, veiled=False), builders.text("c")])
    assert [ComponentType(one["type"]) for one in met] == [
        ComponentType.container,
        ComponentType.section,
        ComponentType.text_display,
        ComponentType.button,
        ComponentType.text_display,
    ]


def _told(component: object) -> object:
    """Returns a component without what says nothing more than its absence would; ids as text, as the API has them."""
    if isinstance(component, list):
        return [_told(one) for one in component]
    if not isinstance(component, dict):
        return component
    silent = {"disabled": False, "id": None, "description": None}
    told = {key: _told(value) for key, value in component.items() if key not in silent or value != silent[key]}
    told.pop("required", None)  # counts in forms only
    return told | {"id": str(told["id"])} if "id" in told else told
