"""The first answer in time: every interaction is answered once, within the three seconds that Discord waits.

What answers an interaction runs inside `Answering.attend`. There its `response` is a `PunctualResponse`: it answers
within a deadline, says "thinking" before that if the answer takes long, tries once more when the connection fails, and
brings an answer that comes after "thinking" to where the member waits for it. Who answers need not know of any of this.
"""

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import discord

from bot.errors import DamagedStore, NotAnswered, NotWritten
from bot.interactions.record import Course, Interaction, Outcome
from bot.interactions.response import _FAILED, GIVEN_UP, LEAST, Call, PunctualResponse, Stage
from bot.render.cards import message_card
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts

REMEMBERED = 4096  # interactions; more than Discord delivers twice
_log = logging.getLogger(__name__)


class Answering:
    """Sees to it that a bot's interactions are answered.

    Attributes:
        counts: How many interactions had which outcome since the start.
        observers: Each is given the course of every interaction when that has ended.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """Takes the clock that the interactions' ids are held against, in seconds since 1970."""
        self.counts: Counter[Outcome] = Counter()
        self.observers: list[Callable[[Course], None]] = [Course.tell]
        self._apologies = Apologies()
        self._clock = clock
        self._known: dict[int, None] = {}
        self._busy: set[asyncio.Task[Any]] = set()

    async def attend(self, interaction: Interaction, work: Call) -> None:
        """Runs what answers an interaction, and answers for it if it fails, takes too long or says nothing.

        An interaction that was attended to before is left alone.
        """
        course = Course(interaction, self.counts)
        if not self._is_new(interaction.id):
            course.note(Outcome.TWICE)
            self._end(course)
            return
        response = PunctualResponse(interaction, course, self._age(interaction))
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - told to mypy: a coroutine runs in a task
        self._busy.add(task)
        try:
            await self._answered(interaction, response, work)
        finally:
            response.end()
            self._busy.discard(task)
            self._end(course)

    async def apologise(self, interaction: Interaction, error: BaseException) -> None:
        """Tells the member that something went wrong, and the host what; one mark stands in both."""
        self._course(interaction).fail(error)
        card = message_card(self._apologies.make(interaction.id, error))
        await self._last_try(interaction, partial(interaction.response.send_message, view=card, ephemeral=True))

    async def drain(self, seconds: float) -> None:
        """Waits until what is being answered is answered; after so many seconds it is cancelled."""
        busy = self._busy - {asyncio.current_task()}
        if not busy:
            return
        _, pending = await asyncio.wait(busy, timeout=seconds)
        for task in pending:
            task.cancel()
        if pending:
            _log.warning("%d interactions were given up at the end.", len(pending))
            await asyncio.wait(pending, timeout=LEAST)

    async def _answered(self, interaction: Interaction, response: "PunctualResponse", work: Call) -> None:
        error: Exception | None = None
        try:
            async with asyncio.timeout(None) as response.limit:
                await work()
        except Exception as raised:  # noqa: BLE001 - the last guard before a member
            error = raised
        response.limit = None
        if response.offers:
            if error:
                response.course.fail(error)
            if isinstance(error, TimeoutError):
                _log.warning("Interaction %d was offered nothing: that took too long.", interaction.id)
            elif error:
                _log.error("Interaction %d was offered nothing.", interaction.id, exc_info=error)
            await self._last_try(interaction, partial(response.autocomplete, []))
        elif error or response.stage is Stage.WAITING:
            await self.apologise(interaction, error or NotAnswered("What answers an interaction said nothing."))

    async def _last_try(self, interaction: Interaction, call: Call) -> None:
        try:
            await call()
        except (discord.DiscordException, *_FAILED) as error:
            self._course(interaction).note(Outcome.LOST)
            _log.warning("Interaction %d could not be answered: %s.", interaction.id, type(error).__name__)

    def _course(self, interaction: Interaction) -> Course:
        response = interaction.response
        return response.course if isinstance(response, PunctualResponse) else Course(interaction, self.counts)

    def _end(self, course: Course) -> None:
        for observe in self.observers:
            observe(course)

    def _is_new(self, interaction: int) -> bool:
        if interaction in self._known:
            return False
        self._known[interaction] = None
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return True

    def _age(self, interaction: Interaction) -> float:
        """Returns how many seconds ago Discord made an interaction, by its id.

        One from the future, or one that Discord would have given up, tells of a clock that is wrong, not of an
        interaction that is late: it counts as new, and Discord judges.
        """
        age = self._clock() - ((interaction.id >> 22) + discord.utils.DISCORD_EPOCH) / 1000
        return age if 0 <= age < GIVEN_UP else 0.0


_log = logging.getLogger(__name__)


class Apologies:
    """Makes apologies; what ails a database, and so everybody who asks, is told the host once."""

    def __init__(self) -> None:
        """Starts with nothing told."""
        self._told: set[str] = set()

    def make(self, interaction: int, error: BaseException) -> Markdown:
        """Returns what to say to the member of an interaction, and tells the host what went wrong."""
        mark = secrets.token_hex(3)
        if not isinstance(error, DamagedStore | NotWritten):
            _log.error("Interaction %d failed, mark %s.", interaction, mark, exc_info=error)
            return texts.sorry(mark)
        self._tell(f"Interaction {interaction} failed, mark {mark}", str(error))
        return texts.damaged(mark) if isinstance(error, DamagedStore) else texts.not_kept(mark)

    def _tell(self, what: str, why: str) -> None:
        if why in self._told:
            _log.warning("%s, for a reason that was told before.", what)
        else:
            self._told.add(why)
            _log.error("%s. %s", what, why)
