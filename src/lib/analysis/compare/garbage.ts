/** The owner of what no root holds. */
export const GARBAGE = '(garbage)'

/** The rows of what an owner holds: garbage is not the app's growth. */
export function withoutGarbage<Row extends {readonly owner: string}>(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({owner}) => owner !== GARBAGE)
}
