export { importTools, MOST_TOOLS, type OfferedTools, type ToolImport } from './import-tools.js';
export { isTool, useToolWatch, type ImportedTool, type ToolWatch } from './imported-tool.js';
export { SIGN_INS, type McpServer, type McpServerFacts } from './mcp-server.js';
export { McpSession } from './mcp-session.js';
export { presetOfServer, probeOfServer } from './preset-of-server.js';
export { useMcpServers } from './mcp-servers.js';
export { fingerprintOf } from './tool-fingerprint.js';
