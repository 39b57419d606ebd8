/** A part of an OpenAPI document that is not taken over: where it is, and what it must be, in one sentence. */
export class OpenApiFault extends Error {
  override readonly name = 'OpenApiFault';
}

const LONGEST = 120;

/** A text of the document as a fault names it. */
export function shown(text: unknown): string {
  const plain = String(text).replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
