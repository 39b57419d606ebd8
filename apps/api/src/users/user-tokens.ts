import { Inject, Injectable } from '@nestjs/common';
import {
  createLocalJWKSet,
  decodeJwt,
  jwtVerify,
  SignJWT,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { AgentsService } from '../agents/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Cache, Clock, newId, sha256 } from '../platform/index.js';
import { DeletedUsers } from './deleted-users.js';
import { IssuerKeys } from './issuer-keys.js';
import { userIdSchema } from './user-id.js';
import { UserTokenKeys } from './user-token-keys.js';

const AUDIENCE = 'valetkey';
const CLOCK_TOLERANCE_S = 30;
const MAX_REMEMBERED = 100_000;

/** Our own claim: `false` in a token that cannot read access tokens. From another issuer it has no meaning. */
const RAW_TOKENS = 'valetkey_raw_tokens';

/** Our own claim: the agent that minted the token. From another issuer it has no meaning. */
const MINTED_BY = 'valetkey_agent';

/** Options of a token that we mint, and the agent that asked for it. */
export interface Minting {
  readonly expiresInS: number;
  /** Without it the token cannot read access tokens. */
  readonly rawTokens?: boolean;
  readonly mintedBy?: string | undefined;
}

interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly userIdClaim: string;
  /** The prefix of its users' ids here. */
  readonly userIdPrefix: string;
  readonly isOwn: boolean;
  readonly keys: () => Promise<JWTVerifyGetKey>;
}

/** The user that a valid token speaks for. */
export interface VerifiedUser {
  readonly userId: string;
  /** Milliseconds since the epoch; the claim is optional. */
  readonly issuedAtMs: number | undefined;
  /** Whether the token may read access tokens themselves. */
  readonly rawTokens: boolean;
  /** The agent that minted it, whose policies apply to the access tokens that it reads. */
  readonly mintedBy?: string | undefined;
}

interface Verified extends VerifiedUser {
  readonly expiresAtMs: number;
}

/**
 * Mints and verifies user tokens: JWTs of ours and of the issuers in VALETKEY_USER_ISSUERS. A verified token is cached,
 * by its hash, until it expires or its user is deleted, since a signature check costs more than everything else in a
 * read.
 */
