export { boundOutput } from './bounded-output.js';
export { MOST_KEPT_BYTES, resultIdOf, resultUri, type KeptResult, type ResultHandle } from './kept-result.js';
export { KeptResults } from './kept-results.js';
export { projected } from './projection.js';
export { resultFields, resultHandleView, resultQuery, viewHandle } from './results.schemas.js';
export { ResultsModule } from './results.module.js';
