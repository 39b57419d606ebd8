export { CLIENT_ID, CLIENT_SECRET, TestIssuer } from './test-issuer.js';
