import { buildIfNeeded } from './build.js';

/** Browser specs open the built dashboard, served by the built server. */
export default function setUp() {
  buildIfNeeded('client', 'server', 'dashboard');
}
