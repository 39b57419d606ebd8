export { accessOf } from './access-of.js';
export { testSettings, type TestApp } from './test-app.js';
export { APP_CALLBACK, Caller, OPERATOR_KEY, signedInOperator, type Answer } from './caller.js';
export { backUp, createTestDatabase, type TestDatabase } from './test-database.js';
export { TestClock } from './test-clock.js';
export { verifyTree } from './verify-tree.js';
export { createTwinWorld, type TwinWorld, type TwinWorldOptions } from './twin-world.js';
export { createWorld, type World, type WorldOptions } from './world.js';