@Injectable()
export class UserTokens {
  private readonly remembered: Cache<Verified & { readonly userHash: string }>;
  private readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  private readonly prefixes: readonly string[];

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly keys: UserTokenKeys,
    private readonly clock: Clock,
    private readonly deletedUsers: DeletedUsers,
    private readonly agents: AgentsService,
    issuerKeys: IssuerKeys,
  ) {
    this.remembered = new Cache({ most: MAX_REMEMBERED, clock });
    const own = {
      issuer: settings.publicUrl,
      audience: AUDIENCE,
      userIdClaim: 'sub',
      userIdPrefix: '',
      isOwn: true,
      keys: async () => createLocalJWKSet(await keys.publicKeys()),
    };
    const foreign = settings.userIssuers.map((entry, position) => ({
      ...entry,
      userIdPrefix: entry.userIdPrefix ?? (position === 0 ? '' : `${entry.issuer}|`),
      isOwn: false,
      keys: issuerKeys.of(entry.issuer, entry.jwksUri),
    }));
    this.prefixes = foreign.map(({ userIdPrefix }) => userIdPrefix);
    this.issuers = new Map([own, ...foreign].map((entry) => [entry.issuer, entry]));
  }

  /** A signed token that speaks for one user until `expiresAt`. */
  async mint(
    userId: string,
    { expiresInS, rawTokens = true, mintedBy }: Minting,
  ): Promise<{ accessToken: string; expiresAt: Date }> {
    const { id, privateKey } = await this.keys.signingKey();
    const now = Math.floor(this.clock.now() / 1000);
    const accessToken = await new SignJWT({
      ...(rawTokens ? {} : { [RAW_TOKENS]: false }),
      ...(mintedBy ? { [MINTED_BY]: mintedBy } : {}),
    })
      .setProtectedHeader({ alg: 'ES256', kid: id, typ: 'at+jwt' })
      .setIssuer(this.settings.publicUrl)
      .setAudience(AUDIENCE)
      .setSubject(userId)
      .setJti(newId('utk'))
      .setIssuedAt(now)
      .setExpirationTime(now + expiresInS)
      .sign(privateKey);
    return { accessToken, expiresAt: new Date((now + expiresInS) * 1000) };
  }

  /**
   * The user that a token speaks for; `undefined` when it is not valid here. One that an agent minted is valid for as long
   * as the agent is not disabled.
   */
  async verify(token: string): Promise<VerifiedUser | undefined> {
    const verified = await this.verifyAlone(token);
    if (verified?.mintedBy !== undefined && !(await this.agents.isEnabled(verified.mintedBy)))
      return undefined;
    return verified;
  }

  private async verifyAlone(token: string): Promise<VerifiedUser | undefined> {
    const now = this.clock.now();
    await this.forgetDeleted();
    const name = nameOf(token);
    const known = this.remembered.get(name);
    if (known) return known.expiresAtMs > now ? known : undefined;
    const verified = await this.check(token, new Date(now));
    if (!verified || (await this.deletedUsers.refuses(verified.userId, verified.issuedAtMs)))
      return undefined;
    this.remembered.set(name, { ...verified, userHash: sha256(verified.userId).toString('base64') });
    return verified;
  }

  /** Drops cached tokens that were issued before their user was deleted. */
  private async forgetDeleted(): Promise<void> {
    const news = await this.deletedUsers.news();
    if (news.length === 0) return;
    const deletions = new Map(news.map(({ userHash, deletedAt }) => [userHash, deletedAt]));
    for (const [name, { userHash, issuedAtMs }] of this.remembered) {
      if ((issuedAtMs ?? 0) < (deletions.get(userHash) ?? 0)) this.remembered.delete(name);
    }
  }

  private async check(token: string, currentDate: Date): Promise<Verified | undefined> {
    try {
      const trusted = this.issuers.get(decodeJwt(token).iss ?? '');
      if (!trusted) return undefined;
      const { payload, protectedHeader } = await jwtVerify(token, await trusted.keys(), {
        issuer: trusted.issuer,
        audience: trusted.audience,
        algorithms: ['ES256', 'ES384', 'RS256', 'RS384', 'RS512', 'PS256', 'EdDSA'],
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['exp'],
        currentDate,
      });
      if (!isUserToken(payload, protectedHeader.typ, trusted)) return undefined;
      // Refused like a token that is not valid yet: the clock of its issuer, or its maker, cannot be trusted.
      if ((payload.iat ?? 0) > currentDate.getTime() / 1000 + CLOCK_TOLERANCE_S) return undefined;
      const verified = toVerified(payload, trusted);
      return verified && this.isOwnUser(verified.userId, trusted) ? verified : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether the issuer speaks for this user, and the id does not belong to another issuer with a longer prefix. */
  private isOwnUser(userId: string, { isOwn, userIdPrefix }: TrustedIssuer): boolean {
    const others = this.prefixes.filter((prefix) => prefix.length > userIdPrefix.length);
    return isOwn || !others.some((prefix) => userId.startsWith(prefix));
  }
}

function nameOf(token: string): string {
  return sha256(token).toString('base64');
}

/**
 * Whether a JWT is a user token: an access token (RFC 9068) or one without a type. Issuers sign other things with the
 * same keys: logout tokens, events, requests, proofs (RFC 8725, section 3.11).
 */
function isUserToken({ events }: JWTPayload, typ: unknown, { isOwn }: TrustedIssuer): boolean {
  if (events !== undefined || !(typ === undefined || typeof typ === 'string')) return false;
  const kind = typ?.toLowerCase().replace(/^application\//, '');
  return kind === 'at+jwt' || (!isOwn && (kind === undefined || kind === 'jwt'));
}

function toVerified(
  payload: JWTPayload,
  { userIdClaim, userIdPrefix, isOwn }: TrustedIssuer,
): Verified | undefined {
  const claimed = payload[userIdClaim];
  if (typeof claimed !== 'string' || claimed === '') return undefined;
  const userId = userIdSchema.safeParse(userIdPrefix + claimed);
  if (!userId.success || payload.exp === undefined) return undefined;
  return {
    userId: userId.data,
    rawTokens: !(isOwn && payload[RAW_TOKENS] === false),
    mintedBy: isOwn && typeof payload[MINTED_BY] === 'string' ? payload[MINTED_BY] : undefined,
    expiresAtMs: (payload.exp + CLOCK_TOLERANCE_S) * 1000,
    issuedAtMs: payload.iat === undefined ? undefined : payload.iat * 1000,
  };
}
