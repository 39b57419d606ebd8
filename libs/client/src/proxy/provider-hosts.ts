/** The hosts of each provider's API, as its own client libraries address them. */
export const PROVIDER_HOSTS = {
  'google-calendar': ['www.googleapis.com'],
  gmail: ['gmail.googleapis.com', 'www.googleapis.com'],
  'google-drive': ['www.googleapis.com'],
  github: ['api.github.com', 'uploads.github.com'],
  dropbox: ['api.dropboxapi.com', 'content.dropboxapi.com'],
} as const satisfies Record<string, readonly string[]>;

/** A provider whose hosts the client knows. */
export type KnownProvider = keyof typeof PROVIDER_HOSTS;
