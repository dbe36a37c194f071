"""A keyboard and nothing else: Tab until it is there, then Enter, Space or letters."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.functional.journeys.person import Person

_LONGEST_WAY = 150
# Where the focus is: whether that is what is looked for, what it is called, and what keeps people from seeing it.
_STOP = """(targets) => {
    const at = document.activeElement;
    const words = (at.innerText || at.getAttribute("aria-label") || at.name || at.tagName).trim().slice(0, 40);
    const main = document.querySelector("main");
    const stop = { words, there: targets.includes(at), wrong: null, outside: at === document.body };
    stop.skips = at.matches(".skip") && targets.some((one) => main.contains(one));
    if (stop.outside) return stop;
    const shown = at.closest("label") || at;
    const [box] = shown.getClientRects();
    const left = Math.max(box?.left, 0), right = Math.min(box?.right, innerWidth);
    const top = Math.max(box?.top, 0), bottom = Math.min(box?.bottom, innerHeight);
    const ringed = [at, shown, at.parentElement].some((one) => {
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    });
    if (!box || getComputedStyle(at).visibility !== "visible") stop.wrong = "cannot be seen";
    else if (right - left < 1 || bottom - top < Math.min(12, box.height)) stop.wrong = "is outside the window";
    else if (!ringed) stop.wrong = "has no ring around it";
    else {
        const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        for (let one = over; one && !one.contains(at) && !at.contains(one); one = one.parentElement)
            if (/fixed|sticky/.test(getComputedStyle(one).position)) stop.wrong = `is under ${one.className}`;
    }
    return stop;
}"""


class ByKeyboard(Person):
    """Every place the focus comes by must be seen, with a ring around it; what cannot be reached is an error."""

    def _act(self, target: Locator, called: str) -> None:
        self._reach(target, called)
        self.page.keyboard.press("Enter")

    def _tick(self, target: Locator, called: str) -> None:
        self._reach(target, called)
        self.page.keyboard.press("Space")

    def _enter(self, target: Locator, called: str, value: str) -> None:
        self._reach(target, called)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(value)

    def _reach(self, target: Locator, called: str) -> None:
        expect(target.filter(visible=True).first).to_be_visible()
        way: list[str] = []
        for _ in range(_LONGEST_WAY):
            stop = target.evaluate_all(_STOP)
            if stop["wrong"]:
                raise AssertionError(f"{self.page.url}: {stop['words']!r} has the focus and {stop['wrong']}")
            if stop["there"]:
                return
            way.append(stop["words"])
            self.page.keyboard.press("Enter" if stop["skips"] else "Tab")
        raise AssertionError(
            f"{self.page.url}: the keyboard never reaches {called!r}; it came by {list(dict.fromkeys(way))}"
        )
