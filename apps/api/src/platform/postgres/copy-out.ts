import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/**
 * Streams what a query gives as PostgreSQL's COPY in text format: one row a line, times in UTC, all of it as it was at
 * one moment. The connection is its own and ends with the stream.
 */
export async function* copyOut(databaseUrl: string, query: string): AsyncGenerator<Buffer> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET bytea_output = 'hex'`);
    yield* client.query(copyTo(`COPY (${query}) TO STDOUT`)) as AsyncIterable<Buffer>;
  } finally {
    await client.end();
  }
}
