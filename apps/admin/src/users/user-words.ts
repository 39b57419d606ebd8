import type { User } from '../api-types';

export const connectionsInWords = (count: number): string =>
  count === 0 ? 'No connections' : count === 1 ? '1 connection' : `${count} connections`;

export const userName = (user: Pick<User, 'id' | 'name'>): string => user.name ?? user.id;
