/** As long as this after the last key or click, what the page reads counts as use of the session. */
const PRESENT_MS = 60_000;

const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'];

let lastSeen = Date.now();

/** Begins to notice whether somebody uses the page. */
export const watchPresence = (page: Pick<Window, 'addEventListener'>): void => {
  for (const event of SIGNS)
    page.addEventListener(event, () => (lastSeen = Date.now()), { capture: true, passive: true });
};

/** Whether somebody uses the page; a page that is only open reads on, and must not keep its session open. */
export const isAttended = (): boolean => Date.now() - lastSeen < PRESENT_MS;
