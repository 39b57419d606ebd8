import { Injectable } from '@nestjs/common';
import { ConnectorsService } from '../../connectors/index.js';
import { Clock, Problem, type CallerOf, type RequestTrace } from '../../platform/index.js';
import { type AccessToken, AccessTokens, type Reader, requireTokenStorage } from '../../connections/index.js';
import { Verifications, type GrantedScopes } from './verifications.js';

/** A user, and the agent that minted their token, if one did. */
type SignedIn = Pick<CallerOf<'user'>, 'id' | 'mintedBy'>;

/** Operations of a signed-in user on the tokens of one target. */
@Injectable()
export class AccountApi {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly tokens: AccessTokens,
    private readonly verifications: Verifications,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 404 `token_not_found`, 403 `reauthorization_required` or `connector_disabled`, 409 `ambiguous_connection`, 503 */
  async read(
    user: SignedIn,
    target: string,
    connectionId: string | undefined,
    how: Pick<Reader, 'trace' | 'unlinked'>,
  ): Promise<AccessToken> {
    const connector = await this.connectors.findConnector(target);
    if (!connector) throw new Problem('token_not_found.target');
    if (connector.disabledAt) await this.connectors.require(connector.id);
    const wanted = { userId: user.id, connectorIds: [connector.id], connectionId };
    return this.tokens.read(wanted, { ...readerOf(user), ...how });
  }

  /** @returns the token of the connection, and which of the requested scopes the user granted */
  async store(
    user: SignedIn,
    target: string,
    recordId: string,
    trace: RequestTrace,
  ): Promise<{ token: AccessToken; granted: GrantedScopes }> {
    const connector = await this.connectors.findConnector(target);
    if (connector) requireTokenStorage(connector);
    const { mintedBy } = user;
    // A token that must not be returned is not stored either.
    const permit = (id = '') =>
      this.tokens.requireOfMinter({ id, userId: user.id, target }, { mintedBy, trace });
    const request = { userId: user.id, target, recordId, trace };
    const { connectionId, ...granted } = await this.verifications.store(request, permit);
    const stored = { connectionId, userId: user.id };
    return {
      token: await this.tokens.read(stored, { ...readerOf(user), trace }),
      granted,
    };
  }

  /** Seconds until a token expires, by our clock. */
  expiresIn(token: AccessToken): number | undefined {
    const { expiresAt } = token.tokenSet;
    return expiresAt === undefined
      ? undefined
      : Math.max(0, Math.floor((expiresAt - this.clock.now()) / 1000));
  }
}

function readerOf({ id, mintedBy }: SignedIn): Pick<Reader, 'actor' | 'mintedBy'> {
  return { actor: { type: 'user', id }, mintedBy };
}
