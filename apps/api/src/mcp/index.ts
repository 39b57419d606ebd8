export { McpModule } from './mcp.module.js';
export { callerIn } from './sessions/session-credentials.js';
export type { LiveSession } from './sessions/sessions.repository.js';
export { SessionsService } from './sessions/sessions.service.js';
