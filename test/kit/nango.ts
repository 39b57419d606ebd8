/** The parts of Nango's client that tests of it share. */
import { Nango } from '@nangohq/node';
import type { Stack } from './stack.js';

/** The error of a refused call, as apps read it out of the answer. */
export interface NangoRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Nango's client with nothing but its settings changed. */
export const nangoClient = ({ server }: Stack, secretKey: string) =>
  new Nango({ host: server.url, secretKey });

/** How a call was refused. */
export async function refusalOf(call: Promise<unknown>): Promise<NangoRefusal> {
  try {
    await call;
  } catch (error) {
    type Refused = {
      readonly response: { readonly status: number; readonly data: { readonly error: NangoRefusal } };
    };
    const { status, data } = (error as Refused).response;
    return { ...data.error, status };
  }
  throw new Error('it was not refused');
}

/** The id of the connection of a user at a target. */
export async function connectionIdOf({ operator }: Stack, userId: string, target: string): Promise<string> {
  const { body } = await operator.get(`/v1/connections?userId=${userId}&target=${target}`);
  return body.data[0].id;
}
