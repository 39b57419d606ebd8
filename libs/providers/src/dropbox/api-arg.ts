/**
 * JSON for the header `Dropbox-API-Arg`, which must be plain ASCII: everything else is escaped, DEL too. What JSON
 * escapes anyway (control characters) is so already; half surrogate pairs are escaped like any other.
 *
 * https://www.dropbox.com/developers/reference/json-encoding
 */
export const apiArg = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
