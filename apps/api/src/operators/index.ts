export { OperatorsModule } from './operators.module.js';
export { OperatorsService } from './operators.service.js';
export { OperatorPasswords } from './operator-passwords.js';
