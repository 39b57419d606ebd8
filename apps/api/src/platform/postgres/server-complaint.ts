const REMEDIES: readonly [RegExp, string][] = [
  [
    /No space left on device|Disk quota exceeded/,
    'free some space there, or set VALETKEY_DATA_DIR to another disk',
  ],
  [/Read-only file system/, 'set VALETKEY_DATA_DIR to a directory that can be written'],
  [/incompatible with server/, 'run the earlier version of Valetkey, or move its data over with pg_dump'],
  [/wrong ownership|Permission denied/, 'start Valetkey as the user to whom the data directory belongs'],
  [/shared memory/, 'give the machine or the container more shared memory, or set DATABASE_URL'],
];

/** The beginning of an error message; other output may precede it on the same line. */
const COMPLAINT = /(?:(?:FATAL|PANIC): +|\w{1,40}: (?:error|fatal): )(.+)/;
const DETAIL = /(?:DETAIL: +|\w{1,40}: detail: )(.+)/;

/** The error of a PostgreSQL program, in one line, with its remedy where that is known. */
export function complaintIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const at = lines.findIndex((line) => COMPLAINT.test(line));
  const words =
    at === -1
      ? lines.at(-1)?.trim()
      : [COMPLAINT.exec(lines[at] ?? '')?.[1], DETAIL.exec(lines[at + 1] ?? '')?.[1]]
          .filter(Boolean)
          .join('; ');
  const remedy = REMEDIES.find(([pattern]) => pattern.test(output))?.[1];
  return `${words || 'no reason given'}${remedy ? `; ${remedy}` : ''}`;
}
