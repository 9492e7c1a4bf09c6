// The names of all tables, apart from what fills them: a command's flags need only the names.
export const TABLE_NAMES = [
  'dumps',
  'objects',
  'refs',
  'classes',
  'sites',
  'owners',
  'strings',
  'suspects',
  'memory_line',
] as const

export type TableName = (typeof TABLE_NAMES)[number]
