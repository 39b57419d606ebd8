import { Injectable } from '@nestjs/common';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { Clock, Problem, randomSecret, sameSecret, sha256 } from '../../platform/index.js';
import { CredentialHashes } from '../../vault/index.js';
import type { McpAsker } from '../mcp-asker.js';
import type { ToolCall } from '../tool-calls.js';
import { SpentStatesRepository } from './spent-states.repository.js';

/** How long the user has for a page before the client has to call anew. */
const LIFE_MS = 10 * 60_000;
const LONGEST = 1_000;

const contents = z.strictObject({
  id: z.string(),
  until: z.int(),
  waitsFor: z.enum(['consent', 'approval']),
  /** Of the authorization or the task. */
  of: z.string(),
});

/** The answer of a person that a call waits for. */
export type Waiting = Pick<z.output<typeof contents>, 'waitsFor' | 'of'>;

/**
 * The state that a client brings back with a call (`requestState`). It is authenticated under a key of the vault and
 * bound to caller, user, tool and arguments, expires, and counts once.
 */
@Injectable()
export class RequestStates {
  constructor(
    private readonly hashes: CredentialHashes,
    private readonly spent: SpentStatesRepository,
    private readonly clock: Clock,
  ) {}

  async seal(asker: McpAsker, call: ToolCall, waiting: Waiting): Promise<string> {
    const state = { id: randomSecret(16), until: this.clock.now() + LIFE_MS, ...waiting };
    const text = Buffer.from(JSON.stringify(state)).toString('base64url');
    return `${text}.${(await this.mac(text, asker, call)).toString('base64url')}`;
  }

  /** Spends it. @throws Problem 400 `request_state_invalid` for one that is not ours, not for this call, expired or spent */
  async open(sealed: string, asker: McpAsker, call: ToolCall): Promise<Waiting> {
    const [text = '', mac = '', ...more] = sealed.length <= LONGEST ? sealed.split('.') : [];
    const isOurs = sameSecret(Buffer.from(mac, 'base64url'), await this.mac(text, asker, call));
    if (!isOurs || more.length > 0) throw invalid(asker);
    const state = contents.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (state.until <= this.clock.now()) throw invalid(asker);
    if (!(await this.spent.spend(state.id, new Date(state.until)))) throw invalid(asker);
    return state;
  }

  private mac(
    text: string,
    { principal, userId, trace }: McpAsker,
    { name, input }: ToolCall,
  ): Promise<Buffer> {
    const digest = sha256(canonicalize(input) ?? '').toString('hex');
    const bound = [text, principal.type, principal.id, trace.keyId ?? '', userId, name, digest];
    return this.hashes.of('mcp_request_state', JSON.stringify(bound));
  }
}

const invalid = ({ userId }: McpAsker) => new Problem('request_state_invalid').asDenial(userId);
