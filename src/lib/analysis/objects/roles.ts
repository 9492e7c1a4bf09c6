// What an object is in a report, as a word for code to decide by: a label is for people, and may be worded anew.

export const ROLES = [
  /** The agent's own, whatever it is: it is told of only when asked for by name. */
  'agent',
  /** The allocation tracer. */
  'tracer',
  /** The class Object, which holds every constant at the top level. */
  'top-level',
  'class',
  'module',
  /** A singleton class. That of main holds Object from Ruby 3.4 on. */
  'singleton',
  'thread',
  'fiber',
  /** A Proc. */
  'block',
  /** Ruby's own: code, method entries, variables of a block. */
  'internal',
  /** No object, but a word for those of a path that are left out. */
  'omitted',
  'object',
] as const

export type Role = (typeof ROLES)[number]

/** A class or module that a person can name. */
export function isModuleRole(role: Role): boolean {
  return role === 'class' || role === 'module' || role === 'top-level'
}
