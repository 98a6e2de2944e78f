"""What discord.py really sends is valid: views, modals, choices, commands, and everything that a bot sends."""

from typing import Self

import discord
import pytest
import simcord
from discord import app_commands, ui

from tests.discord_rules.openapi import schema_errors
from tests.discord_rules.rules import COMPONENTS_V2, EPHEMERAL, Request, violations
from tests.discord_rules.sample_payloads import CALLBACK, NOBODY

Interaction = discord.Interaction["Bot"]


class Card(ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        menu: ui.Select[Self] = ui.Select(
            custom_id="open",
            placeholder="Open an example",
            options=[discord.SelectOption(label=f"Example {n}", value=str(n), description="Film") for n in range(25)],
        )
        again: ui.Button[Self] = ui.Button(label="Another", custom_id="again")
        forward: ui.Button[Self] = ui.Button(emoji="▶️", custom_id="forward", style=discord.ButtonStyle.primary)
        page: ui.Button[Self] = ui.Button(label="Page", url="https://example.org/BigHeroicRun")
        self.add_item(
            ui.Container(
                ui.TextDisplay("## Run Lola Run"),
                ui.TextDisplay("Lola runs. ||She wins.||"),
                ui.Separator(spacing=discord.SeparatorSpacing.large),
                ui.Section(ui.TextDisplay("-# 1 of 21"), accessory=ui.Button(label="Same medium", custom_id="same")),
                ui.ActionRow(menu),
                ui.ActionRow(again, forward, page),
                accent_colour=discord.Colour(0x336699),
            )
        )


class Ask(ui.Modal, title="Find examples like this"):
    words: ui.Label[Self] = ui.Label(text="Words", component=ui.TextInput(custom_id="words", max_length=80))
    medium: ui.Label[Self] = ui.Label(
        text="Medium",
        description="Where to look",
        component=ui.Select(custom_id="medium", options=[discord.SelectOption(label="Film")], required=False),
    )


bigrun = app_commands.Group(name="bigrun", description="Heroic runs, spoilers hidden")
daily = app_commands.Group(name="daily", description="A run a day", parent=bigrun)


@bigrun.command(name="show", description="Show an example")
@app_commands.describe(name="Which one", private="Only for you")
async def show(interaction: Interaction, name: app_commands.Range[str, 1, 80], private: bool = False) -> None:
    await interaction.response.send_message(view=Card(), ephemeral=private)


@show.autocomplete("name")
async def suggest(_interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"Run {current}", value=current)]


@bigrun.command(name="find", description="Find examples")
async def find(interaction: Interaction) -> None:
    await interaction.response.send_modal(Ask())


@daily.command(name="on", description="Begin")
@app_commands.choices(medium=[app_commands.Choice(name="Film", value="film")])
async def on(interaction: Interaction, hour: app_commands.Range[int, 0, 23], medium: str = "film") -> None:
    await interaction.response.defer(ephemeral=True)
    await interaction.edit_original_response(content=f"Every day at {hour}: {medium}")
    await interaction.followup.send(view=Card(), ephemeral=True)
    await interaction.channel.send("<@1> asked for it")  # type: ignore[union-attr]


@app_commands.context_menu(name="Find examples like this")
async def find_in(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(embed=discord.Embed(title="Nothing found", description=str(message.id)))


class Bot(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none(), allowed_mentions=discord.AllowedMentions.none())
        installs = app_commands.AppInstallationType(guild=True, user=True)
        contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
        self.tree = app_commands.CommandTree(self, allowed_installs=installs, allowed_contexts=contexts)
        self.tree.add_command(bigrun)
        self.tree.add_command(find_in)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(view=Card())


def assert_valid(request: Request) -> None:
    assert violations(request) == []
    assert schema_errors(request) == []


def test_a_view_is_valid() -> None:
    components = Card().to_components()  # type: ignore[no-untyped-call]
    data = {"components": components, "flags": COMPONENTS_V2, "allowed_mentions": NOBODY}
    assert_valid(Request("POST", CALLBACK, {"type": 4, "data": data}))


def test_a_modal_is_valid() -> None:
    assert_valid(Request("POST", CALLBACK, {"type": 9, "data": Ask().to_dict()}))


@pytest.mark.parametrize("value", ["film", 1, 0.5])
def test_autocomplete_choices_are_valid(value: str | float) -> None:
    offered = app_commands.Choice(name="Film", value=value)
    assert_valid(Request("POST", CALLBACK, {"type": 8, "data": {"choices": [offered.to_dict()]}}))


async def test_a_command_tree_is_valid() -> None:
    tree = Bot().tree
    body = [command.to_dict(tree) for command in tree.get_commands()]
    assert [command["name"] for command in body] == ["bigrun", "Find examples like this"]
    assert_valid(Request("PUT", "/applications/1/commands", body))


@pytest.fixture
def simcord_bot() -> Bot:
    return Bot()


async def use_everything(env: simcord.Env) -> list[Request]:
    """Let a member use everything that the bot has, and return what the bot sent."""
    channel = env.create_guild().create_text_channel("general")
    member = env.guild.add_member(env.create_user("lola"))
    await member.autocomplete(channel, "bigrun show", "name", "lo")
    await member.slash(channel, "bigrun show", name="lola")
    assert channel.last_message is not None
    await member.click(channel.last_message, custom_id="again")
    await member.slash(channel, "bigrun find")
    await member.slash(channel, "bigrun daily on", hour=8)
    await member.context_menu(channel, "Find examples like this", await member.send(channel, "run"))
    return [Request.from_log(entry) for entry in env.http_requests]


async def test_all_a_bot_sends_is_valid(simcord_env: simcord.Env) -> None:
    sent = await use_everything(simcord_env)
    callbacks = {request.json["type"] for request in sent if request.path.endswith("/callback")}
    endpoints = {f"{request.method} {request.path.split('/')[1]}" for request in sent if request.method != "GET"}
    assert callbacks == {4, 5, 7, 8, 9}
    assert endpoints == {"PUT applications", "POST interactions", "PATCH webhooks", "POST webhooks", "POST channels"}
    for request in sent:
        assert_valid(request)


async def test_a_bot_that_can_ping_is_reported(simcord_env: simcord.Env) -> None:
    simcord_env.bot.allowed_mentions = None
    complaints = [complaint for request in await use_everything(simcord_env) for complaint in violations(request)]
    assert len(complaints) == 6
    assert all("allowed_mentions must have parse: []" in complaint for complaint in complaints)


def test_a_private_answer_carries_its_flag() -> None:
    assert discord.MessageFlags(ephemeral=True).value == EPHEMERAL
