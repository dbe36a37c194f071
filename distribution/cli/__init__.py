"""The command line: `distribution COMMAND`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed, 2 wrong use; what went wrong is one line on standard error."""
    # Saleor's environment holds the package without what only the server needs.
    if importlib.util.find_spec("click") is None or importlib.util.find_spec("sqlalchemy") is None:
        print(
            "distribution: not installed for servers; pip install 'saleor-distribution[server]'",
            file=sys.stderr,
        )
        sys.exit(1)
    from distribution.cli.run import run

    sys.exit(run(arguments))
