"""Whether a page fits: nothing wider than the screen, no words cut off, nothing too small for a finger."""

from __future__ import annotations

from playwright.sync_api import Page

FINGER_PIXELS = 44
MOST_LINES = 2
"""Of a button or a badge: one of three lines is a paragraph."""
_FITS = """([finger, mostLines]) => {
    const found = [];
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wider > 0) found.push(`${wider}px wider than the screen`);
    const words = (box) => (box.textContent.trim() || box.getAttribute("aria-label") || box.name || "").slice(0, 40);
    const unseen = ".sr, .skip, details:not([open]) > :not(summary)";
    const seen = (box) => box.getClientRects().length > 0 && !box.closest(unseen);
    const scrolls = (box) => {
        for (let one = box; one !== document.body; one = one.parentElement)
            if (/auto|scroll/.test(getComputedStyle(one).overflowX)) return true;
        return false;
    };
    const lines = (box) => {
        const range = document.createRange();
        range.selectNodeContents(box);
        return [...range.getClientRects()].filter((line) => line.width > 0);
    };
    // An end in dots that is meant, as is one of `line-clamp`: the whole is one tap away, or stands in the field.
    const meant = "input, textarea, select, progress, .truncate, .badge-plain, .brand, .table-wrap, .plot-table";
    for (const box of document.querySelectorAll("body *")) {
        if (!seen(box) || box.closest(meant) || box.closest("svg, pre, script, noscript")) continue;
        const texts = [...box.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
        if (texts.length === 0 || scrolls(box)) continue;
        const style = getComputedStyle(box);
        if (style.clipPath.startsWith("inset(50%")) continue;
        const cut = style.display !== "inline" && box.scrollWidth > box.clientWidth + 1;
        const clamped = style.webkitLineClamp !== "none";
        const low = !clamped && /hidden|clip/.test(style.overflowY) && box.scrollHeight > box.clientHeight + 1;
        if (cut || low) found.push(`cut off: ${words(box)}`);
        for (const line of texts.flatMap(lines))
            if (line.right > innerWidth + 1 || line.left < -1) found.push(`leaves the screen: ${words(box)}`);
    }
    for (const box of document.querySelectorAll(".button, .badge, .tabs a, .segments a, .bottom a, .count")) {
        if (!seen(box)) continue;
        const heights = new Set(lines(box).map((line) => Math.round(line.bottom / 8)));
        if (heights.size > mostLines) found.push(`${heights.size} lines: ${words(box)}`);
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
    found: list[str] = page.evaluate(_FITS, [FINGER_PIXELS if finger else 0, MOST_LINES])
    return found
