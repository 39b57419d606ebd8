import type { Budget } from '../core/budget.js';

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** https://developers.google.com/workspace/gmail/api/reference/quota */
export const quotaUnits: Budget = {
  name: 'quota units',
  units: 15_000,
  windowMs: 60_000,
  costs: [
    { path: /\/(messages|drafts)\/send$/, units: 100 },
    { path: /\/settings\/(delegates|forwardingAddresses|sendAs)/, methods: WRITES, units: 100 },
    { path: /\/messages\/batch(Modify|Delete)$/, units: 50 },
    { path: /\/messages(\/import)?$/, methods: ['POST'], units: 25 },
    { path: /\/threads\/[^/]+$/, methods: ['DELETE'], units: 20 },
    { path: /\/drafts\/[^/]+$/, methods: ['PUT'], units: 15 },
    { path: /\/threads(\/|$)/, units: 10 },
    { path: /\/drafts(\/|$)/, methods: WRITES, units: 10 },
    { path: /\/messages\/[^/]+$/, methods: ['DELETE'], units: 10 },
    { path: /\/(profile|labels(\/[^/]+)?)$/, methods: ['GET'], units: 1 },
    { path: /\/history$/, units: 2 },
    { units: 5 },
  ],
};
