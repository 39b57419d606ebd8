import { Injectable } from '@nestjs/common';
import type { ListResourcesResult, ReadResourceResult } from '@modelcontextprotocol/server';
import { invalidInput } from '../platform/index.js';
import { KeptResults, resultIdOf, resultQuery, resultUri } from '../results/index.js';
import { holdsFile } from './files-in-outputs.js';
import type { McpAsker } from './mcp-asker.js';
import { ResultTool } from './result-tool.js';
import { SessionLimits } from './session-limits.js';
import { readInput } from './tool-input.js';

/** The longest part that is read unless the client says otherwise: what is read ends in a model. */
const DEFAULT_RESOURCE_BYTES = 100_000;

/** How clients make the address of a part. */
export const RESULT_TEMPLATE = {
  uriTemplate: 'result://{id}{?path,from,fields,maxBytes}',
  name: 'result',
  title: 'A kept result',
  description: 'The output of a tool that was cut, or a part of it.',
  mimeType: 'application/json',
} as const;

/** Kept outputs as resources, for the clients that read these. */
@Injectable()
export class ResultResources {
  constructor(
    private readonly results: KeptResults,
    private readonly tool: ResultTool,
    private readonly limits: SessionLimits,
  ) {}

  /** Those that this caller may read for its user now. @throws Problem 403 by policy */
  async list(asker: McpAsker): Promise<ListResourcesResult> {
    await this.tool.requireRight(asker);
    const kept = await this.results.listResults(asker.caller, asker.userId);
    const open = kept.filter((result) => this.limits.covers(asker, result));
    return {
      resources: open.map(({ id, action, bytes }) => ({
        uri: resultUri(id),
        name: action,
        mimeType: 'application/json',
        size: bytes,
      })),
    };
  }

  /** @throws Problem as the tool that reads results does */
  async read(asker: McpAsker, uri: string): Promise<ReadResourceResult> {
    const [address = '', query = ''] = uri.split('?', 2);
    const sent = Object.fromEntries(new URLSearchParams(query));
    const { maxBytes: bytes = DEFAULT_RESOURCE_BYTES, ...part } = readInput(resultQuery, sent);
    if (!address.startsWith(resultUri(''))) throw invalidInput('uri: must be result://…');
    const result = await this.tool.openTo(asker, resultIdOf(address));
    const isFile = part.path !== undefined && holdsFile(part.path);
    const wanted = { ...part, bytes: isFile ? result.bytes + 2 : bytes };
    const { value, next, cuts } = await this.results.readPart(result, wanted, asker);
    if (isFile && typeof value === 'string')
      return { contents: [{ uri, mimeType: 'application/octet-stream', blob: value }] };
    return {
      contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(value) }],
      _meta: { 'valetkey/cuts': [...cuts], ...(next === undefined ? {} : { 'valetkey/next': next }) },
    };
  }
}
