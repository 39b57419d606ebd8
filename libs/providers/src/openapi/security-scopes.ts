import { isNode, memberOf, nodeIn, type Node } from './read-document.js';
import type { References } from './references.js';
import { plainText } from './plain-text.js';

/** A scope as a parameter of OAuth may carry it (RFC 6749, section 3.3). */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/;
const MOST_SCOPES = 20;
const MOST_DESCRIBED = 500;

/** The security schemes of a document. */
export class SecurityScopes {
  private readonly schemes: ReadonlyMap<string, Node>;

  constructor(
    private readonly document: Node,
    references: References,
  ) {
    const named = Object.entries(nodeIn(nodeIn(document, 'components'), 'securitySchemes'));
    this.schemes = new Map(named.slice(0, 50).map(([name, one]) => [name, references.follow(one).node]));
  }

  /** The scopes that an operation needs: of alternatives those of the shortest. */
  of(operation: Node): string[] {
    const security = memberOf(operation, 'security') ?? memberOf(this.document, 'security');
    if (!Array.isArray(security)) return [];
    const alternatives = (security as unknown[]).filter(isNode).map((one) => this.scopesIn(one));
    const byOAuth = alternatives.filter((one) => one !== undefined);
    return byOAuth.sort((a, b) => a.length - b.length)[0] ?? [];
  }

  /** The document's words for its scopes. */
  descriptions(): Record<string, string> {
    const flows = [...this.schemes.values()].flatMap((scheme) => Object.values(nodeIn(scheme, 'flows')));
    const scopes = flows.filter(isNode).flatMap((flow) => Object.entries(nodeIn(flow, 'scopes')));
    const described = scopes
      .filter(([scope]) => SCOPE.test(scope))
      .slice(0, MOST_DESCRIBED)
      .map(([scope, text]) => [scope, plainText(text, 200)] as const);
    return Object.fromEntries(described.filter(([, text]) => text !== ''));
  }

  /** Parameters in which the document wants a credential: we send one, and the caller has none. */
  credentialNames(): Set<string> {
    const keys = [...this.schemes.values()].filter((scheme) => memberOf(scheme, 'type') === 'apiKey');
    return new Set(keys.map((scheme) => String(memberOf(scheme, 'name')).toLowerCase()));
  }

  /** `undefined`: another credential than a token is wanted. */
  private scopesIn(requirement: Node): string[] | undefined {
    const names = Object.keys(requirement);
    const oauth = names.filter((name) =>
      ['oauth2', 'openIdConnect'].includes(String(memberOf(this.schemes.get(name) ?? {}, 'type'))),
    );
    if (oauth.length === 0) return undefined;
    const scopes = oauth.flatMap((name) => memberOf(requirement, name) ?? []) as unknown[];
    const known = scopes.filter((scope): scope is string => typeof scope === 'string' && SCOPE.test(scope));
    return [...new Set(known)].slice(0, MOST_SCOPES);
  }
}
