/* The preview follows the form; a poster goes to the phone's own share sheet as a file. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-poster]");
  const image = document.querySelector("#preview img");
  if (form && image) {
    let timer;
    const frame = image.closest("[data-preview]");
    const state = (name) => {
      frame.classList.toggle("is-loading", name === "loading");
      frame.setAttribute("aria-busy", String(name === "loading"));
      frame.querySelector(".poster-failed")?.remove();
      image.hidden = name === "failed";
      if (name !== "failed") return;
      const words = document.createElement("p");
      words.className = "poster-failed muted";
      words.setAttribute("role", "status");
      words.textContent = frame.dataset.failed;
      frame.append(words);
    };
    image.addEventListener("load", () => state("shown"));
    image.addEventListener("error", () => state("failed"));
    if (!image.complete) state("loading");
    else if (!image.naturalWidth) state("failed");
    const show = () => {
      const values = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (name !== "csrf_token") values.set(name, value);
      image.className = `poster-image poster-${values.get("template")}`;
      state("loading");
      image.src = `${form.dataset.poster}?${values}`;
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 350);
    });
  }

  /* A poster that is being made is asked after, ever more seldom, and shown once it is there. */
  const waits = document.querySelector("[data-waits]");
  if (waits) {
    let pause = 1000;
    const ask = async () => {
      const answer = await fetch(waits.dataset.waits).catch(() => null);
      if (answer?.ok && !(await answer.json()).waiting) return location.reload();
      pause = Math.min(pause * 1.3, 15000);
      setTimeout(ask, pause);
    };
    setTimeout(ask, pause);
  }

  for (const button of document.querySelectorAll("[data-share-file]")) {
    if (!navigator.canShare) break;
    const type = button.dataset.shareType || "image/png";
    const name = type === "image/png" ? "poster.png" : "picture.jpg";
    if (!navigator.canShare({ files: [new File([""], name, { type })] })) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const answer = await fetch(button.dataset.shareFile);
      const file = new File([await answer.blob()], name, { type });
      navigator.share({ files: [file], text: button.dataset.shareText }).catch(() => {});
    });
  }
})();

/* What was copied or shared is counted for the merchant. */
(() => {
  "use strict";
  const place = document.querySelector("[data-used]");
  if (!place) return;
  const count = (use) => navigator.sendBeacon(place.dataset.used, new URLSearchParams({ use, csrf_token: place.dataset.token }));
  for (const button of place.querySelectorAll("[data-copy]")) button.addEventListener("click", () => count("copy"));
  for (const button of place.querySelectorAll("[data-share], [data-share-file], .share a")) button.addEventListener("click", () => count("share"));
})();
