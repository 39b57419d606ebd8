/**
 * The database's URL for sessions in UTC. Prisma's adapter sends and reads times without their zone, as UTC; a server
 * or role that is set to another zone would take them for its own, hours away from `now()`. Options that the URL has
 * stay in force.
 */
export function inUtc(databaseUrl: string): string {
  const [base, query] = databaseUrl.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('options', `${parameters.get('options') ?? ''} -c TimeZone=UTC`.trim());
  return `${base}?${parameters}`;
}
