export { UserTokens, type VerifiedUser } from './user-tokens.js';
export { userIdSchema } from './user-id.js';
export { UsersModule } from './users.module.js';
export { UsersService } from './users.service.js';
