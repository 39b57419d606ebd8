import { useState } from 'react';
import { HttpError, useNotify } from 'react-admin';

interface Saving<Values> {
  /** Sends the form. */
  save: (values: Values) => Promise<void>;
  /** What a refusal says about single fields, nested as they are; empty when it is about none. */
  fieldErrors: (error: HttpError) => Record<string, unknown>;
  /** What is said when nobody else has words for it. */
  otherwise: string;
}

/** Saves a form: an error that is about a field stands there, any other is said aside. */
export const useSave = <Values>({ save, fieldErrors, otherwise }: Saving<Values>) => {
  const [busy, setBusy] = useState(false);
  const notify = useNotify();
  const run = async (values: Values) => {
    setBusy(true);
    try {
      await save(values);
      return undefined;
    } catch (error) {
      const errors = error instanceof HttpError ? fieldErrors(error) : {};
      if (Object.keys(errors).length > 0) return errors;
      notify(error instanceof Error ? error.message : otherwise, { type: 'error' });
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
};
