"""Load and remove tropes from Discord, for the bot's owner."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import discord

from bot.components.admin_ids import AdminAction, AdminRequest
from bot.conversation.sender import InvalidInputError, send_notice, send_private_card
from bot.conversation.services import Services
from bot.corpus.scope import Scope
from bot.errors import BigRunError, SourceError
from bot.ingest.forms import MEBIBYTE
from bot.ingest.host_pages import CheckedPage, HostPages, LoadedPage, run_apart
from bot.ingest.refusals import UnnamedPageError
from bot.ingest.uploads import MAX_UPLOAD_BYTES, Uploads
from bot.interactions.response import Interaction
from bot.model import Trope
from bot.model.names import trope_ref
from bot.render.admin_cards import removal_card, replace_card, tropes_card, upload_card
from bot.render.cards import message_card
from bot.render.markdown import TITLE_LENGTH, Markdown, escape, fit_name, subtext
from bot.render.settings_cards import short_name
from bot.render.texts import admin as texts
from bot.render.texts import examples as example_texts
from bot.render.truncate import truncate

DOWNLOAD_TIMEOUT_SECONDS = 60.0
WORK_TIMEOUT_SECONDS = 600.0  # another load may have to end first
UPLOADS_SUFFIX = ".uploads"
MAX_SENTENCE, MAX_ROWS, MAX_FILES = 600, 10, 5
log = logging.getLogger(__name__)


class PageAdmin:
    """Commands and components of the bot's owner. Anybody may forge them, so each asks who uses it."""

    def __init__(self, services: Services) -> None:
        self._corpus, self._owners = services.corpus, services.owners
        self._guild_id = services.settings.admin_guild_id
        corpus_path = services.settings.corpus_path
        self._uploads = Uploads(corpus_path.with_name(corpus_path.name + UPLOADS_SUFFIX))
        self._pages = HostPages(services.settings)

    async def upload(self, interaction: Interaction, attachment: discord.Attachment) -> None:
        """Store an attachment, and show what is in it."""
        if not await self._is_allowed(interaction):
            return
        interaction.response.allow_more_time(WORK_TIMEOUT_SECONDS)
        try:
            data = await download(attachment)
            upload_id = await asyncio.to_thread(self._uploads.add, attachment.filename, data)
            await self._show_upload(interaction, upload_id)
        except InvalidInputError as error:
            await send_notice(interaction, error.text)

    async def _show_upload(self, interaction: Interaction, upload_id: str) -> None:
        file = await self._find(upload_id)
        try:
            checked = await run_apart(self._pages.check, file)
        except SourceError as error:
            await asyncio.to_thread(self._uploads.discard, upload_id)
            raise InvalidInputError(refusal(error)) from error
        await send_private_card(interaction, upload_card(upload_id, checked.title, list(details(checked))))

    async def show_tropes(self, interaction: Interaction, page: int = 1) -> None:
        """Show a page of the loaded tropes."""
        if not await self._is_allowed(interaction):
            return
        loaded = await self._corpus.loaded_tropes()
        lines = [texts.trope_line(short_name(each.title), each.examples, each.pages, each.loaded_at) for each in loaded]
        rows = [(each.title, trope_ref(each.name), line) for each, line in zip(loaded, lines, strict=True)]
        await send_private_card(interaction, tropes_card(rows, page))

    async def handle(self, interaction: Interaction, request: AdminRequest | None, values: Sequence[str]) -> None:
        """Answer a component."""
        if not await self._is_allowed(interaction):
            return
        interaction.response.allow_more_time(WORK_TIMEOUT_SECONDS)
        try:
            await self._handle(interaction, request, "".join(values[:1]))
        except InvalidInputError as error:
            await send_notice(interaction, error.text)
        except BigRunError as error:
            log.warning("The owner's change failed. %s", error)
            await send_notice(interaction, texts.failed(sentence(str(error))))

    async def _handle(self, interaction: Interaction, request: AdminRequest | None, chosen: str) -> None:
        match request:
            case AdminRequest(AdminAction.LOAD, upload_id):
                await self._load_or_ask(interaction, upload_id)
            case AdminRequest(AdminAction.REPLACE, upload_id):
                await self._load(interaction, upload_id)
            case AdminRequest(AdminAction.CANCEL, upload_id):
                await asyncio.to_thread(self._uploads.discard, upload_id)
                await send_private_card(interaction, message_card(texts.CANCELLED()))
            case AdminRequest(AdminAction.LIST, page) if page.isdecimal():
                await self.show_tropes(interaction, int(page))
            case AdminRequest(AdminAction.CHOOSE):
                await self._ask_remove(interaction, chosen)
            case AdminRequest(AdminAction.REMOVE, trope_ref):
                await self._remove(interaction, trope_ref)
            case _:
                raise InvalidInputError(example_texts.OUTDATED_BUTTON())

    async def _is_allowed(self, interaction: Interaction) -> bool:
        """Return whether the owner uses this where the host wants it, or answer."""
        if not await self._owners.includes(interaction.user.id):
            await send_notice(interaction, texts.OWNER_ONLY())
        elif self._guild_id is None or interaction.guild_id != self._guild_id:
            await send_notice(interaction, example_texts.OUTDATED_BUTTON())
        else:
            return True
        return False

    async def _load_or_ask(self, interaction: Interaction, upload_id: str) -> None:
        """Load an upload, or ask whether it may replace a page."""
        file = await self._find(upload_id)
        name, files = await asyncio.to_thread(self._pages.files_like, file)
        if not files and not await self._is_loaded(name):
            await self._load(interaction, upload_id)
            return
        question = texts.ask_replace(escape(name), [short_name(file.name) for file in files[:MAX_FILES]])
        await send_private_card(interaction, replace_card(upload_id, question))

    async def _find(self, upload_id: str) -> Path:
        file = await asyncio.to_thread(self._uploads.find, upload_id)
        if file is None:
            raise InvalidInputError(example_texts.OUTDATED_BUTTON())
        return file

    async def _is_loaded(self, page: str) -> bool:
        trope = page.partition("/")[0]
        overview = await self._corpus.overview(Scope(trope))
        return overview is not None and page in (trope, *overview.subpages)

    async def _load(self, interaction: Interaction, upload_id: str) -> None:
        """Store an upload among the host's pages, and load it."""
        file = await asyncio.to_thread(self._uploads.take, upload_id)
        if file is None:
            raise InvalidInputError(example_texts.OUTDATED_BUTTON())
        try:
            loaded = await run_apart(self._pages.load, file)
        except BigRunError:
            await asyncio.to_thread(self._uploads.put_back, upload_id)
            raise
        await asyncio.to_thread(self._uploads.discard, upload_id)
        if loaded.problem:
            log.warning("The owner's page was stored, but not loaded. %s", loaded.problem)
        else:
            log.info("The owner loaded %s.", loaded.name)
        await send_private_card(interaction, message_card(outcome(loaded)))

    async def _ask_remove(self, interaction: Interaction, trope_ref: str) -> None:
        overview = await self._corpus.overview(Scope((await self._loaded_trope(trope_ref)).name))
        if overview is None:
            raise InvalidInputError(texts.TROPE_GONE())
        question = texts.ask_remove(short_name(overview.trope.title), overview.total)
        await send_private_card(interaction, removal_card(trope_ref, question))

    async def _remove(self, interaction: Interaction, trope_ref: str) -> None:
        trope = await self._loaded_trope(trope_ref)
        removed = await asyncio.to_thread(self._pages.remove, trope.name)
        log.info("The owner removed %s.", trope.name)
        aside, remaining = (
            [short_name(name) for name in names[:MAX_FILES]] for names in (removed.files, removed.remaining)
        )
        text = texts.removed(short_name(trope.title), aside, remaining)
        await send_private_card(interaction, message_card(text))

    async def _loaded_trope(self, trope_ref: str) -> Trope:
        trope = await self._corpus.trope_by_ref(trope_ref)
        if trope is None:
            raise InvalidInputError(texts.TROPE_GONE())
        return trope


