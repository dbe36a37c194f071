"""Whether a page fits: nothing wider than the screen, no words cut off, nothing too small for a finger."""

from __future__ import annotations

from playwright.sync_api import Page

FINGER_PIXELS = 44
_FITS = """(finger) => {
    const found = [];
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wider > 0) found.push(`${wider}px wider than the screen`);
    const words = (box) => (box.textContent.trim() || box.getAttribute("aria-label") || box.name || "").slice(0, 40);
    const unseen = ".sr, .skip, details:not([open]) > :not(summary)";
    const seen = (box) => box.getClientRects().length > 0 && !box.closest(unseen);
    const meant = "input, textarea, select, progress, .truncate, .badge-plain, .brand, .table-wrap, .plot-table";
    for (const box of document.querySelectorAll("main *, .bottom *")) {
        if (!seen(box) || box.closest(meant) || box.closest("svg, pre")) continue;
        const style = getComputedStyle(box);
        if (style.display === "inline" || style.overflowX === "auto" || style.overflowX === "scroll") continue;
        const hasWords = [...box.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (hasWords && box.scrollWidth > box.clientWidth + 1) found.push(`cut off: ${words(box)}`);
    }
    for (const box of document.querySelectorAll(".table-wrap")) {
        const over = box.scrollWidth - box.clientWidth;
        if (over > 1) found.push(`a table ${over}px wider than its card: ${box.querySelector("caption")?.textContent}`);
    }
    const touched = ".button, .input, summary, .tabs a, .segments a, .bottom a, .menu-item, .crumb, .card-link, a.item,"
        + ".pick-area";
    if (finger) for (const box of document.querySelectorAll(touched)) {
        if (!seen(box) || box.matches("[type=hidden]")) continue;
        const height = box.getBoundingClientRect().height;
        if (height < finger - 0.5) found.push(`${Math.round(height)}px for a finger: ${box.className} ${words(box)}`);
    }
    return found;
}"""


def misfits(page: Page, *, finger: bool) -> list[str]:
    """What does not fit, in words; empty for a page that fits. `finger`: also what is too small to be touched."""
    found: list[str] = page.evaluate(_FITS, FINGER_PIXELS if finger else 0)
    return found
