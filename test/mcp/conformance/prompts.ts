/** Prompts that the conformance suite gets. */
import { inputRequired, type ServerContext } from '@modelcontextprotocol/server';
import { PIXEL } from './resources.ts';

interface GetPrompt {
  readonly name: string;
  readonly arguments?: Readonly<Record<string, string>>;
}

const argument = (name: string) => ({ name, description: `The ${name}`, required: true });

export const PROMPTS = [
  { name: 'test_simple_prompt', description: 'A simple prompt' },
  {
    name: 'test_prompt_with_arguments',
    description: 'A prompt with arguments',
    arguments: [argument('arg1'), argument('arg2')],
  },
  {
    name: 'test_prompt_with_embedded_resource',
    description: 'A prompt with a resource',
    arguments: [argument('resourceUri')],
  },
  { name: 'test_prompt_with_image', description: 'A prompt with an image' },
  { name: 'test_input_required_result_prompt', description: 'A prompt that asks first' },
];

const said = (content: object) => ({ role: 'user', content });
const text = (words: string) => said({ type: 'text', text: words });

const CONTEXT_SCHEMA = {
  type: 'object' as const,
  properties: { context: { type: 'string' as const } },
  required: ['context'],
};

/** @throws Error for an unknown one */
export function promptOf(
  { name, arguments: given = {} }: GetPrompt,
  { mcpReq }: ServerContext,
): Record<string, unknown> {
  switch (name) {
    case 'test_simple_prompt':
      return { messages: [text('This is a simple prompt for testing.')] };
    case 'test_prompt_with_arguments':
      return {
        messages: [text(`Prompt with arguments: arg1='${given['arg1']}', arg2='${given['arg2']}'`)],
      };
    case 'test_prompt_with_embedded_resource': {
      const words = 'Embedded resource content for testing.';
      const resource = { uri: given['resourceUri'], mimeType: 'text/plain', text: words };
      return {
        messages: [said({ type: 'resource', resource }), text('Please process the embedded resource above.')],
      };
    }
    case 'test_prompt_with_image':
      return {
        messages: [
          said({ type: 'image', data: PIXEL, mimeType: 'image/png' }),
          text('Please analyze the image above.'),
        ],
      };
    case 'test_input_required_result_prompt': {
      const answer = mcpReq.inputResponses?.['user_context'] as
        { content?: { context?: string } } | undefined;
      if (answer?.content?.context !== undefined)
        return { messages: [text(`Use this context: ${answer.content.context}`)] };
      const message = 'What context should the prompt use?';
      const asked = inputRequired.elicit({ message, requestedSchema: CONTEXT_SCHEMA });
      return inputRequired({ inputRequests: { user_context: asked } });
    }
    default:
      throw new Error(`Unknown prompt: ${name}`);
  }
}
