// Files of this package. Modules are bundled into `dist/lib`, so a path relative to a module's source would be wrong
// there. This module is two folders deep in both `src/lib` and `dist/lib`.

/** @param path from the root of the package */
export const packageFile = (path: string): URL => new URL(`../../${path}`, import.meta.url)
