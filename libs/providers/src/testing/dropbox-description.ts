import type { RecordedRequest } from './answering-server.js';
import type { DropboxFacts } from './dropbox-facts.js';
import { factsOf, type RequestJudge } from './official-descriptions.js';

const routeName = ({ path }: RecordedRequest): string => path.replace(/^\/2\//, '');

/** Content routes carry their argument in a header. */
function argumentOf({ headers, body }: RecordedRequest): Record<string, unknown> {
  const header = headers['dropbox-api-arg'];
  return (typeof header === 'string' ? JSON.parse(header) : (body ?? {})) as Record<string, unknown>;
}

/** Judges requests by Dropbox's own description: the route, the members of its argument, and the scope. */
export function dropboxJudge(): RequestJudge {
  const routes = factsOf('dropbox') as DropboxFacts;
  const accepted = (request: RecordedRequest) => {
    const scope = routes[routeName(request)]?.scope;
    return scope ? [scope] : [];
  };
  return {
    scopes: [...new Set(Object.values(routes).flatMap(({ scope }) => scope ?? []))],
    accepted,
    complaints: (request, heldScopes) => {
      const name = routeName(request);
      const route = routes[name];
      if (!route || request.method !== 'POST') return [`${request.method} ${name} is no route of this API`];
      const sent = argumentOf(request);
      const known = route.arg ?? [];
      const unknown = Object.keys(sent).filter((member) => !known.some((one) => one.name === member));
      const missing = known.filter((one) => one.required && !(one.name in sent));
      const lacking = accepted(request).filter((scope) => !heldScopes.includes(scope));
      return [
        ...unknown.map((member) => `${name}: ${member} is not described`),
        ...missing.map((member) => `${name}: ${member.name} is required`),
        ...lacking.map((scope) => `${name}: ${scope} is needed`),
      ];
    },
  };
}
