// Ruby's names for the types of slots, as small codes for a one-byte column. An unknown type (of a future Ruby, or
// another implementation) is counted under its own name: it gets the next code.

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
