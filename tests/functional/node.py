"""The Node.js that comes with Playwright: it runs TypeScript as it stands, and is there wherever the tests are."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import playwright

NODE = Path(playwright.__file__).parent / "driver" / "node"


def run_node(*arguments: str, **environment: str) -> Any:
    """What a program prints, read as JSON."""
    done = subprocess.run(
        [str(NODE), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"NODE_NO_WARNINGS": "1"} | environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def evaluate(module: Path, expression: str, **environment: str) -> Any:
    """What an expression over the exports of a module comes to; they are named `it`."""
    program = (
        f"const it = await import({json.dumps(module.as_uri())}); console.log(JSON.stringify({expression}));"
    )
    return run_node("--input-type=module", "--eval", program, **environment)
