interface Moment {
  readonly date?: string | undefined;
  readonly dateTime?: string | undefined;
  readonly timeZone?: string | undefined;
}

/** A day or a time, as the arguments have it. */
export function momentOf({ date, dateTime, timeZone }: Moment): string {
  return `${date ?? dateTime ?? 'an unknown time'}${timeZone === undefined ? '' : ` (${timeZone})`}`;
}

/** Whether guests get mail about it. */
export function mailOf(sendUpdates: 'none' | 'externalOnly' | 'all'): string {
  if (sendUpdates === 'none') return 'Guests get no mail.';
  return sendUpdates === 'all' ? 'All guests get mail.' : 'Guests from outside get mail.';
}
