/** Tools that the conformance suite calls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MissingRequiredClientCapabilityError } from '@modelcontextprotocol/server';
import { ASKING } from './asking-tools.ts';
import { capabilitiesOf, type Fixture } from './fixture.ts';
import { PIXEL } from './resources.ts';

const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';

const text = (words: string) => ({ type: 'text', text: words });
const image = { type: 'image', data: PIXEL, mimeType: 'image/png' };
const resource = (uri: string, mimeType: string, words: string) => ({
  type: 'resource',
  resource: { uri, mimeType, text: words },
});

const ANSWERING: Readonly<Record<string, Fixture>> = {
  test_simple_text: () => ({ content: [text('This is a simple text response for testing.')] }),
  test_image_content: () => ({ content: [image] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({
    content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }),
  test_multiple_content_types: () => ({
    content: [
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }),
  test_error_handling: () => ({
    content: [text('This tool intentionally returns an error for testing')],
    isError: true,
  }),
  test_tool_with_logging: async ({ mcpReq }) => {
    for (const words of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', words);
      await sleep(50);
    }
    return { content: [text('Logged.')] };
  },
  test_logging_tool: async ({ mcpReq }) => {
    await mcpReq.log('info', 'Only for those who set a level');
    return { content: [text('Logged.')] };
  },
  test_tool_with_progress: async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        });
      await sleep(50);
    }
    return { content: [text('Done.')] };
  },
  test_missing_capability: (context) => {
    if (capabilitiesOf(context).sampling === undefined)
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
    return { content: [text('The client samples.')] };
  },
};

const ALL: Readonly<Record<string, Fixture>> = { ...ANSWERING, ...ASKING };

/** As `tools/list` shows them. */
export const listedTools = () =>
  Object.keys(ALL).map((name) => ({
    name,
    description: `Fixture: ${name}`,
    inputSchema: { type: 'object' },
  }));

export const toolOf = (name: string): Fixture | undefined =>
  Object.hasOwn(ALL, name) ? ALL[name] : undefined;
