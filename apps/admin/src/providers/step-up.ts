/** Asks the person for a proof of who they are; false when they would not give one. */
type Ask = () => Promise<boolean>;

let dialog: Ask | undefined;
let running: Promise<boolean> | undefined;

/** The dialog that asks, while it is on the page. @returns what takes it away */
export const provideStepUp = (ask: Ask): (() => void) => {
  dialog = ask;
  return () => {
    if (dialog === ask) dialog = undefined;
  };
};

/** Asks once for all calls that wait for a proof at the moment. */
export const stepUp = async (): Promise<boolean> => {
  if (!dialog) return false;
  running ??= dialog().finally(() => (running = undefined));
  return running;
};
