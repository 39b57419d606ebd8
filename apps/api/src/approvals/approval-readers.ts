import { Inject, Injectable } from '@nestjs/common';
import { AgentsService } from '../agents/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import type { Approval } from './approval.js';
import type { ReadApproval } from './approval-page.html.js';
import { viewApproval } from './approval.view.js';
import type { StandingApproval } from './standing/standing-approval.js';
import { viewStanding, type StandingView } from './standing/standing-approval.view.js';

/** Approvals as their user reads them: with the names of the agents that ask. */
@Injectable()
export class ApprovalReaders {
  constructor(
    private readonly agents: AgentsService,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  async read(approvals: readonly Approval[]): Promise<ReadApproval[]> {
    const agentName = await this.namesOf(approvals);
    return approvals.map((approval) => ({
      approval: viewApproval(approval, this.settings.publicUrl),
      agentName: agentName(approval),
    }));
  }

  /** The page of an approval in the dashboard, which asks who its visitor is. */
  dashboardUri(id: string): string {
    return `${this.settings.publicUrl}/#/approvals/${id}/show`;
  }

  async readStanding(
    all: readonly StandingApproval[],
  ): Promise<{ standing: StandingView; agentName: string | undefined }[]> {
    const agentName = await this.namesOf(all);
    return all.map((one) => ({ standing: viewStanding(one), agentName: agentName(one) }));
  }

  private async namesOf(all: readonly Pick<Approval, 'callerType' | 'callerId'>[]) {
    const ofAgents = all.filter(({ callerType }) => callerType === 'agent');
    const names = await this.agents.names([...new Set(ofAgents.map(({ callerId }) => callerId))]);
    return ({ callerType, callerId }: Pick<Approval, 'callerType' | 'callerId'>) =>
      callerType === 'agent' ? (names.get(callerId) ?? 'An agent') : undefined;
  }
}
