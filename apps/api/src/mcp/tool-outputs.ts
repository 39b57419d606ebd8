import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { boundOutput, KeptResults, projected, resultUri, type ResultHandle } from '../results/index.js';
import { withoutFiles } from './files-in-outputs.js';
import type { McpAsker } from './mcp-asker.js';
import { READ_RESULT } from './own-tools.js';
import { readableResult } from './tool-results.js';

/** The longest output that a result carries unless the caller says otherwise, in bytes of JSON. */
export const DEFAULT_OUTPUT_BYTES = 20_000;

const KEPT_MS = 3_600_000;

/** An output, and the run that it comes from. */
export interface ToolOutput {
  readonly output: unknown;
  readonly action: string;
  readonly connectionId: string;
  /** Where it is kept already. */
  readonly kept?: ResultHandle | undefined;
}

/** How its caller wants to see it. */
export interface OutputRequest {
  readonly fields?: readonly string[] | undefined;
  readonly maxBytes?: number | undefined;
}

/** Outputs of actions as results that a model can hold: what does not fit is kept, and can be read on. */
@Injectable()
export class ToolOutputs {
  constructor(private readonly results: KeptResults) {}

  async result(
    asker: McpAsker,
    ran: ToolOutput,
    { fields, maxBytes }: OutputRequest,
  ): Promise<CallToolResult> {
    const whole = ran.output ?? {};
    const { value: shown, files } = withoutFiles(fields ? projected(whole, fields) : whole);
    const { value, cuts } = boundOutput(shown, maxBytes ?? DEFAULT_OUTPUT_BYTES);
    const isWhole = cuts.length === 0 && files.length === 0;
    const kept = isWhole ? undefined : (ran.kept ?? (await this.keep(asker, ran)));
    const lines = [
      JSON.stringify(value),
      ...cuts.map((cut) => `Cut to fit: ${cut}.`),
      ...(isWhole ? [] : [kept ? howToReadOn(kept) : 'It is too long to be kept: ask for less.']),
    ];
    const { content, structuredContent } = readableResult(lines.join('\n'), value as Record<string, unknown>);
    const links = kept
      ? [linkTo(kept, ran.action), ...files.map(({ path }) => linkTo(kept, path, path))]
      : [];
    return {
      content: [...content, ...links],
      structuredContent,
      _meta: {
        'valetkey/connectionId': ran.connectionId,
        ...(kept ? { 'valetkey/result': { id: kept.id, bytes: kept.bytes } } : {}),
      },
    };
  }

  private keep({ caller, userId }: McpAsker, { action, connectionId, output }: ToolOutput) {
    const source = { userId, callerType: caller.type, callerId: caller.id, action, connectionId };
    return this.results.keep(source, output, KEPT_MS);
  }
}

const howToReadOn = ({ id, bytes, expiresAt }: ResultHandle) =>
  `All ${bytes} bytes are kept until ${expiresAt.toISOString()}: read on with ${READ_RESULT.name}, result ${id}.`;

function linkTo({ id, bytes }: ResultHandle, name: string, path?: string) {
  return path === undefined
    ? ({
        type: 'resource_link',
        uri: resultUri(id),
        name,
        mimeType: 'application/json',
        size: bytes,
      } as const)
    : ({ type: 'resource_link', uri: `${resultUri(id)}?path=${encodeURIComponent(path)}`, name } as const);
}
