/* A page of figures follows the shop: while it is looked at, it asks every few seconds whether anything has moved, and
   only then reads the page again and puts the parts that differ in place. Without this file a reload does the same. */
(() => {
  "use strict";
  const root = document.querySelector("[data-live]");
  const EVERY = 5000;
  const SLOWEST = 60000;
  let wait = EVERY;
  let timer;

  const FOCUSABLE = "a[href], button, summary, [tabindex]";
  let late;

  /* What only this reader or this answer has is no difference: what they opened, the token of a form. */
  const plain = (part) => {
    const copy = part.cloneNode(true);
    for (const open of copy.querySelectorAll("details[open]")) open.removeAttribute("open");
    for (const token of copy.querySelectorAll('[name="csrf_token"]')) token.removeAttribute("value");
    return copy.innerHTML;
  };

  const isRead = (part) => {
    const chosen = getSelection();
    return !chosen.isCollapsed && part.contains(chosen.anchorNode);
  };

  /* Puts the new content in place of the old with what was opened, how far it was scrolled and what had the focus;
     false where the last is not there any more: then it waits until the reader has moved on. */
  const swap = (here, part) => {
    const fresh = part.cloneNode(true);
    const pairs = (selector) => {
      const now = fresh.querySelectorAll(selector);
      return [...here.querySelectorAll(selector)].map((old, number) => [old, now[number]]).filter((pair) => pair[1]);
    };
    let focused;
    if (here.contains(document.activeElement)) {
      const same = (old, one) => old.tagName === one.tagName && old.getAttribute("href") === one.getAttribute("href");
      focused = pairs(FOCUSABLE).find(([old, one]) => old === document.activeElement && same(old, one))?.[1];
      if (!focused) return false;
    }
    const scrolled = pairs(".plot-table, .table-wrap").map(([old, one]) => [one, old.scrollTop, old.scrollLeft]);
    for (const [old, one] of pairs("details")) one.open = old.open;
    here.replaceChildren(...fresh.childNodes);
    for (const [one, top, left] of scrolled) one.scrollTo(left, top);
    focused?.focus({ preventScroll: true });
    return true;
  };

  const put = (fresh) => {
    let moved = false;
    late = undefined;
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const here = root.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!here || plain(here) === plain(part)) continue;
      if (isRead(here) || !swap(here, part)) {
        late = fresh;
        continue;
      }
      here.classList.add("has-moved");
      here.addEventListener("animationend", () => here.classList.remove("has-moved"), { once: true });
      moved = true;
    }
    return moved;
  };
  root.addEventListener("focusout", () => setTimeout(() => late && put(late)));
  document.addEventListener("selectionchange", () => late && getSelection().isCollapsed && put(late));

  const say = (words) => {
    const box = document.createElement("p");
    box.className = "sr";
    box.setAttribute("role", "status");
    root.append(box);
    box.textContent = words;
    setTimeout(() => box.remove(), 5000);
  };

  const read = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (!fresh) return;
    if (put(fresh)) say(root.dataset.moved);
    root.dataset.pulse = fresh.dataset.pulse;
  };

  const look = async () => {
    try {
      const answer = await fetch(root.dataset.live, { redirect: "manual" });
      /* Logged out meanwhile: what stands here is not to be left for whoever comes by. */
      if (answer.type === "opaqueredirect") return location.reload();
      const { pulse } = await answer.json();
      if (pulse !== root.dataset.pulse) await read();
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, SLOWEST);
    }
    begin();
  };

  const begin = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, wait);
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  begin();
})();
