"""`distribution demo` as a visitor starts it, in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from distribution.demo.brand import PASSWORD, Login
from distribution.demo.home import Addresses, Home

_LONGEST_SECONDS = 400.0
"""What a busy machine may take for the year; a quiet one takes less than a tenth of it."""
_SETTINGS_OF_OTHERS = "DISTRIBUTION_"


class DemoProgram:
    """The demo's command, its folder and its addresses."""

    def __init__(self, folder: Path, port: int) -> None:
        self.home = Home(folder / "saleor-distribution" / "demo")
        self.addresses = Addresses("127.0.0.1", port)
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.ready_after_seconds = 0.0

    @property
    def url(self) -> str:
        return self.addresses.portal

    @property
    def shop_url(self) -> str:
        return self.addresses.shop

    @property
    def database_url(self) -> str:
        """The database of the demo that runs."""
        servers = [self.home.postgres / "elsewhere", self.home.postgres]
        folder = next(folder for folder in servers if folder.exists()).resolve()
        return f"postgresql://postgres@/distribution_demo?host={folder}"

    def command(self, *words: str) -> list[str]:
        """The command line, on the same port and folder."""
        demo = ["demo", "--port", str(self.addresses.portal_port), *words]
        return [sys.executable, "-c", "from distribution.cli import main; main()", *demo]

    def environment(self) -> dict[str, str]:
        """What the command is given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS_OF_OTHERS)}
        return {**kept, "XDG_DATA_HOME": str(self._folder)}

    def start(self) -> str:
        """Start it and return what it said once it answers."""
        log = self._folder / "said"
        began = time.monotonic()
        with log.open("w") as said:
            self._process = subprocess.Popen(
                self.command(), env=self.environment(), stdout=said, stderr=subprocess.STDOUT, text=True
            )
        while "Demo logins" not in log.read_text():
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() - began < _LONGEST_SECONDS, log.read_text()
            time.sleep(0.1)
        self.ready_after_seconds = time.monotonic() - began
        return log.read_text()

    def stop(self) -> int:
        """Press Ctrl-C and return the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(60)

    def logged_in(self, login: Login) -> requests.Session:
        """A browser without scripts, logged in with the password that the demo prints."""
        browser = requests.Session()
        page = f"{self.url}/login" if login.role == "distributor" else f"{self.url}/console/login"
        form = browser.get(page, timeout=20).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        assert token is not None, form[:500]
        data = {"csrf_token": token[1], "email": login.email, "password": PASSWORD}
        answer = browser.post(page, data=data, timeout=20, allow_redirects=False)
        assert answer.status_code == 303, answer.text[:500]
        return browser


@contextmanager
def running_demo(port: int) -> Iterator[DemoProgram]:
    """The demo over a new folder, answering."""
    with tempfile.TemporaryDirectory(prefix="distribution-demo-") as name:
        # PostgreSQL's own account must get to its folder below.
        Path(name).chmod(0o711)
        demo = DemoProgram(Path(name), port)
        demo.start()
        try:
            yield demo
        finally:
            demo.stop()
