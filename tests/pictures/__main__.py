"""`make pictures`: every page of portal and console in both themes and languages, on a phone and on a desk.

    python -m tests.pictures FOLDER [--url http://localhost:5000] [--only WORD] [--view light-en-390] [--sheets]

Without `--url` the demo is started over a folder of its own.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser

from tests.functional.browser import running
from tests.functional.conftest import free_port
from tests.functional.demo_program import running_demo
from tests.left_out import chromium_path
from tests.pictures.demo import PHONE, Demo, View, every_view
from tests.pictures.places import Place
from tests.pictures.sheet import sheet

_ON_A_SHEET = {390: 6, 1440: 4}
# Pictures further down are loaded when somebody comes near; here nobody scrolls.
_ALL_LOADED = """() => Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.decode().catch(() => null);
}))"""


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="a demo that runs already")
    parser.add_argument("--only", default="", help="pages with this in their name")
    parser.add_argument("--view", default="", help="views with this in their name, say dark or zh_Hans-390")
    parser.add_argument(
        "--sheets", action="store_true", help="also many pictures on one, to look at together"
    )
    chosen = parser.parse_args()
    if chosen.url:
        take_all(Demo(chosen.url), chosen)
    else:
        with running_demo(free_port()) as program:
            take_all(Demo(program.url), chosen)


def take_all(demo: Demo, chosen: argparse.Namespace) -> None:
    """Take the pictures that were asked for, and say how many."""
    chromium = chromium_path()
    if chromium is None:
        raise SystemExit("no Chromium (apt-get install chromium, or DISTRIBUTION_TEST_CHROMIUM=/path/to/it)")
    places = [place for place in demo.places() if chosen.only in f"{place.who} {place.name}"]
    views = [view for view in every_view() if chosen.view in view.name]
    with running(chromium) as browser:
        for view in views:
            taken = pictures(browser, demo, places, view, chosen.folder / view.name)
            if chosen.sheets:
                _sheets(taken, view, chosen.folder / "sheets")
    print(
        f"pictures: {len(places)} pages x {len(views)} views = {len(places) * len(views)} in {chosen.folder}"
    )


def pictures(browser: Browser, demo: Demo, places: list[Place], view: View, folder: Path) -> list[Path]:
    """The whole length of every page, as one view shows it."""
    folder.mkdir(parents=True, exist_ok=True)
    people = defaultdict(list)
    for place in places:
        people[place.who].append(place)
    taken = []
    for who, theirs in people.items():
        context = demo.looked_at(browser, who, view)
        page = context.new_page()
        for place in theirs:
            page.goto(demo.url + place.path, wait_until="load")
            page.evaluate(_ALL_LOADED)
            target = folder / f"{who}-{place.name.split('.')[-1]}.png"
            page.screenshot(path=target, full_page=True, animations="disabled")
            taken.append(target)
        context.close()
    return taken


def _sheets(taken: list[Path], view: View, folder: Path) -> None:
    many = _ON_A_SHEET[view.width]
    width, height = (390, 1500) if view.width == PHONE else (900, 1100)
    for number in range(0, len(taken), many):
        sheet(
            taken[number : number + many],
            folder / f"{view.name}-{number // many:02}.png",
            width=width,
            height=height,
        )


if __name__ == "__main__":
    main()
