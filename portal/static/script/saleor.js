/* Inside Saleor's dashboard (App Bridge): the frame around us hands over a token, which fetches what the page shows. */
(() => {
  "use strict";
  const page = document.querySelector("[data-saleor-app]");
  if (!page || window.parent === window) return;
  const { order, commission, enter, themeNow } = page.dataset;
  // What is said to the dashboard is no secret, and its address is not known beforehand.
  const tell = (type, payload = {}) =>
    window.parent.postMessage({ type, payload: { actionId: crypto.randomUUID(), ...payload } }, "*");

  const state = (name) => {
    for (const part of page.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== name;
  };

  let asked = false;
  let bearer = "";
  const read = async (token) => {
    if (!order || asked) return;
    asked = true;
    try {
      const answer = await fetch(commission, { headers: { Authorization: `Bearer ${token}` } });
      if (answer.ok) page.querySelector("[data-state=shown]").innerHTML = await answer.text();
      else asked = false;
      state(answer.ok ? "shown" : { 401: "refused", 403: "refused", 404: "unknown" }[answer.status] || "failed");
    } catch {
      asked = false;
      state("failed");
    }
  };

  // The console lets staff in by the dashboard's token where the program says so; else they sign in there.
  const way = async (href) => {
    if (!enter || !bearer) return href;
    try {
      const { pathname, search } = new URL(href);
      const headers = { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" };
      const answer = await fetch(enter, { method: "POST", headers, body: JSON.stringify({ to: pathname + search }) });
      return answer.ok ? (await answer.json()).url : href;
    } catch {
      return href;
    }
  };

  const wear = (theme) => {
    if (!["light", "dark"].includes(theme) || theme === themeNow) return;
    const address = new URL(location.href);
    address.searchParams.set("theme", theme);
    location.replace(address);
  };

  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !data || !data.payload) return;
    if (data.type === "theme") wear(data.payload.theme);
    if (data.type === "handshake" || data.type === "tokenRefresh") {
      bearer = data.payload.token;
      read(bearer);
    }
  });
  // A sandboxed frame opens no window of its own: the dashboard does it.
  page.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-open]");
    if (!link) return;
    event.preventDefault();
    tell("redirect", { to: await way(link.href), newContext: true });
  });
  tell("notifyReady");
})();
