export { loadSettings, settingsHelp, SettingsError, type Settings } from './settings.js';
export { SETTINGS_TOKEN } from './config.tokens.js';
export type { AuditSinkSetting } from './audit-sinks.js';
export type { SingleSignOnSettings } from './sso-settings.js';
export { requireFreePort } from './free-port.js';
export { wantsHelp } from './command-line.js';
