"""Links without brackets."""

from bot.wiki.lexicon import Lexicon

MANY = [f"Film/Alien{number}" for number in range(10_000)]


def test_a_link_reads_the_same_after_many_others() -> None:
    lexicon = Lexicon({"film/alien3": "Alien³"}, {})
    first = [lexicon.link(typed) for typed in MANY]
    assert first[3:5] == [("Alien³", "Film/Alien3"), ("Alien 4", "Film/Alien4")]
    assert [lexicon.link(typed) for typed in MANY] == first
