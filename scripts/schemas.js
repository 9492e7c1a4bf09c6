// Writes docs/schema/: the JSON Schema of each document that a command prints with --json, generated from the type that
// the command returns. Descriptions come from the types' comments.
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {createGenerator} from 'ts-json-schema-generator'

const root = fileURLToPath(new URL('..', import.meta.url))
const directory = join(root, 'docs/schema')
const version = Number(/SCHEMA_VERSION = (\d+)/.exec(readFileSync(join(root, 'src/lib/schema-version.ts'), 'utf8'))[1])

/** The type of each document, by command, and of an error. */
const TYPES = {
  error: 'ErrorDocument',
  'heapdump:analyze': 'AnalyzeResult',
  'heapdump:cancel': 'CancelResult',
  'heapdump:delete': 'DeleteResult',
  'heapdump:diagnose': 'DiagnoseResult',
  'heapdump:diff': 'DiffResult',
  'heapdump:doctor': 'DoctorResult',
  'heapdump:download': 'DownloadResult',
  'heapdump:explain': 'ExplanationDocument',
  'heapdump:export': 'ExportResult',
  'heapdump:info': 'InfoResult',
  'heapdump:list': 'ListResult',
  'heapdump:prune': 'PruneResult',
  'heapdump:query': 'QueryDocument',
  'heapdump:schedule:add': 'RulesResult',
  'heapdump:schedule:list': 'ScheduleListResult',
  'heapdump:schedule:remove': 'RulesResult',
  'heapdump:setup': 'SetupResult',
  'heapdump:status': 'StatusResult',
  'heapdump:trace:start': 'TraceStartResult',
  'heapdump:trace:stop': 'TraceStopResult',
  'heapdump:trend': 'TrendResult',
  'heapdump:trigger': 'TriggerResult',
  'heapdump:trim': 'TrimResult',
  'heapdump:url': 'UrlResult',
}

/** `heapdump:trace:start` → `trace-start.json` */
export const fileOf = name => `${name.replace('heapdump:', '').replaceAll(':', '-')}.json`

/** Every object at the top of a document, or each of a list, says which version of the schemas it follows. */
function versioned(schema, definitions) {
  if (schema.$ref) return versioned(definitions[decodeURIComponent(schema.$ref.split('/').at(-1))], definitions)
  if (schema.anyOf) return {...schema, anyOf: schema.anyOf.map(one => versioned(one, definitions))}
  if (schema.items) return {...schema, items: versioned(schema.items, definitions)}
  return {
    ...schema,
    properties: {schemaVersion: {const: version, type: 'number'}, ...schema.properties},
    required: ['schemaVersion', ...(schema.required ?? [])],
  }
}

/** The definitions that a schema refers to, directly or not. */
function reached(schema, definitions, found = {}) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) {
    const key = decodeURIComponent(name)
    if (key in found) continue
    found[key] = definitions[key]
    reached(definitions[key], definitions, found)
  }

  return found
}

/** Schemas by command, or `error`. */
export function makeSchemas() {
  const generator = createGenerator({
    additionalProperties: true,
    encodeRefs: false,
    expose: 'export',
    path: join(root, 'src/{commands,lib}/**/*.ts'),
    skipTypeCheck: true,
    sortProps: true,
    topRef: false,
    tsconfig: join(root, 'tsconfig.json'),
  })
  return Object.fromEntries(
    Object.entries(TYPES).map(([name, type]) => {
      const {$schema, definitions = {}, ...schema} = generator.createSchema(type)
      const whole = versioned(schema, definitions)
      const found = reached(whole, definitions)
      return [name, {$schema, title: name, ...whole, ...(Object.keys(found).length > 0 ? {definitions: found} : {})}]
    }),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const schemas = makeSchemas()
  mkdirSync(directory, {recursive: true})
  for (const name of readdirSync(directory)) rmSync(join(directory, name))
  for (const [name, schema] of Object.entries(schemas))
    writeFileSync(join(directory, fileOf(name)), `${JSON.stringify(schema, null, 2)}\n`)
}
