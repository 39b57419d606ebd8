/** Exports for the specs of other rooms alone: their product code does not use these. */
export { Revocations } from '../revocations.js';
