/**
 * The floor of a page of audit events: a bare `http` server that reads the newest rows of one column's value by one
 * prepared SELECT along its index, and writes them as JSON. Nobody is authenticated.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
const SELECT = {
  name: 'floor',
  text: 'SELECT * FROM audit_events WHERE user_id = $1 ORDER BY at DESC, seq DESC LIMIT 50',
};

const server = createServer((request, response) => {
  pool.query({ ...SELECT, values: [(request.url ?? '').slice(1)] }).then(
    ({ rows }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: rows }));
    },
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume().once('end', () => process.exit());
