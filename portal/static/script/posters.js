/* The preview follows the form; a poster goes to the phone's own share sheet as a file. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-poster]");
  const image = document.querySelector("#preview img");
  if (form && image) {
    let timer;
    const show = () => {
      const values = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (name !== "csrf_token") values.set(name, value);
      image.className = `poster-image poster-${values.get("template")}`;
      image.src = `${form.dataset.poster}?${values}`;
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 350);
    });
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
