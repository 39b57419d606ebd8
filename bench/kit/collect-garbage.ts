/** Loaded before a server whose memory is measured: SIGUSR2 collects garbage. */
import process from 'node:process';

process.on('SIGUSR2', () => (globalThis as { gc?: () => void }).gc?.());
