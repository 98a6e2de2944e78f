"""Compile the catalogues of languages, and lay out the wheel: one top-level name, only files that are named here."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LAUNCHER, LAUNCHER_FILES = "deploy/wheel/bigrun", ("__init__.py", "__main__.py", "py.typed")
CODE_FOLDERS, CODE_SUFFIXES = ("bot", "cogs"), {".py", ".sql"}
LOCALES = "data/locales"
LOCALE_FILES = ("*/LC_MESSAGES/bigrun.mo", "*/media.toml", "*/places.json", "*/times.toml")
DATA_FILES = ("media.toml", "subpages.toml", "titles.toml", "common_words.txt", "README.md", "tropes/BigHeroicRun.txt")


class WheelLayout(BuildHookInterface):
    """Put the launcher at the top of the wheel and the project's rooms below it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files. An editable install gets the launcher alone."""
        root = Path(self.root)
        compile_catalogues(root / LOCALES)
        launcher = {str(root / LAUNCHER / name): f"bigrun/{name}" for name in LAUNCHER_FILES}
        if version == "editable":
            build_data["force_include_editable"].update(launcher)
        else:
            build_data["force_include"].update(
                launcher | {str(root / each): f"bigrun/app/{each}" for each in rooms(root)}
            )


def rooms(root: Path) -> list[str]:
    """Return the files that an installed bot needs, as paths below `root`."""
    code = [
        file.relative_to(root).as_posix()
        for folder in CODE_FOLDERS
        for file in sorted((root / folder).rglob("*"))
        if file.suffix in CODE_SUFFIXES
    ]
    spoken = [file for pattern in LOCALE_FILES for file in (root / LOCALES).glob(pattern)]
    languages = sorted(file.relative_to(root).as_posix() for file in spoken)
    return [*code, *(f"data/{each}" for each in DATA_FILES), *languages, ".env.example"]


def compile_catalogues(folder: Path) -> None:
    """Compile each `bigrun.po`, so that the bot needs no library to read it."""
    for source in folder.glob("*/LC_MESSAGES/bigrun.po"):
        with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, read_po(po))
