/* Small comforts. Every page works without this file. */
(() => {
  "use strict";
  const all = (selector) => document.querySelectorAll(selector);

  const toast = (text) => {
    document.querySelector(".toast")?.remove();
    const box = document.createElement("div");
    box.className = "toast";
    box.setAttribute("role", "status");
    document.body.append(box);
    box.textContent = text;
    setTimeout(() => box.remove(), 2400);
  };

  if (navigator.clipboard) {
    for (const button of all("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        toast(button.dataset.copied);
      });
    }
  }

  if (navigator.share) {
    for (const button of all("[data-share]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const { share, shareText, shareTitle } = button.dataset;
        navigator.share({ url: share, text: shareText, title: shareTitle }).catch(() => {});
      });
    }
  }

  for (const input of all("[data-select]")) input.addEventListener("focus", () => input.select());

  for (const form of all("form[data-confirm]")) {
    form.addEventListener("submit", (event) => {
      if (!window.confirm(form.dataset.confirm)) event.preventDefault();
    });
  }

  for (const button of all("button[data-confirm]")) {
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.confirm)) event.preventDefault();
    });
  }

  /* What was refused first is where one goes on; what is only shown how it looks was never sent. */
  const refused = document.querySelector(
    'form[method="post"] :is([aria-invalid="true"], fieldset[aria-describedby$="-error"] input)'
  );
  const goOn = () => document.activeElement === document.body && refused?.focus();
  /* Not before the browser has gone to the part that the address names: that takes the focus away. */
  addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(goOn)));

  /* A second tap on a button that already sends would send twice. */
  for (const form of all('form[method="post"]')) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => delete form.dataset.sent, 4000);
    });
  }
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* One menu at a time; Escape or a tap elsewhere closes it. */
  const closeMenus = (except) => {
    for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  /* One box that ticks every row of its form. */
  for (const box of all("[data-pick-all]")) {
    box.hidden = false;
    box.addEventListener("change", () => {
      for (const row of box.form.querySelectorAll('[name="ids"]')) row.checked = box.checked;
    });
  }

  /* The app: an offline page now, notices later; never inside somebody else's frame. */
  if (navigator.serviceWorker && window.top === window) {
    addEventListener("load", () => navigator.serviceWorker.register("/service-worker.js").catch(() => {}));
  }

  for (const field of all("[data-submit-on-change]")) field.addEventListener("change", () => field.form.requestSubmit());
})();
