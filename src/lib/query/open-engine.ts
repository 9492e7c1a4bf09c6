// The engine that is there: the package, otherwise an installed program.
import {UserError} from '../errors.js'
import {openLibrary} from './duckdb-library.js'
import {openProgram} from './duckdb-program.js'
import type {Engine, EngineOptions} from './engine.js'

/** Throws UserError `no_duckdb`. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const engine = (await openLibrary(options)) ?? (await openProgram(options))
  if (engine !== null) return engine
  throw new UserError('SQL needs DuckDB, which is not installed.', {
    code: 'no_duckdb',
    hint: 'Install the program duckdb (duckdb.org, or brew install duckdb), or reinstall this plugin with its optional packages.',
  })
}
