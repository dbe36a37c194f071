/* Turns notices on for this browser: asks it, subscribes, tells the portal. Without a push service nothing is shown. */
(() => {
  "use strict";
  const box = document.querySelector("[data-push-key]");
  if (!box || !("PushManager" in window) || !navigator.serviceWorker) return;
  const button = box.querySelector("button");
  const token = document.querySelector('[name="csrf_token"]').value;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));

  const tell = (subscription) =>
    fetch(box.dataset.pushTo, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(subscription),
    });

  const say = (name) => {
    for (const words of box.querySelectorAll("[data-push]")) words.hidden = words.dataset.push !== name;
  };

  const show = async () => {
    const worker = await navigator.serviceWorker.ready;
    const known = await worker.pushManager.getSubscription();
    box.hidden = false;
    say(Notification.permission === "denied" ? "denied" : known ? "on" : "off");
    if (known) tell(known);
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return say("denied");
      const worker = await navigator.serviceWorker.ready;
      const subscription = await worker.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(box.dataset.pushKey),
      });
      const answer = await tell(subscription);
      if (answer.ok) location.reload();
      else say("failed");
    } catch {
      say("failed");
    } finally {
      button.disabled = false;
    }
  });

  show().catch(() => {});
})();
