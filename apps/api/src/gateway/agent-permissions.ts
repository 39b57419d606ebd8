import { Injectable } from '@nestjs/common';
import { allProviders, type Action, type Provider } from '@valetkey/providers';
import { AgentsService } from '../agents/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { PoliciesService, verbAction, type PolicyOutlook, type PolicyQuestion } from '../policies/index.js';
import { VERBS, type Verb } from '../platform/index.js';

/** Something that an agent may do or not, as far as it can be said before a call. */
export interface Permission {
  readonly action: string;
  readonly title?: string | undefined;
  /** The provider, or the kind of thing that one of our own verbs is about. */
  readonly group: string;
  readonly groupName?: string | undefined;
  readonly effect: PolicyQuestion['action']['effect'];
  readonly decision: 'allow' | 'deny' | 'require_approval';
  readonly code?: string | undefined;
  readonly policies: readonly string[];
  readonly mayDiffer: readonly string[];
}

type Asked = Pick<Permission, 'title' | 'group' | 'groupName'> & {
  readonly action: PolicyQuestion['action'];
};

/** Asks the policy about everything that an agent could do. It records nothing, and nothing runs. */
@Injectable()
export class AgentPermissions {
  constructor(
    private readonly agents: AgentsService,
    private readonly policies: PoliciesService,
    private readonly connectors: ConnectorsService,
  ) {}

  /** Of the providers at which users can connect. @throws Problem 404 */
  async list(agentId: string, userId: string | undefined): Promise<Permission[]> {
    const agent = await this.agents.getAgent(agentId);
    const principal = { type: 'agent', id: agent.id } as const;
    const rights = new Map([
      ['token.read', agent.rawTokens ? undefined : 'raw_tokens_denied'],
      ['user_token.mint', agent.userTokens === 'none' ? 'user_tokens_denied' : undefined],
    ]);
    return Promise.all(
      askedOf(await this.connectable()).map(async ({ action, ...named }) => {
        const common = { ...named, action: action.id, effect: action.effect };
        const code = rights.get(action.id);
        // The agent lacks a right that no rule gives.
        if (code !== undefined)
          return { ...common, decision: 'deny' as const, code, policies: [], mayDiffer: [] };
        return { ...common, ...seen(await this.policies.outlook({ principal, userId, action })) };
      }),
    );
  }

  private async connectable(): Promise<Provider[]> {
    const served = await Promise.all(
      allProviders().map(async (provider) => {
        const connectors = await this.connectors.forProvider(provider);
        return connectors.length > 0 ? [provider] : [];
      }),
    );
    return served.flat();
  }
}

function askedOf(providers: readonly Provider[]): Asked[] {
  const ofProviders = providers.flatMap((provider) => [
    ...provider.actions.map((action) => ofAction(provider, action)),
    {
      action: { id: `${provider.id}.proxy`, effect: 'write' as const, provider: provider.id },
      title: 'Requests of its own to the API',
      group: provider.id,
      groupName: provider.displayName,
    },
  ]);
  const verbs = (Object.keys(VERBS) as Verb[]).map((verb) => ({
    action: verbAction(verb),
    group: verb.slice(0, verb.indexOf('.')),
  }));
  return [...ofProviders, ...verbs];
}

function ofAction({ displayName }: Provider, { id, title, effect, provider, groups }: Action): Asked {
  return { action: { id, effect, provider, groups }, title, group: provider, groupName: displayName };
}

function seen({
  decision,
  mayDiffer,
}: PolicyOutlook): Pick<Permission, 'decision' | 'code' | 'policies' | 'mayDiffer'> {
  const { policies } = decision;
  if (decision.allowed) return { decision: 'allow', policies, mayDiffer };
  const { code } = decision.problem;
  const needsPerson = decision.approval !== undefined;
  return { decision: needsPerson ? 'require_approval' : 'deny', code, policies, mayDiffer };
}
