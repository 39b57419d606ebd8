import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Problem } from './problem.js';

/** Checks every `@Body`, `@Query` and `@Param` that has a schema; each error names its path, never the value. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const errors = issues.map(({ path, message }) => ({
        path: (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
        message,
      }));
      const first = errors[0];
      const where = first?.path ? `${first.path}: ` : '';
      return new Problem(400, 'invalid_input', `${where}${first?.message ?? 'invalid input'}`, { errors });
    },
  });
}
