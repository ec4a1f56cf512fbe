// The phone's service worker: keeps the page's shell, so that it opens without network. It keeps no data and sends no step;
// those are the page's (store.ts, outbox.ts). A new build has a new list and a new name of the cache. Tiles of a map are none of
// its business, from wherever they come: they go past it.
declare const self: ServiceWorkerGlobalScope;
declare const SHELL: readonly string[];
declare const SHELL_NAME: string;

const page = "/phone";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL_NAME)
      .then((cache) => cache.addAll([page, ...SHELL]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name.startsWith("huying-phone-") && name !== SHELL_NAME).map((name) => caches.delete(name))),
      )
      .then(() => self.clients.claim()),
  );
});

/** The page's headers say what it may load, and the gateway may have been told anew: the same page with its headers of now takes
 *  the kept one's place. Another page is of another build, which brings its own worker. */
async function renewPage(): Promise<void> {
  const cache = await caches.open(SHELL_NAME);
  const [kept, now] = await Promise.all([cache.match(page), fetch(page, { cache: "no-cache" })]);
  if (kept && now.ok && (await kept.text()) === (await now.clone().text())) await cache.put(page, now);
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const key = address.pathname === page ? page : SHELL.includes(address.pathname) ? address.pathname : null;
  if (key === null) return;
  if (key === page) event.waitUntil(renewPage().catch(() => {}));
  event.respondWith(
    caches
      .open(SHELL_NAME)
      .then((cache) => cache.match(key))
      .then((kept) => kept ?? fetch(event.request)),
  );
});

export {};
