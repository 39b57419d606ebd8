import { buildIfNeeded } from './build.js';

/** Unit specs run the sources; of these, the database client is generated. */
export default function setUp() {
  buildIfNeeded('client');
}
