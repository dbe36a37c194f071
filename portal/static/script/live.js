/* The dashboard follows the shop: while it is looked at, it asks every few seconds whether anything has moved, and only
   then reads the page again and puts the parts that differ in place. Without this file a reload does the same. */
(() => {
  "use strict";
  const root = document.querySelector("[data-live]");
  const EVERY = 5000;
  const SLOWEST = 60000;
  let wait = EVERY;
  let timer;

  const put = (fresh) => {
    let moved = false;
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const here = root.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!here || here.innerHTML === part.innerHTML || here.contains(document.activeElement)) continue;
      here.innerHTML = part.innerHTML;
      here.classList.add("has-moved");
      here.addEventListener("animationend", () => here.classList.remove("has-moved"), { once: true });
      moved = true;
    }
    return moved;
  };

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
