export { UserTokens } from './user-tokens.js';
export { userIdSchema } from './users.controller.js';
export { UsersModule } from './users.module.js';
export { UsersService } from './users.service.js';
