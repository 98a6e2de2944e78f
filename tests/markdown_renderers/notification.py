"""A desktop notification: the message as plain text, with `<spoiler>` for each hidden part.

Notifications look for code before spoilers, and a backslash escapes nothing. Whether "before" means in the whole
message or at each position from left to right is unknown. So both are tried, and only what both hide is hidden.
"""

from tests.markdown_renderers import find_leaks
from tests.markdown_renderers.spans import Span, in_all, outside

MARK = "<spoiler>"


def visible(text: str) -> str:
    """Return the notification's text."""
    whole = [(0, len(text))]
    hidden = find_leaks.hidden_by(find_leaks.CODE_FIRST, text, whole)
    return outside(text, in_all((hidden, _hidden_around_code(text))) if "`" in text else hidden, MARK)


def _hidden_around_code(text: str) -> list[Span]:
    """Return what tags hide after all code is blanked, inside and outside of tags."""
    masked = list(text)
    for start, end in find_leaks.code_in(text):
        masked[start:end] = " " * (end - start)
    return find_leaks.hidden_by(find_leaks.TAGS, "".join(masked), [(0, len(text))])
