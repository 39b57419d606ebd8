export { OperatorBrowser } from './operator-browser.js';
export { EMAIL, OperatorWorld, PASSWORD } from './operator-world.js';
