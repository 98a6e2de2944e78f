"""Big Run: serves the examples of TV Tropes pages on Discord, spoilers safely hidden."""

import sys
from pathlib import Path

# A wheel holds the project's rooms in one folder, so that it adds one name to an environment. In a checkout they lie at
# the top, where Python finds them by itself.
APP = Path(__file__).resolve().parent / "app"
if APP.is_dir() and str(APP) not in sys.path:
    sys.path.insert(0, str(APP))


def main() -> None:
    """Run the command line."""
    from bot.__main__ import cli  # noqa: PLC0415 - the path above comes first

    cli()
