import { z } from 'zod';

/** The settings of those who run the server, as `SETTINGS` has all of them. */
export const OPERATOR_SETTINGS = {
  VALETKEY_OPERATOR_EMAIL: { schema: z.email().optional(), help: 'e-mail of the first owner' },
  VALETKEY_OPERATOR_PASSWORD: {
    schema: z.string().min(8, 'must have at least 8 characters').optional(),
    help: 'password of the first owner (default: generated, printed once)',
  },
  VALETKEY_OPERATOR_API_KEY: {
    schema: z.string().min(32, 'must have at least 32 characters').optional(),
    help: "an owner's key for automation, at least 32 characters",
  },
  VALETKEY_OPERATOR_IDLE_MINUTES: {
    schema: z.coerce.number().int().min(5).max(1_440).default(30),
    help: 'minutes after which a session at the dashboard ends that nobody uses (default 30)',
  },
  VALETKEY_OPERATOR_SESSION_HOURS: {
    schema: z.coerce.number().int().min(1).max(168).default(12),
    help: 'hours after which a session at the dashboard ends in any case (default 12)',
  },
  VALETKEY_SECOND_FACTOR: {
    schema: z.enum(['optional', 'required']).default('optional'),
    help: 'optional or required: whether operators who have no second factor may do anything but set one up (default optional)',
  },
  VALETKEY_STEP_UP_MINUTES: {
    schema: z.coerce.number().int().min(1).max(1_440).default(10),
    help: 'minutes after which the dashboard asks again who you are before something dangerous (default 10)',
  },
} as const satisfies Record<string, { schema: z.ZodType; help: string }>;

type Raw = { [Name in keyof typeof OPERATOR_SETTINGS]: z.output<(typeof OPERATOR_SETTINGS)[Name]['schema']> };

export interface OperatorSettings {
  readonly operatorEmail: string | undefined;
  readonly operatorPassword: string | undefined;
  readonly operatorApiKey: string | undefined;
  /** Of a session at the dashboard, in milliseconds. `proofMs`: how long a proof of the person counts. */
  readonly operatorSessions: { readonly idleMs: number; readonly lifeMs: number; readonly proofMs: number };
  readonly secondFactor: 'optional' | 'required';
}

export function operatorSettings(raw: Raw): OperatorSettings {
  return {
    operatorEmail: raw.VALETKEY_OPERATOR_EMAIL,
    operatorPassword: raw.VALETKEY_OPERATOR_PASSWORD,
    operatorApiKey: raw.VALETKEY_OPERATOR_API_KEY,
    operatorSessions: {
      idleMs: raw.VALETKEY_OPERATOR_IDLE_MINUTES * 60_000,
      lifeMs: raw.VALETKEY_OPERATOR_SESSION_HOURS * 3_600_000,
      proofMs: raw.VALETKEY_STEP_UP_MINUTES * 60_000,
    },
    secondFactor: raw.VALETKEY_SECOND_FACTOR,
  };
}
