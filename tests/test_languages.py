"""Catalogues are complete and right, and texts come in the language of their readers."""

import asyncio
import logging
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.language import (
    DEFAULT_LOCALE,
    NATIVE_NAMES,
    best_locale,
    gettext,
    load_languages,
    media_words,
    ngettext,
    number,
    speak,
    speaking,
    spoken_locales,
)
from bot.render.markdown import Markdown
from bot.render.texts import bold_list, place
from bot.render.texts import examples as texts
from bot.render.work_cards import sentence_of
from bot.settings import ROOT
from tests.catalogues import LOCALES, catalogue_file, problems, read, template

LANGUAGES = sorted(path.name for path in LOCALES.iterdir())
REQUIRED = {"de", "fr", "es-ES", "pt-BR", "it", "ja"}


def test_the_languages_that_are_promised_are_there() -> None:
    assert set(LANGUAGES) >= REQUIRED
    assert set(spoken_locales()) == {DEFAULT_LOCALE, *LANGUAGES} <= set(NATIVE_NAMES)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_catalogue_has_every_text_and_nothing_wrong(locale: str) -> None:
    catalogue, wanted = read(locale), template()
    ids = {(message.context, str(message.id)) for message in catalogue if message.id}
    assert ids == {(message.context, str(message.id)) for message in wanted if message.id}
    assert list(problems(catalogue)) == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_commands_and_options_beside_each_other_have_different_names(locale: str) -> None:
    paths = [(*(message.context or "").rpartition(" "), message) for message in read(locale)]
    names = [(beside, message.string) for beside, _, name, message in paths if message.id == name]
    assert len(names) == len(set(names)) > 0


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_catalogue_was_compiled_since_it_changed(locale: str) -> None:
    with speaking(locale):
        for message in read(locale):
            if isinstance(message.id, str) and message.id and not message.context:
                assert gettext(message.id) == message.string, f"run `uv sync` or `python -m tests.catalogues {locale}`"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["de"], "de"),
        (["es-419"], "es-ES"),
        (["en-GB"], "en-US"),
        (["sv-SE"], "en-US"),
        ([""], "en-US"),
        (["", None, "fr"], "fr"),
        (["no-locale", "it"], "it"),
    ],
)
def test_a_language_stands_in_for_its_kin_as_a_whole(wanted: list[str | None], spoken: str) -> None:
    assert best_locale(*wanted) == spoken


def test_simplified_chinese_does_not_stand_in_for_traditional() -> None:
    assert best_locale("zh-TW") in ("zh-TW", "en-US")


def test_values_are_never_read_as_patterns() -> None:
    typed = "{more} {0.__class__} %s %(x)s \\g<0> ’"
    shown = texts.no_matches(Markdown(typed), Markdown("{query}"), [])
    assert f"**{typed}** in {{query}}." in shown
    assert gettext("{known} and {unknown}", known=1_234) == "1,234 and {unknown}"


@pytest.mark.parametrize(
    ("locale", "grouped"),
    [("en-US", "1,234,567"), ("de", "1.234.567"), ("fr", "1\u202f234\u202f567"), ("ja", "1,234,567")],
)
def test_digits_are_grouped_as_a_language_does(locale: str, grouped: str) -> None:
    with speaking(locale):
        assert number(1_234_567) == grouped


def test_places_are_numbers_outside_english() -> None:
    assert [place(at) for at in (1, 22, 113)] == ["1st", "22nd", "113th"]
    with speaking("de"):
        assert [place(at) for at in (1, 22, 113)] == ["1", "22", "113"]


def test_lists_have_the_words_of_a_language() -> None:
    names = [Markdown("A"), Markdown("B"), Markdown("C")]
    assert bold_list(names) == "**A**, **B** and **C**"
    with speaking("de"):
        assert bold_list(names) == "**A**, **B** und **C**"


async def test_a_language_belongs_to_a_task() -> None:
    async def say(locale: str) -> str:
        speak(locale)
        await asyncio.sleep(0)
        return ngettext("{count} example", "{count} examples", 2)

    german, english = await asyncio.gather(say("de"), say("en-US"))
    assert (german, english) == ("2\u00a0Beispiele", "2 examples")
    assert ngettext("{count} example", "{count} examples", 2) == "2 examples"


def test_a_missing_catalogue_is_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for locale in ("xx", "yy"):
        (tmp_path / locale / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "yy" / "LC_MESSAGES" / "bigrun.mo").write_bytes(b"no catalogue")
    with caplog.at_level(logging.WARNING):
        load_languages(tmp_path)
    assert [record.getMessage() for record in caplog.records] == [
        "These languages are not compiled, so they are English: xx, yy. Install again."
    ]
    assert best_locale("xx") == DEFAULT_LOCALE


@pytest.mark.parametrize("locale", LANGUAGES)
def test_what_people_type_means_one_medium(locale: str) -> None:
    tables = tomllib.loads((ROOT / "data" / "media.toml").read_text(encoding="utf-8"))
    words = media_words(locale)
    typed = [word for each in words.values() for word in each]
    assert typed
    assert len(typed) == len(set(typed))
    assert set(words) <= {slug for table in tables.values() for slug in table}
    assert typed == [word.lower() for word in typed]


def test_the_word_for_a_spoiler_in_a_sentence_is_translated() -> None:
    entry: Any = SimpleNamespace(sentence="She meets (spoiler) there.")
    with speaking("de"):
        assert sentence_of(entry) == f"She meets {texts.SPOILER_PLACEHOLDER()} there."
        assert texts.SPOILER_PLACEHOLDER() != texts.SPOILER_PLACEHOLDER.english


def test_catalogues_are_named_by_their_locale() -> None:
    assert all(catalogue_file(locale).exists() for locale in LANGUAGES)
