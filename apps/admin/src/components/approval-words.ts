/** Said wherever a person's approval is asked for. */
export const PEOPLE_DECIDE =
  'The call waits under Approvals until somebody decides; over the proxy it is refused.';
