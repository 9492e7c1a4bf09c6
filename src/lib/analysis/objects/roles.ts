// The role of an object in a report, as a word that code can rely on: labels are for people and may be reworded.

export const ROLES = [
  /** Any object of the agent; reported only if requested by name. */
  'agent',
  /** The allocation tracer. */
  'tracer',
  /** The class Object, which holds every top-level constant. */
  'top-level',
  'class',
  'module',
  /** A singleton class. From Ruby 3.4 on, the one of main holds Object. */
  'singleton',
  'thread',
  'fiber',
  /** A Proc. */
  'block',
  /** Internal to Ruby: code, method entries, variables of a block. */
  'internal',
  /** Not an object: stands for those left out of a path. */
  'omitted',
  'object',
] as const

export type Role = (typeof ROLES)[number]

/** Whether it is a class or module with a name. */
export function isModuleRole(role: Role): boolean {
  return role === 'class' || role === 'module' || role === 'top-level'
}
