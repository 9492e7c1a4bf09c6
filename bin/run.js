#!/usr/bin/env node
// The plugin alone, without the Heroku CLI: `bin/run.js heapdump:analyze FILE`.
import {execute} from '@oclif/core'
import {readFileSync} from 'node:fs'
import {basename, isAbsolute, relative, sep} from 'node:path'
import {fileURLToPath} from 'node:url'

/** As a person can type it again: screens and help propose commands. */
function programName() {
  const path = process.argv[1]
  // A link in the PATH, which npm has made.
  if (basename(path) !== 'run.js') return basename(path)
  const here = relative(process.cwd(), path)
  if (isAbsolute(here) || here.startsWith(`..${sep}..`)) return path
  return here.includes(sep) ? here : `.${sep}${here}`
}

const root = fileURLToPath(new URL('..', import.meta.url))
const pjson = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
pjson.oclif.bin = programName()
await execute({dir: import.meta.url, loadOptions: {pjson, root}})
