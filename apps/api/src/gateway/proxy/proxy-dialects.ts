import { Injectable, type OnModuleInit } from '@nestjs/common';
import { providers } from '@valetkey/providers';
import { ProblemFilter } from '../../platform/index.js';
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
      this.filter.addDialect({
        prefixes: [`${PROXY_PREFIX}${id}/`],
        plainJson: true,
        translate: (problem) => {
          const { status, code, detail, extensions } = problem;
          const { authorizationUri } = extensions;
          // Of a problem's members a library shows one: what the user has to open is said there.
          const words =
            typeof authorizationUri === 'string' ? `${detail} authorizationUri: ${authorizationUri}` : detail;
          const members = problemMembers({ status, code, detail: words });
          return { ...problem, extensions: { ...members, ...extensions } };
        },
      });
    }
  }
}
