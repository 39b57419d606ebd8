export { loadSettings, settingsHelp, SettingsError, type Settings } from './settings.js';
export { SETTINGS_TOKEN } from './config.tokens.js';
