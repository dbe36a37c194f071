/* Writing a plan without waiting for pages. Everything works without this file: each button sends the form. */
(() => {
  "use strict";
  const form = () => document.querySelector("form[data-draft]");
  let changed = false;
  let stopped = false;
  let timer = 0;
  let pending = Promise.resolve();

  const body = (act) => {
    const data = new URLSearchParams(new FormData(form()));
    data.set("do", act);
    return data;
  };

  const say = (text, bad) => {
    const status = document.querySelector("[data-status]");
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("bad", Boolean(bad));
  };

  /* What is typed is kept a moment later; somebody else's work is never written over. */
  const keep = async () => {
    if (!changed || stopped || !form()) return;
    changed = false;
    try {
      const answer = await fetch(form().action, { method: "POST", body: body("keep") });
      const said = await answer.json();
      if (answer.ok) {
        form().elements.revision.value = said.revision;
        if (!changed) say(said.saved);
      } else if (said.conflict) {
        stopped = true;
        say(said.conflict, true);
      }
    } catch {
      changed = true;
    }
  };

  const typed = () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(() => (pending = pending.then(keep)), 1200);
  };

  const show = (text, url) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = page.getElementById("main");
    if (!main) return location.assign(url);
    document.getElementById("main").replaceWith(main);
    document.title = page.title;
    history.replaceState(null, "", url);
    start();
  };

  const send = async (button) => {
    const sent = form();
    clearTimeout(timer);
    await pending;
    const act = button?.value || "save";
    changed = false;
    sent.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(sent.action, { method: "POST", body: body(act) });
      if (["review", "document", "form"].includes(act) && answer.redirected) return location.assign(answer.url);
      const where = new URL(answer.redirected ? answer.url : location.href);
      show(await answer.text(), where.pathname + where.search);
      if (/^(add|double|open|up|down)/.test(act)) {
        const row = document.querySelector("[data-opened]") || document.querySelector(".plan-cap:last-child");
        row?.scrollIntoView({ block: "nearest" });
        row?.querySelector(".rule-form :is(input, select):not([type=hidden])")?.focus({ preventScroll: true });
      }
    } catch {
      form().submit();
    }
  };

  /* A thing that was chosen becomes a chip; more are looked for while a name is typed. */
  const choose = (input) => {
    const option = [...input.list.options].find((one) => one.value === input.value);
    if (!option) return false;
    const chips = input.closest(".picks").querySelector("[data-chips]");
    const chip = document.createElement("label");
    chip.className = "chip";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
    box.name = chips.dataset.chips;
    box.value = option.value;
    const words = document.createElement("span");
    words.textContent = option.label || option.value;
    chip.append(box, words);
    chips.append(chip);
    input.value = "";
    return true;
  };

  let looking = 0;
  const look = (input) => {
    clearTimeout(looking);
    looking = setTimeout(async () => {
      const answer = await fetch(`${input.list.dataset.source}?q=${encodeURIComponent(input.value)}`);
      if (!answer.ok) return;
      const found = await answer.json();
      input.list.replaceChildren(
        ...found.map(([key, name]) => Object.assign(document.createElement("option"), { value: key, textContent: name })),
      );
    }, 250);
  };

  const number = (area) => {
    const lines = document.querySelector("[data-lines]");
    const count = area.value.split("\n").length;
    while (lines.children.length > count) lines.lastChild.remove();
    while (lines.children.length < count) {
      const line = document.createElement("li");
      line.id = `line-${lines.children.length + 1}`;
      line.textContent = String(lines.children.length + 1);
      lines.append(line);
    }
    area.rows = count + 1;
  };

  const jump = (area, line) => {
    const before = area.value.split("\n").slice(0, line - 1).join("\n").length;
    const begin = line > 1 ? before + 1 : 0;
    const end = area.value.indexOf("\n", begin);
    area.focus({ preventScroll: true });
    area.setSelectionRange(begin, end < 0 ? area.value.length : end);
    document.getElementById(`line-${line}`)?.scrollIntoView({ block: "center" });
  };

  const start = () => {
    const current = form();
    if (!current || current.dataset.started) return;
    current.dataset.started = "1";
    current.addEventListener("input", (event) => {
      const input = event.target;
      if (input.matches("[data-pick]") && !choose(input)) look(input);
      if (input.matches(".plan-textarea")) number(input);
      typed();
    });
    current.addEventListener("click", (event) => {
      const line = event.target.closest("[data-line]");
      const link = event.target.closest("a[href]:not([href^='#'])");
      if (line) {
        event.preventDefault();
        jump(current.querySelector(".plan-textarea"), Number(line.dataset.line));
      } else if (link && changed && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        clearTimeout(timer);
        pending = pending.then(keep).then(() => location.assign(link.href));
      }
    });
  };

  document.addEventListener(
    "submit",
    (event) => {
      if (event.target !== form()) return;
      event.preventDefault();
      send(event.submitter);
    },
    true,
  );
  addEventListener("pagehide", () => {
    if (changed && !stopped && form()) navigator.sendBeacon(form().action, body("keep"));
  });

  /* A simulation under way is looked at again until it has ended. */
  const watch = async () => {
    if (!document.querySelector("[data-poll]")) return;
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(location.href);
        if (answer.ok) show(await answer.text(), location.href);
      } catch {
        /* The next look may succeed. */
      }
    }
    setTimeout(watch, 2000);
  };
  setTimeout(watch, 1500);
  start();
})();
