// The sections of a report, by the names that users type.

export const SECTIONS = [
  'totals',
  'generations',
  'sites',
  'classes',
  'gems',
  'strings',
  'dominators',
  'paths',
  'largest',
  'collections',
  'threads',
  'vm',
  'pages',
  'memory',
] as const

export type SectionName = (typeof SECTIONS)[number]
