"""Replace the services while the bot runs. Each answer uses the same ones from its start to its end."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass

from bot.conversation.services import Services


@dataclass(eq=False, slots=True)
class Edition:
    """Services, what they read from, and how many answers use them."""

    services: Services
    resources: AsyncExitStack
    answers: int = 0


class Serving:
    """The services that answer now, and older ones until their last answer has ended."""

    def __init__(self) -> None:
        self._current: Edition
        self._older: set[Edition] = set()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def services(self) -> Services:
        """The services that answer now. Use `lease` for whatever waits in between."""
        return self._current.services

    @property
    def has_older(self) -> bool:
        """Whether older services are still open."""
        return bool(self._older)

    @contextmanager
    def lease(self) -> Iterator[Services]:
        """Yield the services that answer now, and keep them open during the block."""
        edition = self._current
        edition.answers += 1
        try:
            yield edition.services
        finally:
            edition.answers -= 1
            if edition in self._older:
                self._close_if_unused(edition)

    def replace(self, services: Services, resources: AsyncExitStack) -> None:
        """Answer with other services from now on. Close the older ones when no answer uses them."""
        older = getattr(self, "_current", None)
        self._current = Edition(services, resources)
        if older:
            self._older.add(older)
            self._close_if_unused(older)

    async def aclose(self) -> None:
        """Close all services, even those that still answer. Safe to repeat."""
        await asyncio.gather(*self._closing)
        for edition in (*self._older, getattr(self, "_current", None)):
            if edition:
                await edition.resources.aclose()
        self._older.clear()

    def _close_if_unused(self, edition: Edition) -> None:
        if not edition.answers:
            task = asyncio.create_task(self._close(edition))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _close(self, edition: Edition) -> None:
        await edition.resources.aclose()
        self._older.discard(edition)
