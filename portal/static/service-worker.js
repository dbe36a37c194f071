/* Makes the portal an app: shows a page of its own without a network, and receives what is pushed.
   KEPT (addresses), VERSION and ICON stand above, written by portal/installed/worker.py.
   No page of a person is ever kept: what concerns money is fresh or not shown. */
"use strict";
const STORE = `portal-${VERSION}`;
const OFFLINE = KEPT[0];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(KEPT)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== STORE && name.startsWith("portal-")) await caches.delete(name);
    await registration.navigationPreload?.enable();
    await clients.claim();
  };
  event.waitUntil(tidy());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(event));
  else if (KEPT.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  }
});

const page = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE, { ignoreVary: true })) ?? Response.error();
  }
};

/* What is pushed is only shown; a subscription that changed is told the next time the page of choices is open. */
addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const shown = registration.showNotification(told.title || "", {
    body: told.text || "",
    tag: told.tag,
    icon: ICON,
    data: { url: told.url || "/" },
  });
  event.waitUntil(shown);
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  /* Never further than this portal, whatever was pushed. */
  const wanted = new URL(event.notification.data.url, location.origin);
  const address = wanted.origin === location.origin ? wanted.href : location.origin;
  const open = async () => {
    for (const page of await clients.matchAll({ type: "window" })) {
      if ("navigate" in page) return (await page.focus()).navigate(address);
    }
    return clients.openWindow(address);
  };
  event.waitUntil(open());
});
