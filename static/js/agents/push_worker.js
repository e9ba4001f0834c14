// The service worker of the desk: it shows offers that are pushed while no desk is seen,
// and leads to the card. It keeps no page and answers no request. TITLE stands before it,
// in the person's language.
const DESK = "/desk/";

self.addEventListener("push", (event) => event.waitUntil(announce(event.data)));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data));
});

// Browsers want every push to be shown. Where a desk is seen, it has told already.
async function announce(data) {
  const { contact, tag, queue } = data.json();
  await self.registration.showNotification(TITLE, { body: queue, tag, data: contact });
  const isSeen = (await desks()).some(({ visibilityState }) => visibilityState === "visible");
  if (!isSeen) return;
  for (const shown of await self.registration.getNotifications({ tag })) shown.close();
}

async function lead(contact) {
  const [desk] = await desks();
  if (!desk) return self.clients.openWindow(`${DESK}#${contact}`);
  desk.postMessage({ open: contact });
  return desk.focus();
}

async function desks() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ url }) => new URL(url).pathname === DESK);
}
