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

const untold: ((library: Library) => void)[] = [];

/**
 * The decorator `name` of the library that writes the API description, for when the description is asked for: it is a
 * fifth of the modules that a start would load.
 */
function later<Name extends Decorators>(name: Name) {
  return (...said: Parameters<Library[Name]>): ClassDecorator & MethodDecorator =>
    (...where: unknown[]) => {
      untold.push((library) => {
        const decorator = library[name] as (...said: Parameters<Library[Name]>) => Decorate;
        decorator(...said)(...(where as Parameters<MethodDecorator>));
      });
    };
}

/** Under which heading the description shows the routes of a controller. */
export const DocumentedUnder = later('ApiTags');

/** Leaves the routes of a controller out of the description. */
export const Undocumented = later('ApiExcludeController');

const header = later('ApiHeader');

/** A header that may be left out. */
export const DocumentedHeader = (name: string, description: string) =>
  header({ name, description, required: false });

/** A parameter in the path that no schema describes. */
export const DocumentedParam = later('ApiParam');

/** What a route does, in words. */
export const DocumentedOperation = later('ApiOperation');

/** What a route answers with one status. */
export const DocumentedAnswer = later('ApiResponse');

/** Leaves a note in the operation for what completes the description; its key begins with `x-`. */
export const DocumentedNote = later('ApiExtension');

/** Tells the library what every route said about itself, in the order in which it was said. */
export function tellApiDescription(library: Library): void {
  for (const tell of untold.splice(0)) tell(library);
}
