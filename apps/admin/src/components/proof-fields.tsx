import { useState } from 'react';
import { Box, Button, TextField, Typography } from '@mui/material';
import type { FactorMethod, FactorProof } from '../api-types';
import { answerWithPasskey, knowsPasskeys } from '../providers/passkeys';

const required = { htmlInput: { required: true } };

interface CodeFieldProps {
  label?: string;
  fault?: boolean;
}

/** The six digits of an authenticator app; browsers and password managers fill it in. */
export const CodeField = ({ label = 'Code of your authenticator app', fault = false }: CodeFieldProps) => (
  <TextField
    name="code"
    label={label}
    autoComplete="one-time-code"
    autoFocus
    error={fault}
    slotProps={{
      htmlInput: {
        required: true,
        inputMode: 'numeric',
        pattern: '\\s*(\\d\\s*){6}',
        title: 'Six digits',
      },
    }}
  />
);

const otherWay: Record<FactorMethod, string> = {
  passkey: 'Use a passkey',
  totp: 'Use the authenticator app',
  recovery_code: 'Use a recovery code',
};

interface FieldProps {
  method: FactorMethod;
  fault: boolean;
}

const Field = ({ method, fault }: FieldProps) => {
  if (method === 'totp') return <CodeField fault={fault} />;
  if (method === 'passkey')
    return (
      <>
        <input type="hidden" name="passkey" value="asked for" />
        <Typography variant="body2">Continue, and your browser asks for your passkey.</Typography>
      </>
    );
  return (
    <TextField
      name="recoveryCode"
      label="Recovery code"
      autoComplete="off"
      autoFocus
      error={fault}
      helperText="Each works once."
      slotProps={required}
    />
  );
};

interface ProofFieldsProps {
  methods: readonly FactorMethod[];
  fault: boolean;
}

/** The field for the second factor, and the way to another one. */
export const ProofFields = ({ methods, fault }: ProofFieldsProps) => {
  const usable = methods.filter((method) => method !== 'passkey' || knowsPasskeys());
  const [method, setMethod] = useState<FactorMethod>(usable[0] ?? 'recovery_code');
  return (
    <>
      <Field method={method} fault={fault} />
      {usable
        .filter((other) => other !== method)
        .map((other) => (
          <Box key={other}>
            <Button size="small" onClick={() => setMethod(other)}>
              {otherWay[other]}
            </Button>
          </Box>
        ))}
    </>
  );
};

/** Digits as they were typed, without the spaces in which apps show them. */
export const typedCode = (form: FormData): string => String(form.get('code')).replace(/\s/g, '');

/** The proof that was typed, or the one of a passkey, for which the browser asks now. */
export const proofIn = async (form: FormData, step: 'second-factor' | 'proof'): Promise<FactorProof> => {
  if (form.has('passkey')) return { passkey: await answerWithPasskey(step) } as FactorProof;
  return form.has('code') ? { code: typedCode(form) } : { recoveryCode: String(form.get('recoveryCode')) };
};
