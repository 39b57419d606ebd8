const LONGEST = 120;

/** A text of the arguments inside a sentence: in quotes, on one line, and not longer than a reader takes in. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line}”`;
}

/** Names in a sentence: `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Those of these sentences that there are. */
export function sentences(...all: readonly (string | false | undefined)[]): string {
  return all.filter(Boolean).join(' ');
}

/** Length of a text or of base64 content, in words. */
export function sizeOf({ text, base64 }: { text?: string | undefined; base64?: string | undefined }): string {
  const bytes = text === undefined ? Math.floor(((base64 ?? '').length * 3) / 4) : Buffer.byteLength(text);
  return bytes < 1024 ? `${bytes} bytes` : `${Math.ceil(bytes / 1024)} KiB`;
}
