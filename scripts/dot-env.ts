/** Reads the settings in a file named .env, where there is one; what the environment sets goes before it. */
import { existsSync } from 'node:fs';
import process from 'node:process';

if (existsSync('.env')) process.loadEnvFile('.env');
