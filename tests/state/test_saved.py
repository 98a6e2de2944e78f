"""Members' lists of saved examples: each once, newest first, limited, and only their own."""

import pytest

from bot.model.preferences import MAX_SAVED_EXAMPLES
from bot.state.base import State
from bot.state.location import StateLocation, open_state
from bot.state.saved import SavedExample, SavedPage, SavedStore, SaveResult

ANN, BEN = 1, 2


@pytest.fixture
def saved(state: State) -> SavedStore:
    return SavedStore(state)


async def keys(saved: SavedStore, member: int = ANN, page: int = 1, size: int = 7) -> list[int]:
    return [example.key for example in (await saved.page(member, page, size)).examples]


async def test_saving_twice_changes_nothing(saved: SavedStore) -> None:
    first = await saved.save(ANN, 2**59, "ab", "Firefly", 100)
    assert first == (SaveResult.SAVED, SavedExample(2**59, 100, "ab", "Firefly"))
    assert await saved.save(ANN, 2**59, "cd", "Serenity", 200) == (SaveResult.ALREADY_SAVED, first[1])
    assert await saved.page(ANN, 1, 7) == SavedPage([SavedExample(2**59, 100, "ab", "Firefly")], 1, 1, 1)


@pytest.mark.parametrize("moments", [(100, 200, 300), (100, 100, 100), (300, 200, 100)], ids=["on", "same", "back"])
async def test_the_newest_is_first_whatever_the_clock_says(saved: SavedStore, moments: tuple[int, ...]) -> None:
    for key, moment in enumerate(moments):
        await saved.save(ANN, key, "ab", "Firefly", moment)
    assert await keys(saved) == [2, 1, 0]
    assert (await keys(saved, page=2, size=2), await keys(saved, page=99, size=2)) == ([0], [0])


async def test_a_list_is_limited(saved: SavedStore) -> None:
    results = [(await saved.save(ANN, key, "ab", "Firefly"))[0] for key in range(MAX_SAVED_EXAMPLES + 2)]
    assert results == [SaveResult.SAVED] * MAX_SAVED_EXAMPLES + [SaveResult.FULL] * 2
    assert (await saved.save(ANN, 5, "ab", "Firefly"))[0] is SaveResult.ALREADY_SAVED
    assert (await saved.save(BEN, 5, "ab", "Firefly"))[0] is SaveResult.SAVED


async def test_a_member_reads_and_removes_only_their_own(saved: SavedStore) -> None:
    for member in (ANN, BEN):
        await saved.save(member, 7, "ab", "Firefly", 100 * member)
    assert (await saved.find(ANN, 200), await saved.remove(ANN, [200, 300])) == (None, [])
    assert await saved.remove(ANN, [200, 100]) == [SavedExample(7, 100, "ab", "Firefly")]
    assert (await keys(saved), await keys(saved, BEN)) == ([], [7])


async def test_a_list_outlives_a_restart(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        await SavedStore(state).save(ANN, 7, "ab", "Firefly", 100)
    async with open_state(state_location) as state:
        assert await SavedStore(state).find(ANN, 100) == SavedExample(7, 100, "ab", "Firefly")
