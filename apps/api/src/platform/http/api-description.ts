type Library = typeof import('@nestjs/swagger');
type Decorators =
  | 'ApiExcludeController'
  | 'ApiExtension'
  | 'ApiHeader'
  | 'ApiOperation'
  | 'ApiParam'
  | 'ApiResponse'
  | 'ApiTags';
type Decorate = (...where: Parameters<MethodDecorator>) => void;

const deferred: ((library: Library) => void)[] = [];

/**
 * Defers the decorator `name` of the OpenAPI library until the description is requested: the library is a fifth of the
 * modules that a start would load.
 */
function later<Name extends Decorators>(name: Name) {
  return (...said: Parameters<Library[Name]>): ClassDecorator & MethodDecorator =>
    (...where: unknown[]) => {
      deferred.push((library) => {
        const decorator = library[name] as (...said: Parameters<Library[Name]>) => Decorate;
        decorator(...said)(...(where as Parameters<MethodDecorator>));
      });
    };
}

/** The heading under which the description shows the routes of a controller. */
export const DocumentedUnder = later('ApiTags');

/** Leaves the routes of a controller out of the description. */
export const Undocumented = later('ApiExcludeController');

const header = later('ApiHeader');

/** An optional header. */
export const DocumentedHeader = (name: string, description: string) =>
  header({ name, description, required: false });

/** A parameter in the path that no schema describes. */
export const DocumentedParam = later('ApiParam');

/** The description of a route, in words. */
export const DocumentedOperation = later('ApiOperation');

/** A response of a route, by status. */
export const DocumentedAnswer = later('ApiResponse');

/** Adds an extension to the operation, for the code that completes the description; its key begins with `x-`. */
export const DocumentedNote = later('ApiExtension');

/** Applies the deferred decorators, in the order in which they were declared. */
export function applyApiDescription(library: Library): void {
  for (const apply of deferred.splice(0)) apply(library);
}