async def download(attachment: discord.Attachment) -> bytes:
    """Return an attachment's content.

    Raises:
        InvalidInputError: It is too large, or Discord does not send it.
    """
    too_large = InvalidInputError(texts.too_large(MAX_UPLOAD_BYTES // MEBIBYTE))
    if attachment.size > MAX_UPLOAD_BYTES:
        raise too_large
    try:
        async with asyncio.timeout(DOWNLOAD_TIMEOUT_SECONDS):
            data = await attachment.read()
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
        raise InvalidInputError(texts.DOWNLOAD_FAILED()) from None
    if len(data) > MAX_UPLOAD_BYTES:
        raise too_large
    return data


def refusal(error: SourceError) -> Markdown:
    """Return why an uploaded file is refused."""
    if isinstance(error, UnnamedPageError):
        return texts.UNNAMED_PAGE()
    return texts.refused(sentence(str(error)))


def outcome(loaded: LoadedPage) -> Markdown:
    """Return what came of an upload."""
    if loaded.problem:
        return texts.stored_only(escape(loaded.stored_as), sentence(loaded.problem))
    name = escape(loaded.name)
    return texts.unchanged(name) if loaded.examples is None else texts.loaded(name, loaded.examples)


def details(checked: CheckedPage) -> Iterator[Markdown]:
    """Yield the report of a page. It quotes nothing of the page, which may be hidden there."""
    report = checked.report
    yield subtext(fit_name(report.page, TITLE_LENGTH), *map(escape, (report.kind, report.form)))
    yield texts.counts(report.examples, report.works, len(report.media))
    rows = list(dict.fromkeys(doubt.line for doubt in report.doubts))
    if rows:
        yield texts.doubtful_rows(rows[:MAX_ROWS], len(report.doubts) - len(rows[:MAX_ROWS]))
    if report.lost:
        yield texts.not_in_form(escape(report.form), escape(report.lost))
    yield from map(sentence, checked.notes)


def sentence(text: str) -> Markdown:
    """Return a sentence for operators as Markdown."""
    return escape(truncate(text, MAX_SENTENCE))
