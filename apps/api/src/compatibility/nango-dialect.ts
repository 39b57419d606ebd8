import { Injectable, type OnModuleInit } from '@nestjs/common';
import { detailWithLink, ProblemFilter, type ProblemAnswer, type ProblemDialect } from '../platform/index.js';
import { UNSUPPORTED_PATHS } from './unsupported.js';

/** Problems of Nango's routes carry the `error` member that its clients read, beside the problem-details members. */
@Injectable()
export class NangoDialect implements ProblemDialect, OnModuleInit {
  readonly prefixes = [
    '/proxy/',
    '/connections',
    '/connection/',
    '/connect/sessions',
    ...UNSUPPORTED_PATHS.map((path) => `/${path.replace(/\/\*$/, '')}`),
  ];
  readonly plainJson = true as const;

  constructor(private readonly filter: ProblemFilter) {}

  onModuleInit(): void {
    this.filter.addDialect(this);
  }

  translate(problem: ProblemAnswer): ProblemAnswer {
    const { code, extensions } = problem;
    const { errors } = extensions;
    const error = { code, message: detailWithLink(problem), ...(errors === undefined ? {} : { errors }) };
    return { ...problem, extensions: { ...extensions, error } };
  }
}
