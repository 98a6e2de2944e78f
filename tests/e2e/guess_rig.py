"""Play *Guess the work* in the simulated Discord."""

from types import SimpleNamespace
from typing import Any

from bot.conversation.guess_delivery import RoundKeeper
from bot.model import Entry
from bot.render.texts import guessing as texts
from bot.settings import ShardRange
from bot.state.guesses import GuessRound
from tests.e2e.conftest import ServerRig
from tests.e2e.message_view import buttons, text

MAX_HINTS = 4


class GuessRig:
    """A server where members play."""

    def __init__(self, server: ServerRig) -> None:
        self.server = server

    async def start(self, member: Any = None, **options: Any) -> Any:
        """Return the private answer to `/bigrun guess`."""
        return await self.server.ask("guess", member, **options)

    @property
    def card(self) -> Any:
        """The newest card of a round, as it is now."""
        backend = self.server.env.backend
        posted = [one for one in self.server.channel.history() if "g1:" in str(self._components(one.id))]
        newest = max(posted, key=lambda message: message.id)
        stored = backend.get_message(newest.channel.id, newest.id)
        return SimpleNamespace(message=newest, components=stored.components, id=newest.id, channel_id=stored.channel_id)

    def _components(self, message_id: int) -> Any:
        return self.server.env.backend.get_message(self.server.channel.id, message_id).components

    @property
    def text(self) -> str:
        return text(self.card)

    async def press(self, label: str, member: Any = None) -> Any:
        return await self.server.press(self.card, label, member)

    async def open_form(self, member: Any = None) -> Any:
        return await (member or self.server.ben).click(self.card.message, label=texts.GUESS())

    async def guess(self, title: str, member: Any = None) -> Any:
        """Return what a member's guess is answered, privately or on the card."""
        form = await self.open_form(member)
        return (await (member or self.server.ben).submit_modal(form, {"title": title})).response

    async def take_hints(self) -> int:
        """Take each hint that the card offers, and return their number."""
        for count in range(MAX_HINTS + 1):
            if buttons(self.card)[texts.HINT()]["disabled"]:
                return count
            await self.press(texts.HINT(), self.server.ann)
        raise AssertionError("the card offers a hint that does not come")

    async def round(self) -> GuessRound:
        found = await self.server.bot.services.guesses.in_channel(self.server.channel.id)
        assert found
        return found

    async def entry(self) -> Entry:
        entry = await self.server.bot.corpus.by_ref((await self.round()).example_ref)
        assert entry
        return entry

    async def title(self) -> str:
        return (await self.entry()).example.works[0].title

    async def keep(self, seconds: float = 0) -> None:
        """Let time pass, and take the steps that are due once."""
        self.server.env.backend.clock.advance(seconds)
        await RoundKeeper(self.server.bot.serving, self.server.env.now).advance_due(ShardRange((0,), 1))
