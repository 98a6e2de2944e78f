"""Files in a watched folder: loaded when they are whole, once, and reported when they are refused or gone."""

import asyncio
import itertools
import os
import signal
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.corpus.reader import open_corpus
from bot.errors import SourceError, WriteFailedError
from bot.ingest.folder_watch import FolderWatch
from bot.ingest.jobs import KnownPages, PageFiles
from bot.ingest.loader import load_found
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import SourceFile
from bot.ingest.watching import MAX_WAIT_SECONDS, MIN_WAIT_SECONDS, RETRY_SECONDS, WAIT_PER_LOOK, Watch
from tests.cli_runner import Cli

SOURCE = "----\n* ''Film/RunLolaRun'': runs.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


# --- looks


def names(watch: FolderWatch) -> tuple[list[str], list[str]]:
    """Look, take what is whole, and return the names of whole and gone files."""
    look = watch.look()
    watch.take(look)
    return [path.name for path in look.whole], [path.name for path in look.gone]


def test_a_file_is_whole_when_two_looks_find_it_the_same(folder: Path) -> None:
    watch, path = FolderWatch(folder), folder / "BigRun.txt"
    assert names(watch) == ([], [])
    for end in range(1, 4):
        path.write_text(SOURCE[: 5 * end])
        assert names(watch) == ([], [])
    assert names(watch) == (["BigRun.txt"], [])
    assert names(watch) == ([], [])
    os.utime(path, (1, 1))
    assert [names(watch), names(watch)] == [([], []), (["BigRun.txt"], [])]
    path.unlink()
    assert [names(watch), names(watch)] == [([], ["BigRun.txt"]), ([], [])]


def test_a_file_is_whole_again_until_it_is_taken(folder: Path) -> None:
    watch = FolderWatch(folder)
    (folder / "BigRun.txt").write_text(SOURCE)
    assert [len(watch.look().whole) for _ in range(3)] == [0, 1, 1]


