import type { ProviderName } from '../provider-name.js';
import type { World } from '../world.js';
import type { Account } from './records.js';

/** Finds an account by subject, e-mail address or login. */
export function findAccount(
  world: World,
  provider: ProviderName,
  key: string | undefined,
): Account | undefined {
  if (!key) return undefined;
  const wanted = key.toLowerCase();
  return accountsOf(world, provider).find((account) =>
    [account.id, account.email, account.login].some((name) => name.toLowerCase() === wanted),
  );
}

/** All accounts at a provider. */
export function accountsOf(world: World, provider: ProviderName): Account[] {
  return world.state.accounts.filter((account) => account.provider === provider);
}

/** The account whose browser session is open at the provider, if any. */
export function signedInAccount(world: World, provider: ProviderName): Account | undefined {
  return findAccount(world, provider, world.state.signedIn.get(provider));
}
