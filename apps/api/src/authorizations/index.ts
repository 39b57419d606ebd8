export { parseScopes } from './authorization-request.js';
export { Authorizations } from './authorizations.js';
export { AuthorizationsModule } from './authorizations.module.js';
export { DemoUser } from './hosted/demo-user.js';
export { HostedAnswers } from './hosted/hosted-answers.js';
export { escapeHtml, renderNotice, type HostedPage } from './hosted/hosted-page.html.js';
export { RedirectUris } from './hosted/redirect-uris.js';
export { UserSessions } from './hosted/user-sessions.js';
export { Visitors } from './hosted/visitors.js';
