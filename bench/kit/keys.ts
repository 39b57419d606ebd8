/** The keyring that servers of the bench seal with, and their seeds are sealed with. */
export const KEYS = `bench:${Buffer.alloc(32, 7).toString('base64')}`;

/** The key of the floor's values. */
export const FLOOR_KEY = Buffer.alloc(32, 9);
