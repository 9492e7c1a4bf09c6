// Finds files of this package. Modules are bundled into `dist/lib`, where paths relative to their sources would be wrong.
// This module is two directories deep in both `src/lib` and `dist/lib`.

/** @param path from the root of the package */
export const packageFile = (path: string): URL => new URL(`../../${path}`, import.meta.url)
