/** A text of the document as a model or a person reads it: one line, without markup, cut at a word. */
export function plainText(value: unknown, most: number): string {
  if (typeof value !== 'string' || most <= 0) return '';
  const line = value
    .slice(0, 20_000)
    .replace(/<[^<>]{0,500}>/g, ' ')
    .replace(/\[([^[\]]{0,200})\]\([^()\s]{0,500}\)/g, '$1')
    .replace(/\[!\w{1,20}\]/g, ' ')
    .replace(/[`*#>]+/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/_{2,}/g, '_')
    .trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  const atWord = cut.slice(0, Math.max(cut.lastIndexOf(' '), most / 2));
  return `${atWord.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`;
}
