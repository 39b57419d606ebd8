/** A segment that may have any plain value: `{number}`. */
const FREE = /^\{[A-Za-z_]\w*\}$/;
const MOST_LENGTH = 500;

/** Whether this can stand for the paths of requests: whole segments are free, and at least one is not. */
export function isPathTemplate(template: string): boolean {
  if (!template.startsWith('/') || template.length > MOST_LENGTH || /[?#\\\s]/.test(template)) return false;
  const segments = template.slice(1).split('/');
  const isWhole = segments.every((one) => one !== '' && (FREE.test(one) || !/[{}]/.test(one)));
  return isWhole && segments.some((one) => !FREE.test(one));
}

/** The query of a request whose path fits the template, `''` where there is none; `undefined` when it does not fit. */
export function queryWithin(target: string, template: string): string | undefined {
  const end = target.indexOf('?');
  if (end === -1) return fits(target, template) ? '' : undefined;
  return fits(target.slice(0, end), template) ? target.slice(end) : undefined;
}

function fits(path: string, template: string): boolean {
  const [given, wanted] = [path.split('/'), template.split('/')];
  return (
    given.length === wanted.length &&
    wanted.every((one, index) => (FREE.test(one) ? isPlain(given[index] ?? '') : one === given[index]))
  );
}

/** One name, however it is decoded: no slash, no verb after a colon (`{id}:batchDelete`), nothing that is decoded again. */
function isPlain(segment: string): boolean {
  try {
    const decoded = decodeURIComponent(segment);
    return /^[\p{L}\p{N}._~@+ -]+$/u.test(decoded) && !/^\.+$/.test(decoded);
  } catch {
    return false;
  }
}
