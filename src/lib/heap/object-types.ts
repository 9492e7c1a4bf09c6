// Ruby's own names for the types of slots, as small codes for a one-byte column. A type this list has never heard of (a future
// Ruby, an alternative implementation) is counted under its own name: codes are given out as names appear.

export const OBJECT_TYPES = [
  'OBJECT',
  'CLASS',
  'MODULE',
  'ICLASS',
  'STRING',
  'SYMBOL',
  'REGEXP',
  'ARRAY',
  'HASH',
  'STRUCT',
  'BIGNUM',
  'FLOAT',
  'RATIONAL',
  'COMPLEX',
  'MATCH',
  'FILE',
  'DATA',
  'IMEMO',
  'NODE',
  'ZOMBIE',
] as const

export type ObjectType = (typeof OBJECT_TYPES)[number]

/** Codes by name: `TYPE.STRING`. */
export const TYPE = Object.fromEntries(OBJECT_TYPES.map((name, code) => [name, code])) as Record<ObjectType, number>
