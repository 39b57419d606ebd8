/**
 * npm run -s example
 *
 * An agent in a terminal, for the demo of a running server: a model with a user's tools, which sends the user to the
 * consent where one is missing, and goes on.
 *
 * The model is a script, so that no key of a model is needed. Name another in AI_MODEL, as the AI SDK does
 * (anthropic/claude-sonnet-4.5, with AI_GATEWAY_API_KEY).
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Valetkey } from '@valetkey/client';
import { valetkeyTools, type ToolError } from '@valetkey/client/ai';
import { generateText, stepCountIs } from 'ai';
import { scriptedModel } from './scripted-model.ts';

const { AI_MODEL, VALETKEY_URL = 'http://localhost:3000', VALETKEY_USER = 'demo-user' } = process.env;
const key = process.env['VALETKEY_AGENT_KEY'] ?? readFileSync('.valetkey/demo/agent-key', 'utf8').trim();
const prompt = 'Read the open issues of ada-lovelace/engine, and open one that follows up on the first.';

const valetkey = new Valetkey({ url: VALETKEY_URL, key });
const { tools } = await valetkeyTools(valetkey.for(VALETKEY_USER), { provider: 'github' });

/** One turn of the model. Gives the consent that it lacked, if it did. */
async function turn(): Promise<ToolError | undefined> {
  const model = AI_MODEL ?? scriptedModel();
  const { text, steps } = await generateText({ model, tools, stopWhen: stepCountIs(8), prompt });
  const results = steps.flatMap(({ toolResults }) => toolResults);
  for (const { toolName, output } of results) {
    const { error } = output as { readonly error?: ToolError };
    console.log(`${toolName}: ${error?.code ?? 'done'}`);
  }
  console.log(text);
  return results
    .map(({ output }) => (output as { readonly error?: ToolError }).error)
    .find((error) => error?.authorizationId !== undefined);
}

for (let consent = await turn(); consent?.authorizationId !== undefined; consent = await turn()) {
  console.log(`Open in a browser: ${consent.authorizationUri}`);
  const link = await valetkey.authorizations.get(consent.authorizationId);
  const { account } = await link.connected();
  console.log(`Connected as ${account.name ?? account.id}.`);
}
