"""Which worker of a parallel run gets which files, and in what order."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

# They share a demo, whose year takes longer to live through than all that is asked of it.
_ON_THE_DEMO = {
    f"tests/functional/{name}.py" for name in ("test_browser_referral", "test_demo", "test_readme_pictures")
}


class FileByFile(LoadFileScheduling):
    """A file to a worker, as they were collected: browsers and servers first, the many short ones of units last.

    By itself xdist begins with the files of most tests, so that in the end all wait for the few longest tests.
    """

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "the demo" if file in _ON_THE_DEMO else file
