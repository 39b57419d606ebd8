/** 32 random bytes hold fewer different ones once in billions of keys. */
const DIFFERENT_BYTES = 17;
const DIFFERENT_STEPS = 12;

/** Whether these 32 bytes may be random: they do not repeat, count up, or spell a text. */
export function mayBeRandomBytes(bytes: Uint8Array): boolean {
  if (new Set(bytes).size < DIFFERENT_BYTES || bytes.every((byte) => byte >= 0x09 && byte < 0x7f))
    return false;
  const steps = stepsIn([...bytes]);
  return new Set(steps).size >= DIFFERENT_STEPS && new Set(stepsIn(steps)).size >= DIFFERENT_STEPS;
}

/** Whether this text may have been drawn by lot: it does not repeat, count up, or consist of words. */
export function mayBeRandomText(text: string): boolean {
  const characters = [...text];
  const steps = stepsIn(characters.map((character) => character.codePointAt(0) ?? 0));
  const triples = characters.slice(2).map((_, index) => text.slice(index, index + 3));
  return (
    new Set(characters).size >= 8 &&
    new Set(steps).size >= 8 &&
    new Set(triples).size >= 0.8 * triples.length &&
    !consistsOfWords(text)
  );
}

/** Among random characters, five small letters in a row are rare; of the six of hexadecimal, less so. */
function consistsOfWords(text: string): boolean {
  const words = text.match(/\p{Lu}?\p{Ll}{4,}/gu) ?? [];
  return words.join('').length > 0.6 * text.length && !/^[\da-f-]+$/.test(text);
}

function stepsIn(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => (value - (values[index] ?? 0) + 256) % 256);
}
