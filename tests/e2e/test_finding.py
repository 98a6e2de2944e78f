"""Names that mean one thing, several or nothing here, and several examples in one message."""

import pytest

from bot.components.custom_ids import Action, ExampleRequest, SettingAction
from bot.components.limits import MAX_COMPONENTS, MAX_MESSAGE_TEXT
from bot.model.preferences import SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, menu, number, text, walk

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

CHOICES = ExampleRequest(Action.CHOOSE).custom_id


@pytest.mark.parametrize(
    ("command", "option", "typed", "title"),
    [
        ("work", "title", "lotr", "The Lord of the Rings"), ("work", "title", "rings", "The Lord of the Rings"),
        ("work", "title", "FORREST", "Forrest Gump"), ("medium", "name", "anime and manga", "Anime & Manga"),
        ("medium", "name", "video ga", "Video Games"), ("medium", "name", "Film (1,234)", "Film"),
    ],
)  # fmt: skip
async def test_a_name_that_means_one_thing_is_answered(
    server: ServerRig, command: str, option: str, typed: str, title: str
) -> None:
    shown = await server.ask(command, **{option: typed})
    assert title in text(shown).split("\n")[0]
    assert not shown.ephemeral


async def test_a_name_that_means_several_is_asked_about(server: ServerRig) -> None:
    asked = await server.ask("work", title="mass")
    assert text(asked) == texts.several_matches(Markdown("mass"))
    options = menu(asked, CHOICES)["options"]
    assert {"Mass Effect", "Mass Effect 2"} <= {option["label"] for option in options}
    [value] = [option["value"] for option in options if option["label"] == "Mass Effect 2"]
    assert text(await server.select(asked, CHOICES, [value])).startswith("## 📖 Mass Effect 2\n")


@pytest.mark.parametrize(("typed", "name"), [("radio", "Radio"), ("podcast", "Podcasts"), ("Theater", "Theatre")])
@pytest.mark.parametrize("command", ["medium", "random"])
async def test_a_medium_without_examples_lists_those_that_have_some(
    server: ServerRig, command: str, typed: str, name: str
) -> None:
    answer = await server.ask(command, **{"name" if command == "medium" else "medium": typed})
    assert text(answer).startswith(f"I don’t have any examples from **{name}** here. I have some from **Film")
    counts = [int(option["label"].rpartition("(")[2].rstrip(")")) for option in menu(answer, CHOICES)["options"]]
    assert counts == sorted(counts, reverse=True)
    assert await server.select(answer, CHOICES, [menu(answer, CHOICES)["options"][0]["value"]])


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_a_message_shows_so_many_different_examples(server: ServerRig, count: int) -> None:
    shown = await server.ask("random", medium="film", count=count)
    seen = {str(number(shown))} if count == 1 else set(opened(shown))
    for _ in range(3 if count > 1 else 0):
        shown = await server.press(shown, texts.more_examples(count))
        assert seen.isdisjoint(opened(shown))
        seen |= set(opened(shown))
        assert len(text(shown)) <= MAX_MESSAGE_TEXT
        assert len(list(walk(shown.components))) <= MAX_COMPONENTS
    assert len(seen) == (1 if count == 1 else 4 * count)


async def test_a_work_with_one_example_is_shown_once(server: ServerRig) -> None:
    shown = await server.ask("random", work="Forrest Gump", count=5)
    assert texts.ANOTHER_EXAMPLE() in buttons(shown)


@pytest.mark.parametrize("mode", [SpoilerMode.TAGS, SpoilerMode.WHOLE_CARD])
async def test_several_examples_hide_their_spoilers(server: ServerRig, mode: SpoilerMode) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, [mode])
    shown = await server.ask("random", work="Mass Effect", medium="games", count=5)
    veiled = [one for one in walk(shown.components) if one.get("spoiler")]
    assert bool(veiled) is (mode is SpoilerMode.WHOLE_CARD)
    await server.change_setting(SettingAction.GUILD_SPOILERS, [SpoilerMode.TAGS])


def opened(shown: object) -> list[str]:
    """Return the refs of the examples in a message."""
    return [option["value"] for option in menu(shown)["options"]]
