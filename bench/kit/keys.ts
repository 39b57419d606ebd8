/** The keyring that servers of the bench seal with, and their seeds are sealed with. */
export const KEYS = `bench:${Buffer.alloc(32, 7).toString('base64')}`;

/** The key of the floor's values. */
export const FLOOR_KEY = Buffer.alloc(32, 9);

/** Load comes from one agent or user here, who would otherwise be held up. */
export const NO_RATE_LIMITS = {
  VALETKEY_AGENT_RATE: '1000000',
  VALETKEY_USER_RATE: '1000000',
  VALETKEY_OPERATOR_RATE: '1000000',
};
