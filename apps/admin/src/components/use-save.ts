import { useState } from 'react';
import { HttpError, useNotify } from 'react-admin';

interface Saving<Values> {
  /** Sends the form. */
  save: (values: Values) => Promise<void>;
  /** The errors of single fields in a refusal, nested as they are; empty when there are none. */
  fieldErrors: (error: HttpError) => Record<string, unknown>;
  /** The message when the error has none. */
  otherwise: string;
}

/** Saves a form: an error of a field is shown there, any other as a notification. */
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
