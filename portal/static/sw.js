// Shows the community's offline page when the network is gone; keeps nothing else.
const PAGE = new URL("offline", registration.scope).href;
const SHELF = "offline-1";

self.addEventListener("install", event => {
  event.waitUntil(caches.open(SHELF).then(shelf => shelf.add(new Request(PAGE, {cache: "reload"}))).then(() => skipWaiting()));
});

self.addEventListener("activate", event => {
  event.waitUntil(clients.claim());
});

self.addEventListener("fetch", event => {
  if (event.request.mode !== "navigate" || event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(PAGE)) || Response.error()));
});
