import { START_MS } from './scene.js';
import { stage } from './stage.js';
// In this order: one ends a grant that others use, and the last one locks this machine out.
import './suites/activity.js';
import './suites/overview.js';
import './suites/surroundings.js';
import './suites/search.js';
import './suites/ids.js';
import './suites/agents.js';
import './suites/gallery.js';
import './suites/connectors.js';
import './suites/approvals.js';
import './suites/policies.js';
import './suites/imports.js';
import './suites/webhooks.js';
import './suites/every-page.js';
import './suites/connections.js';
import './suites/operators.js';
import './suites/sign-in.js';

beforeAll(() => stage.scene(), START_MS);
afterEach(async () => expect(await (await stage.scene()).leave()).toEqual([]));
afterAll(async () => (await stage.scene()).close(), START_MS);
