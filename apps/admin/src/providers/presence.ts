/** As long as this after the last key or click, what the page reads counts as use of the session. */
const PRESENT_MS = 60_000;

let lastSeen = Date.now();
for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'])
  window.addEventListener(event, () => (lastSeen = Date.now()), { capture: true, passive: true });

/** Whether somebody uses the page; a page that is only open reads on, and must not keep its session open. */
export const isAttended = (): boolean => Date.now() - lastSeen < PRESENT_MS;
