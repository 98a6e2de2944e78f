"""All cases of the rules."""

from tests.discord_rules import answer_cases, command_cases, component_cases, control_cases, message_cases, modal_cases

CASES = [
    *message_cases.CASES,
    *answer_cases.CASES,
    *component_cases.CASES,
    *control_cases.CASES,
    *modal_cases.CASES,
    *command_cases.CASES,
]
