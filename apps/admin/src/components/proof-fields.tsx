import { useState } from 'react';
import { Box, Button, TextField } from '@mui/material';
import type { FactorMethod, FactorProof } from '../api-types';

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
  totp: 'Use the authenticator app',
  recovery_code: 'Use a recovery code',
};

interface ProofFieldsProps {
  methods: readonly FactorMethod[];
  fault: boolean;
}

/** The field for the second factor, and the way to another one. */
export const ProofFields = ({ methods, fault }: ProofFieldsProps) => {
  const [method, setMethod] = useState<FactorMethod>(methods[0] ?? 'totp');
  return (
    <>
      {method === 'totp' ? (
        <CodeField fault={fault} />
      ) : (
        <TextField
          name="recoveryCode"
          label="Recovery code"
          autoComplete="off"
          autoFocus
          error={fault}
          helperText="Each works once."
          slotProps={required}
        />
      )}
      {methods
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

export const typedProof = (form: FormData): FactorProof =>
  form.has('code') ? { code: typedCode(form) } : { recoveryCode: String(form.get('recoveryCode')) };
