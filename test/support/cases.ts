// `npm run test:unit` should answer within half a minute, so it tries a tenth of the cases. All other runs try all.
const isQuick = process.env.HEAPDUMP_QUICK_TESTS === '1'

/** How many of `all` cases to try. */
export function cases(all: number): number {
  return isQuick ? Math.ceil(all / 10) : all
}

/** All of `all`; in the quick run only those that `isTypical` picks. */
export function sample<T>(all: readonly T[], isTypical: (one: T) => boolean): readonly T[] {
  return isQuick ? all.filter(isTypical) : all
}