def test_what_browsers_and_we_put_beside_a_page_is_left_out(folder: Path) -> None:
    for name in ("BigRun_files/x.html", ".git/BigRun.txt", "BigRun.txt.before", "sub/PowerWalk.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(SOURCE)
    (folder / "loop").symlink_to(folder)
    watch = FolderWatch(folder)
    assert [names(watch), names(watch)] == [([], []), (["PowerWalk.txt"], [])]


# --- loads


@dataclass
class Host:
    """A watched folder. Each step is what happens between two looks."""

    folder: Path
    corpus: Path
    tables: SiteTables
    said: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    error: Exception | None = None
    seconds_per_look: float = 0.0

    async def watch(self, *steps: Callable[[], object]) -> None:
        """Watch until the last step is over."""
        known, left = KnownPages(), iter(steps)

        async def load(files: Sequence[SourceFile]) -> None:
            if self.error:
                raise self.error
            self.read += [file.path.name for file in files]
            await load_found(PageFiles.find(files, self.tables, known), self.corpus, self.tables, warn=self.said.append)

        async def wait(seconds: float) -> None:
            self.waits.append(seconds)
            step = next(left, None)
            if step is None:
                raise asyncio.CancelledError
            step()

        clock = map(self.seconds_per_look.__mul__, itertools.count())
        with pytest.raises(asyncio.CancelledError):
            await Watch([self.folder], load, known.forget, self.said.append).run(wait, lambda: next(clock))

    def write(self, name: str, text: str = SOURCE, *, date: int | None = None) -> Callable[[], None]:
        def write() -> None:
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(text)
            if date:
                os.utime(self.folder / name, (date, date))

        return write

    async def examples(self, trope: str) -> list[str]:
        async with open_corpus(self.corpus) as corpus:
            return [example.parts[0].text async for example in corpus.iter_examples(trope)]


def nothing() -> None:
    """Let the next look come."""


@pytest.fixture
def host(folder: Path, tmp_path: Path, tables: SiteTables) -> Host:
    return Host(folder, tmp_path / "corpus.db", tables)


async def test_only_what_changed_is_read_again(host: Host) -> None:
    host.write("BigRun.txt")()
    host.write("PowerWalk.txt")()
    edit = host.write("PowerWalk.txt", SOURCE.replace("runs", "walks"))
    await host.watch(nothing, nothing, edit, nothing, host.write("image.png", "PNG"), nothing)
    assert host.read == ["BigRun.txt", "PowerWalk.txt", "PowerWalk.txt"]
    assert (await host.examples("BigRun"), await host.examples("PowerWalk")) == (
        ["Run Lola Run: runs."], ["Run Lola Run: walks."],
    )  # fmt: skip
    assert set(host.waits) == {MIN_WAIT_SECONDS}


async def test_a_refused_file_is_reported_once_until_it_changes(host: Host) -> None:
    await host.watch(
        host.write("BigRun.txt", "no example"), nothing, nothing, host.write("BigRun.txt", "not yet"), nothing, nothing
    )
    refusal = f"{host.folder / 'BigRun.txt'}: no examples found. Skipped; the examples loaded before are unchanged."
    assert host.said == [refusal] * 2


async def test_a_deleted_file_is_reported_and_stays_loaded(host: Host) -> None:
    path = host.folder / "BigRun.txt"
    await host.watch(host.write("BigRun.txt"), nothing, path.unlink, nothing)
    assert host.said == [f"{path} is gone. BigRun stays in the corpus. To remove: bigrun remove BigRun"]
    assert len(await host.examples("BigRun")) == 1


async def test_an_older_copy_of_a_page_does_not_replace_it(host: Host) -> None:
    host.write("new/BigRun.txt", date=2_000_000_000)()
    older = SOURCE.replace("runs", "ran")
    await host.watch(nothing, host.write("old/BigRun.txt", older, date=1_000_000_000), nothing)
    assert await host.examples("BigRun") == ["Run Lola Run: runs."]
    [note] = host.said
    assert f"{host.folder}/new/BigRun.txt is the newest, so it is used instead of" in note


async def test_a_corpus_that_cannot_be_written_is_tried_again(host: Host) -> None:
    host.error = WriteFailedError("The disk is full.")
    await host.watch(host.write("BigRun.txt"), nothing, nothing, lambda: setattr(host, "error", None), nothing)
    assert host.said == ["The disk is full. Trying again."]
    assert host.waits == [MIN_WAIT_SECONDS] * 2 + [RETRY_SECONDS] * 2 + [MIN_WAIT_SECONDS] * 2
    assert len(await host.examples("BigRun")) == 1


@pytest.mark.parametrize(
    ("seconds", "waited"), [(0.01, MIN_WAIT_SECONDS), (0.1, 0.1 * WAIT_PER_LOOK), (9, MAX_WAIT_SECONDS)]
)
async def test_costly_looks_are_rarer_except_for_a_file_being_written(
    host: Host, seconds: float, waited: float
) -> None:
    host.seconds_per_look = seconds
    await host.watch(host.write("BigRun.txt"), nothing)
    assert host.waits == pytest.approx([waited, MIN_WAIT_SECONDS, waited])


async def test_a_dropped_zip_is_loaded(host: Host) -> None:
    def write() -> None:
        with zipfile.ZipFile(host.folder / "pages.zip", "w") as archive:
            archive.writestr("BigRun.txt", SOURCE)
            archive.writestr("PowerWalk.txt", SOURCE)

    await host.watch(write, nothing, (host.folder / "pages.zip").unlink)
    assert len(await host.examples("PowerWalk")) == 1
    assert "pages.zip is gone. Its 2 pages stay in the corpus." in host.said[0]


async def test_only_folders_are_watched(host: Host) -> None:
    with pytest.raises(SourceError, match="only folders can be watched"):
        await Watch([host.corpus], lambda _: asyncio.sleep(0), lambda _: [], host.said.append).run()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_loads_what_is_dropped_and_ends_well(cli: Cli, folder: Path, number: signal.Signals) -> None:
    with cli.start("load", "--watch", str(folder)) as process:
        assert process.stderr.readline() == f"Watching {folder}. Press Ctrl-C to stop.\n"
        (folder / "BigRun.txt").write_text(SOURCE)
        lines = iter(process.stdout.readline, "")
        assert "Loaded 1 trope (1 examples), 0 unchanged, 0 rejected.\n" in lines
        process.send_signal(number)
        assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0
    assert "BigRun" in cli.run("list").stdout
