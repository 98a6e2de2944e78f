"""What a desktop notification shows: the message as plain text, with `<spoiler>` for what its tags hide.

Code is looked for before spoilers, and a backslash protects nothing. Whether "before" means in the whole message or
at each place on the way from left to right is not known, so both are read, and only what both hide is hidden.
"""

from tests.markdown_renderers import find_leaks
from tests.markdown_renderers.spans import Span, in_all, outside

MARK = "<spoiler>"
"""What stands for hidden text."""


def visible(text: str) -> str:
    """Returns the notification's text. Any text will do."""
    whole = [(0, len(text))]
    hidden = find_leaks.hidden_by(find_leaks.CODE_FIRST, text, whole)
    if "`" in text:
        hidden = in_all((hidden, _around_code(text)))
    return outside(text, hidden, MARK)


def _around_code(text: str) -> list[Span]:
    """Returns what tags hide once all code of the text is taken out, whether it stood in a tag or not."""
    masked = list(text)
    for start, end in find_leaks.code_in(text):
        masked[start:end] = " " * (end - start)
    return find_leaks.hidden_by(find_leaks.TAGS, "".join(masked), [(0, len(text))])
