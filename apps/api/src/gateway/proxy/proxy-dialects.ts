import { Injectable, type OnModuleInit } from '@nestjs/common';
import { providers } from '@valetkey/providers';
import { detailWithLink, ProblemFilter } from '../../platform/index.js';
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
          const { status, code, extensions } = problem;
          const members = problemMembers({ status, code, detail: detailWithLink(problem) });
          return { ...problem, extensions: { ...members, ...extensions } };
        },
      });
    }
  }
}
