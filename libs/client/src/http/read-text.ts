import { ValetkeyError } from '../errors.js';

/** The largest answer is a file of 32 MiB in base64. */
const LONGEST = 64 * 1024 * 1024;

/** The body of an answer as text. @throws ValetkeyError `unreadable_answer` when it is too long */
export async function readText({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  for (let length = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > LONGEST) {
      await reader.cancel();
      throw new ValetkeyError('unreadable_answer', 'The answer is longer than 64 MiB.');
    }
    parts.push(decoder.decode(value, { stream: true }));
  }
  return parts.join('') + decoder.decode();
}
