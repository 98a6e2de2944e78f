"""A member's saved examples: save, list, open and remove them."""

from collections.abc import Sequence

from bot.components.custom_ids import Action, ExampleRequest
from bot.components.saved_ids import SavedAction, SavedRequest, saved_moments
from bot.conversation.left_out import is_hidden_by_guild
from bot.conversation.sender import is_private_card, send_notice, send_private_card
from bot.conversation.services import Services
from bot.corpus.rows import shuffle_key
from bot.corpus.shown import ShownCorpus
from bot.interactions.response import Interaction
from bot.model.names import work_ref
from bot.model.preferences import AnswerPolicy, SpoilerMode
from bot.render.cards import Card
from bot.render.example_cards import display_title
from bot.render.markdown import TITLE_LENGTH, fit_name
from bot.render.saved_cards import (
    SAVED_PER_PAGE,
    SavedRow,
    empty_list_card,
    removed_card,
    saved_card,
    saved_list_card,
)
from bot.render.texts import examples as texts
from bot.render.texts import saved as saved_texts
from bot.state.saved import SavedExample, SaveResult


class SavedList:
    """The list of the member who asks. Everything is private. Check submitted values: they may be forged."""

    def __init__(self, services: Services) -> None:
        self._corpus, self._answers, self._sender = services.corpus, services.answers, services.sender
        self._saved = services.saved

    async def show(self, interaction: Interaction, page: int) -> None:
        """Show a page of the list."""
        policy = await self._sender.policy_for(interaction, private=True)
        found = await self._saved.page(interaction.user.id, page, SAVED_PER_PAGE)
        if found.total:
            rows = [await self._row(saved, policy) for saved in found.examples]
            card = saved_list_card(rows, found.total, found.number, found.page_count)
        else:
            card = empty_list_card()
        await send_private_card(interaction, card)

    async def handle(self, interaction: Interaction, request: SavedRequest | None, values: Sequence[str]) -> None:
        """Apply a component."""
        if request is None or (request.is_private and not is_private_card(interaction)):
            await send_notice(interaction, texts.OUTDATED_BUTTON())
            return
        match request.action:
            case SavedAction.SAVE:
                await self._save(interaction, request.value)
            case SavedAction.UNDO:
                await self._undo(interaction, int(request.value))
            case SavedAction.PAGE:
                await self.show(interaction, int(request.value))
            case SavedAction.OPEN:
                await self._open(interaction, values)
            case SavedAction.REMOVE:
                await self._saved.remove(interaction.user.id, saved_moments(values))
                await self.show(interaction, int(request.value))

    async def _save(self, interaction: Interaction, value: str) -> None:
        """Save an example and say so, beside the card that it is on."""
        policy = await self._sender.policy_for(interaction, private=True)
        example_ref, _, title_ref = value.partition(":")
        entry = await ShownCorpus(self._corpus, policy.hidden_tropes).by_ref(example_ref)
        if entry is None or work_ref(display_title(entry)) != title_ref:
            await send_notice(interaction, texts.EXAMPLE_GONE())
            return
        if await is_hidden_by_guild(entry, self._corpus, policy):
            await send_notice(interaction, texts.HIDDEN_BY_SERVER())
            return
        key, title = shuffle_key(entry.trope.name, entry.example.key), display_title(entry)
        result, saved = await self._saved.save(interaction.user.id, key, entry.trope.ref, title)
        await interaction.response.send_message(view=result_card(result, saved), ephemeral=True)

    async def _undo(self, interaction: Interaction, saved_at: int) -> None:
        """Take an example off the list that was just put on it."""
        policy = await self._sender.policy_for(interaction, private=True)
        removed = await self._saved.remove(interaction.user.id, [saved_at])
        if not removed:
            await send_private_card(interaction, Card([saved_texts.NOT_ON_LIST()]))
            return
        row = await self._row(removed[0], policy)
        await send_private_card(interaction, removed_card(row.title, row.entry))

    async def _open(self, interaction: Interaction, values: Sequence[str]) -> None:
        """Show a chosen example in a new message, with a button to share it."""
        policy = await self._sender.policy_for(interaction, private=True)
        chosen = saved_moments(values)
        saved = await self._saved.find(interaction.user.id, chosen[0]) if chosen else None
        entry = await self._corpus.by_shuffle_key(saved.key) if saved else None
        if entry is None:
            await send_notice(interaction, texts.EXAMPLE_GONE() if saved else saved_texts.NOT_ON_LIST())
            return
        request = ExampleRequest(Action.EXAMPLE, entry.trope.ref, example_ref=entry.ref)
        await self._sender.send(interaction, await self._answers.answer(request, policy), policy)

    async def _row(self, saved: SavedExample, policy: AnswerPolicy) -> SavedRow:
        """Return what may be shown of a saved example here, as the page has it now."""
        entry = await self._corpus.by_shuffle_key(saved.key)
        hidden_trope = saved.trope_ref in policy.hidden_tropes
        if hidden_trope or (entry and await is_hidden_by_guild(entry, self._corpus, policy)):
            return SavedRow(saved.saved_at, saved_texts.HIDDEN_NAME(), None, texts.HIDDEN_BY_SERVER())
        if entry is None:
            title = await self._title_of_gone(saved, policy)
            return SavedRow(saved.saved_at, title, None, saved_texts.NO_LONGER_ON_PAGE())
        if not entry.spoiler_count or policy.spoiler_mode is not SpoilerMode.EXCLUDE:
            return SavedRow(saved.saved_at, display_title(entry), entry)
        by_server = policy.mode_on_demand is SpoilerMode.EXCLUDE  # else opening it offers to show it
        notice = texts.spoilers_excluded(by_server=by_server)
        return SavedRow(saved.saved_at, display_title(entry), None if by_server else entry, notice)

    async def _title_of_gone(self, saved: SavedExample, policy: AnswerPolicy) -> str:
        """Return the title of an example that is gone, or its trope's where a server may hide its work or medium."""
        if not policy.hidden_works and not policy.hidden_media:
            return saved.title
        trope = await self._corpus.trope_by_ref(saved.trope_ref)
        return trope.title if trope else saved_texts.UNKNOWN_TITLE()


def result_card(result: SaveResult, saved: SavedExample | None) -> Card:
    """Return what came of saving an example, with a button to undo it."""
    if saved is None:
        return Card([saved_texts.list_full()])
    title = fit_name(saved.title, TITLE_LENGTH)
    if result is SaveResult.ALREADY_SAVED:
        return saved_card(saved_texts.already_saved(title), saved.saved_at, saved_texts.REMOVE())
    return saved_card(saved_texts.saved(title), saved.saved_at, saved_texts.UNDO())
