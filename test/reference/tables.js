// The tables of counts, each written down as its definition says and in no hurry. Nothing of src is used here.

function groupBy(rows, keyOf) {
  const groups = new Map()
  for (const row of rows) {
    const key = keyOf(row)
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key).push(row)
  }

  return groups
}

const sum = (rows, valueOf) => rows.reduce((total, row) => total + valueOf(row), 0)
const memsizeOf = rows => sum(rows, object => object.memsize ?? 0)
const referencesOf = rows => sum(rows, object => object.references?.length ?? 0)

export function totals({objects}) {
  const tracer = objects.filter(
    object => object.type === 'DATA' && object.struct === 'ObjectTracing/allocation_info_tracer',
  )
  return {
    memsize: memsizeOf(objects),
    objects: objects.length,
    references: referencesOf(objects),
    tracerMemsize: memsizeOf(tracer),
  }
}

/** By generation, null first. */
export function generations({objects}) {
  return Array.from(
    groupBy(objects, object => object.generation ?? null),
    ([generation, rows]) => ({
      generation,
      memsize: memsizeOf(rows),
      objects: rows.length,
    }),
  ).toSorted((a, b) => (a.generation ?? -1) - (b.generation ?? -1))
}

export function allocationSites({objects}) {
  const traced = objects.filter(object => object.file !== undefined)
  return Array.from(
    groupBy(traced, object => JSON.stringify([object.file, object.line ?? null])),
    ([key, rows]) => ({
      file: JSON.parse(key)[0],
      line: JSON.parse(key)[1],
      memsize: memsizeOf(rows),
      objects: rows.length,
      references: referencesOf(rows),
    }),
  )
}

/** What a class or module is called: a singleton class goes by the first class before it that is none. */
function nameOfClass(dump, record) {
  if (record.name !== undefined) return record.name
  if (record.singleton && record.real_class_name !== undefined) return record.real_class_name
  if (record.singleton && dump.byAddress.has(record.superclass))
    return nameOfClass(dump, dump.byAddress.get(record.superclass))
  return `#<${record.type === 'MODULE' ? 'Module' : 'Class'}:${record.address}>`
}

/** Where the class is unknown, the type and what little else there is. */
export function classNameOf(dump, object) {
  const owner = object.class === undefined ? undefined : dump.byAddress.get(object.class)
  if (owner !== undefined) return nameOfClass(dump, owner)
  const kind = object.imemo_type ?? object.struct
  return kind === undefined ? `(${object.type})` : `(${object.type} ${kind})`
}

export function classes(dump) {
  return Array.from(
    groupBy(dump.objects, object => classNameOf(dump, object)),
    ([name, rows]) => ({
      memsize: memsizeOf(rows),
      name,
      objects: rows.length,
    }),
  )
}

/** Values that occur twice and more among STRINGs; `sites` by count. */
export function duplicateStrings({objects}) {
  const strings = objects.filter(object => object.type === 'STRING' && object.value !== undefined)
  return [...groupBy(strings, object => object.value)]
    .filter(([, rows]) => rows.length > 1)
    .map(([value, rows]) => ({
      count: rows.length,
      memsize: memsizeOf(rows),
      sites: allocationSites({objects: rows}).map(({file, line, objects: count}) => ({count, file, line})),
      value,
      wasted: Math.floor(((rows.length - 1) * memsizeOf(rows)) / rows.length),
    }))
}

/** `['gem', 'rack-2.2.6']`. Paths are read by their directories. */
export function originOf(file) {
  const parts = file.split('/')
  if (file.startsWith('<internal:') || parts.at(-1) === 'kernel_require.rb') return ['boot', 'boot']
  for (let at = parts.length - 2; at > 0; at--) {
    if (parts[at - 1] !== 'gems') continue
    const git = parts[at - 2] === 'bundler' && /^(.+)-[0-9a-f]{7,40}$/.exec(parts[at])
    if (git) return ['gem', git[1]]
    if (/-\d/.test(parts[at])) return ['gem', parts[at]]
  }

  const library = parts.findIndex(
    (part, at) => part === 'ruby' && at > 1 && ['lib', 'lib64', 'share'].includes(parts[at - 1]),
  )
  if ((library > 0 && library < parts.length - 1) || file.endsWith('.so')) return ['stdlib', 'stdlib']
  const isSource =
    ['rb', 'ru', 'rake', 'erb', 'haml', 'slim', 'jbuilder'].includes(file.split('.').slice(1).at(-1)) &&
    !file.includes('\n')
  if (file.startsWith('/') || (isSource && !['(', '<'].includes(file[0]))) return ['app', 'app']
  return ['unknown', '(eval)']
}

export function gems({objects}) {
  const keyOf = object =>
    JSON.stringify(object.file === undefined ? ['unknown', '(not traced)'] : originOf(object.file))
  return Array.from(groupBy(objects, keyOf), ([key, rows]) => ({
    kind: JSON.parse(key)[0],
    memsize: memsizeOf(rows),
    name: JSON.parse(key)[1],
    objects: rows.length,
  }))
}
