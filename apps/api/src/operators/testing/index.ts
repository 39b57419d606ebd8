export { OperatorBrowser } from './operator-browser.js';
