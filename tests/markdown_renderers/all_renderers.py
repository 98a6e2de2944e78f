"""All installed renderers, for the same messages."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from types import TracebackType
from typing import Self

from tests.markdown_renderers import client, node, notification

PAGE = "simcord page"  # needs the simulator's preview packages


class Renderers:
    """The renderers by name. Use as a context manager, in one thread only.

    `absent` has the reasons of those that are not installed. `client` and `notification` always are.
    """

    def __init__(self) -> None:
        self.absent: dict[str, str] = {}
        self._visible: dict[str, Callable[[str], str]] = {
            "client": client.visible,
            "notification": notification.visible,
        }
        self._node: node.NodeRenderers | None = None

    def __enter__(self) -> Self:
        self._resources = ExitStack()
        try:
            self._visible[PAGE] = import_module("tests.markdown_renderers.simcord_page").visible
        except ImportError as error:
            self.absent[PAGE] = str(error)
        if reason := node.unavailable():
            self.absent |= dict.fromkeys(node.NAMES, reason)
        else:
            self._node = self._resources.enter_context(node.NodeRenderers())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.__exit__(kind, error, trace)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self._visible, *(node.NAMES if self._node else ()))

    def visible_all(self, texts: Sequence[str]) -> list[dict[str, str]]:
        """Return what each renderer shows of each text, by its name."""
        answers: Sequence[Mapping[str, str]] = self._node.visible_all(texts) if self._node else [{}] * len(texts)
        return [
            {name: read(text) for name, read in self._visible.items()} | dict(answer)
            for text, answer in zip(texts, answers, strict=True)
        ]

    def visible(self, text: str) -> dict[str, str]:
        return self.visible_all([text])[0]
