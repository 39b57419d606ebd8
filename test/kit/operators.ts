import { query } from './postgres.js';

/** Makes an operator who has the owner's password and another role. */
export async function addOperator(databaseUrl: string, email: string, role: string): Promise<void> {
  await query(
    databaseUrl,
    `INSERT INTO operators (id, email, password_hash, role)
     SELECT 'opr_' || md5($1), $1, password_hash, $2 FROM operators WHERE role = 'owner' LIMIT 1`,
    [email, role],
  );
}
