/** Said wherever a person's approval is asked for. */
export const NOBODY_CAN_APPROVE =
  'Nobody can approve yet: approvals are not built, so what needs one is refused for now.';
