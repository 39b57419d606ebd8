export { CONNECTED_ROOMS, createConnectedWorld, GOOGLE, tokenBytes, tokenRow } from './connected-world.js';
export { PLIANT_CLIENT, PliantServer, type FixedAnswer, type Manners } from './pliant-server.js';
export { pliantTrip, type TripOptions } from './pliant-trip.js';
