/** The beginning of a body as text, about so many characters of it; the rest is not read. */
export async function readStart(response: Pick<Response, 'body'>, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > most) break;
  }
  return text;
}
