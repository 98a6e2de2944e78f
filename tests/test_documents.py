"""Check the documents against the code: commands, settings, paths, messages, names."""

import ast
import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path

import pytest

from bot.__main__ import cli
from bot.client.bot import create_bot
from bot.corpus.reader import open_corpus
from bot.interactions.record import INTERACTION_KINDS, Outcome
from bot.settings import ROOT, SETTING_NAMES, Settings, env_example
from bot.state.location import open_state
from tests.generate_docs import COMMANDS, ENV_EXAMPLE, commands_document

PATTERNS = ("*.md", "docs/*.md", "*/README.md", "tests/security/README.md")
DOCUMENTS = sorted(path for pattern in PATTERNS for path in ROOT.glob(pattern))
RECORD = "bot/interactions/record.py"
OPERATIONS, ARCHITECTURE, THREATS = "docs/operations.md", "docs/architecture.md", "tests/security/README.md"
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def read(path: str | Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def section(path: str, heading: str) -> str:
    return read(path).split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


def code_spans(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


@pytest.fixture
async def commands(corpus_path: Path, tmp_path: Path) -> list[str]:
    """Every slash command as the README writes it, with its options."""
    bot = create_bot(Settings(corpus_path=corpus_path, state_location=tmp_path / "state.db"))
    async with bot, open_corpus(corpus_path) as corpus, open_state(bot.settings.state_location) as bot.state:
        bot.serving.replace(bot.create_services(corpus), AsyncExitStack())
        for extension in ("cogs.examples", "cogs.guess"):
            await bot.load_extension(extension)
        return [with_options(command) for command in bot.tree.walk_commands() if hasattr(command, "parameters")]


def with_options(command: object) -> str:
    """Return "/bigrun medium <name> [private]"."""
    options = [f"<{p.display_name}>" if p.required else f"[{p.display_name}]" for p in command.parameters]  # type: ignore[attr-defined]
    return " ".join([f"/{command.qualified_name}", *options])  # type: ignore[attr-defined]


async def test_the_readme_lists_every_command(commands: list[str]) -> None:
    listed = read("README.md").split("<!-- commands -->")[1].split("<!-- /commands -->")[0]
    assert re.findall(r"`(/[^`]+)`", listed) == commands


async def test_generated_documents_are_up_to_date() -> None:
    assert (read(COMMANDS), read(ENV_EXAMPLE)) == (await commands_document(), env_example()), "run `make docs`"


def test_operations_lists_every_setting() -> None:
    listed = re.findall(r"^- `([A-Z_]+)`", section(OPERATIONS, "Settings"), re.MULTILINE)
    assert tuple(listed) == SETTING_NAMES


@every_document
def test_documents_name_existing_subcommands_and_options(document: Path) -> None:
    text = read(document)
    # "bigrun random" is how the log names the slash command.
    assert set(re.findall(r"(?:\.venv/bin/|`)bigrun ([a-z]+)", text)) <= {*cli.commands, "random"}
    for command, words in re.findall(rf"bigrun ({'|'.join(cli.commands)})\b([^`\n]*)", text):
        known = {name for option in cli.commands[command].params for name in option.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", words)) <= known


@every_document
def test_documents_name_existing_make_targets(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE)
    assert set(re.findall(r"(?:`|^|&& )make ([a-z-]+)", read(document), re.MULTILINE)) <= set(targets)


@every_document
def test_linked_files_and_headings_exist(document: Path) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", read(document)):
        path = document.parent / target if target else document
        assert path.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
            assert heading in [title.lower().replace(" ", "-") for title in headings]


@every_document
def test_named_paths_exist(document: Path) -> None:
    made = r"data/(corpus|state)\.db|data/tropes/(PowerWalk|NameOfThePage)\.txt"
    for span in code_spans(read(document)):
        if re.fullmatch(r"(bot|cogs|data|deploy|docs|tests)/[\w/.-]*", span) and not re.fullmatch(made, span):
            assert (ROOT / span).exists(), span


@cache
def modules() -> list[ast.Module]:
    return [ast.parse(read(path)) for path in (*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py"))]


def texts_in_code() -> str:
    """Return every string of the program, each on a line, with … for what is filled in."""
    texts = []
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values]
                texts.append("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(re.sub(r"%[sd]|\{\w*\}", "…", node.value))
    return "\n".join(texts)


def sqlite_messages(folder: Path) -> Iterator[str]:
    """Yield what SQLite says of a full disk, a read-only file and a missing folder."""
    database = sqlite3.connect(folder / "full.db", isolation_level=None)
    database.execute("PRAGMA max_page_count = 1")
    for statement in ("CREATE TABLE full (text)", "PRAGMA query_only = ON", "CREATE TABLE read_only (text)"):
        try:
            database.execute(statement)
        except sqlite3.Error as error:
            yield str(error)
    database.close()
    with pytest.raises(sqlite3.Error) as no_folder:
        sqlite3.connect(folder / "missing" / "state.db")
    yield str(no_folder.value)


@pytest.mark.slow
def test_quoted_messages_are_in_the_code(tmp_path: Path) -> None:
    quoted = re.findall(r"^- \*([^*]+)\*", section(OPERATIONS, "When something goes wrong"), re.MULTILINE)
    assert 8 <= len(quoted) <= 10
    known = "\n".join([texts_in_code(), *sqlite_messages(tmp_path)])
    # A message may consist of several strings: a sentence, the problem, the driver's words.
    parts = [part.strip() for message in quoted for part in re.split(r"…|\. |: ", message)]
    assert [part for part in parts if part not in known] == []


def test_log_fields_are_those_of_the_code() -> None:
    log = section(OPERATIONS, "Read the log")
    values = {name: set(code_spans(rest)) for name, rest in re.findall(r"^- `(\w+)`: (.*)$", log, re.MULTILINE)}
    assert values["kind"] == set(INTERACTION_KINDS.values())
    assert values["outcome"] == {*Outcome, "not_answered"}
    [line] = re.findall(r"\{.*\}", log)
    fields, code = set(re.findall(r'"(\w+)":', line)) | values.keys(), read("bot/cli/logs.py") + read(RECORD)
    assert [field for field in fields if f'"{field}"' not in code] == []


@cache
def symbols() -> frozenset[str]:
    """Return the classes and functions of the program, methods as Class.method."""
    names = set()
    for module in modules():
        for node in module.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                names.add(node.name)
            if isinstance(node, ast.ClassDef):
                names |= {f"{node.name}.{each.name}" for each in node.body if hasattr(each, "name")}
    return frozenset(names)


def test_the_architecture_follows_three_flows() -> None:
    typed = [span for span in code_spans(section(ARCHITECTURE, "Three flows")) if " " in span]
    assert typed == ["/bigrun random film", "/bigrun search horse", "bigrun load"]


@pytest.mark.parametrize("name", sorted({span for span in code_spans(read(ARCHITECTURE)) if " " not in span}))
def test_names_in_the_architecture_exist(name: str) -> None:
    assert name in symbols() or any((ROOT / path).exists() for path in (name, f"bot/{name}", f"bot/{name}.py"))


def test_the_floors_are_those_that_lint_checks() -> None:
    [contract, *_] = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = [set(layer.split(" | ")) for layer in contract["layers"]]
    floors: dict[str, set[str]] = {}
    for number, rest in re.findall(r"^- (\d) (.*?):", section(ARCHITECTURE, "The floors"), re.MULTILINE):
        rooms = (span.removeprefix("bot/").removesuffix("/").removesuffix(".py") for span in code_spans(rest))
        floors[number] = set(rooms) - {"cogs"}
    assert list(floors.values()) == layers


def test_every_threat_names_a_test() -> None:
    rows = re.findall(r"^\| (?!threat|-)(.+?) \|.+\|(.+)\|$", read(THREATS), re.MULTILINE)
    assert len(rows) > 20
    assert [threat for threat, shown in rows if "::test_" not in shown] == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", read(THREATS)))))
def test_tests_named_by_threats_exist(name: str) -> None:
    path, test = name.split("::")
    assert re.search(rf"^(?:async )?def {test}\(", read(path), re.MULTILINE)


def test_every_locked_package_is_pinned_by_hash() -> None:
    hashes = {
        package["name"]: [file["hash"] for file in (*package.get("wheels", ()), package.get("sdist")) if file]
        for package in tomllib.loads(read("uv.lock"))["package"]
    }
    assert hashes.pop("bigrun") == []
    assert [name for name, found in hashes.items() if not found] == []
    assert [each for found in hashes.values() for each in found if not re.fullmatch(r"sha256:[0-9a-f]{64}", each)] == []
