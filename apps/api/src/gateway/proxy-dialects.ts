import { Injectable, type OnModuleInit } from '@nestjs/common';
import { providers } from '@valetkey/providers';
import { Problem, ProblemFilter } from '../platform/index.js';
import { PROXY_PREFIX } from './proxied-bodies.js';

/**
 * Problems of the proxy carry what the provider's own clients look for in an error, beside the problem-details members:
 * their users read why, and not that there was an unknown error.
 */
@Injectable()
export class ProxyDialects implements OnModuleInit {
  constructor(private readonly filter: ProblemFilter) {}

  onModuleInit(): void {
    for (const { id, problemMembers } of providers) {
      if (!problemMembers) continue;
      this.filter.speak({
        prefixes: [`${PROXY_PREFIX}${id}/`],
        translate: (problem) => {
          const { status, code, detail, extensions, headers } = problem;
          return new Problem(status, code, detail, { ...problemMembers(problem), ...extensions }, headers);
        },
      });
    }
  }
}
