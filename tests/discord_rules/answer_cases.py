"""Each rule for the ways to answer an interaction, with a body that keeps it and one that breaks it alone."""

from tests.discord_rules.message_rules import EPHEMERAL
from tests.discord_rules.sample_payloads import NOBODY, Case, callback, choice, suggestions

CASES = [
    Case("a deferral needs no data", callback(5), callback(5, {"content": "x"}), "$.data.content may not be given"),
    Case("a deferral may be private", callback(5, {"flags": EPHEMERAL}), callback(5, 64), "$.data must be an object"),
    Case("a deferred update needs no data", callback(6), callback(6, {"content": "x"}), "$.data.content may not be"),
    Case(
        "an update is judged as an edit",
        callback(7, {"components": []}),
        callback(7, {"content": "x" * 2001, "allowed_mentions": NOBODY}),
        "$.data.content is 2001 characters long",
    ),
    Case("a way to answer is known", callback(5), callback(99), "$.type is 99, which is no way to answer"),
    Case("a way to answer is a number", callback(5), callback([5]), "$.type is [5], which is no way to answer"),
    Case(
        "autocompletion offers 25 choices",
        suggestions(*(choice(str(n), str(n)) for n in range(25))),
        suggestions(*(choice(str(n), str(n)) for n in range(26))),
        "$.data.choices has 26 entries",
    ),
    Case("autocompletion may offer none", suggestions(), callback(8), "$.data must be an object"),
    Case(
        "a choice's name has 100 characters",
        suggestions(choice("x" * 100)),
        suggestions(choice("x" * 101)),
        "$.data.choices[0].name is 101 characters long",
    ),
    Case("a choice has a name", suggestions(choice("x")), suggestions(choice("")), "$.data.choices[0].name is empty."),
    Case(
        "a choice's value has 100 characters",
        suggestions(choice(value="x" * 100)),
        suggestions(choice(value="x" * 101)),
        "$.data.choices[0].value is 101 characters long",
    ),
    Case(
        "a choice's value is a text or a number",
        suggestions(choice(value=1)),
        suggestions(choice(value=True)),
        "$.data.choices[0].value is True, which does not suit its option.",
    ),
    Case(
        "choices have names of their own",
        suggestions(choice("a", "1"), choice("b", "2")),
        suggestions(choice("a", "1"), choice("a", "2")),
        "$.data.choices[1].name repeats 'a', already at $.data.choices[0].name.",
    ),
    Case(
        "choices have values of their own",
        suggestions(choice("a", "1"), choice("b", "2")),
        suggestions(choice("a", "1"), choice("b", "1")),
        "$.data.choices[1].value repeats '1'",
    ),
]
