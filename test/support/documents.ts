// Checks the --json output of commands against docs/schema, in every test that runs a command with --json. Stricter
// than the schemas, which allow additional keys: here, an unknown key is a fault.
import {Ajv, type ValidateFunction} from 'ajv'
import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {fileOf} from '../../scripts/schemas.js'

export const schemaDirectory = join(dirname(fileURLToPath(import.meta.url)), '../../docs/schema')

const ajv = new Ajv({allErrors: true, allowUnionTypes: true, strict: false})
const validators = new Map<string, ValidateFunction>()

function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]))
  return inner.properties === undefined || inner.additionalProperties !== undefined
    ? inner
    : {...inner, additionalProperties: false}
}

function validatorOf(name: string): ValidateFunction {
  let validate = validators.get(name)
  if (validate === undefined) {
    validate = ajv.compile(strict(JSON.parse(readFileSync(join(schemaDirectory, fileOf(name)), 'utf8'))) as object)
    validators.set(name, validate)
  }

  return validate
}

/** The faults in a document of the command `heapdump:…`; empty if there are none. */
export function faultsOf(command: string, document: unknown): readonly string[] {
  const isError = typeof document === 'object' && document !== null && 'error' in document
  const validate = validatorOf(isError ? 'error' : command)
  if (validate(document)) return []
  return (validate.errors ?? []).map(
    ({instancePath, message, params}) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

/** Throws if `stdout` of a command run with --json does not match the schema. */
export function checkDocument(command: string, argv: readonly string[], stdout: string): void {
  // A test may define its own command.
  if (!argv.includes('--json') || stdout.trim() === '' || !command.startsWith('heapdump:')) return
  const faults = faultsOf(command, JSON.parse(stdout))
  if (faults.length > 0)
    throw new Error(`${command} --json is not as in docs/schema:\n${faults.slice(0, 20).join('\n')}`)
}
