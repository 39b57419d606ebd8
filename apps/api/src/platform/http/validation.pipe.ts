import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { inputProblem, requireText } from './input.js';

/** Checks every `@Body`, `@Query` and `@Param`: that all text in it is text, and its schema, if it has one. */
class InputPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.type !== 'custom') requireText(value, metadata.data === undefined ? [] : [metadata.data]);
    return (await super.transform(value, metadata)) as T;
  }
}

export function validationPipe(): StandardSchemaValidationPipe {
  return new InputPipe({
    exceptionFactory: (issues) =>
      inputProblem(
        issues.map(({ path, message }) => ({
          path: (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
          message,
        })),
      ),
  });
}
