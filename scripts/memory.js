// Checks what is said about the memory of programs with one planted cause each, and whether the remedy gives back what was
// said: real Ruby and agent, the built plugin.
//
//   npm run memory               all of test/memory/programs
//   npm run memory -- NAME…      those with one of these words in their name
//   npm run memory -- --details  also prints the suspects
import {execFileSync} from 'node:child_process'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {dumpProgram, faultsOf, isAvailable, measured, programNames, readProgram} from '../test/memory/run-program.js'
import {startServices} from '../test/support/services.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const {values, positionals} = parseArgs({
  allowNegative: true,
  allowPositionals: true,
  options: {build: {default: true, type: 'boolean'}, details: {type: 'boolean'}},
})
if (values.build) execFileSync(process.execPath, [join(root, 'scripts/build.js')], {stdio: 'inherit'})
const megabytes = bytes => `${(bytes / 1e6).toFixed(0)} MB`

function describe({suspects, process: parts}) {
  for (const {advice, evidence, rule, severity, title} of suspects.slice(0, 3)) {
    console.log(`    [${severity}] ${rule}: ${title}`)
    for (const line of evidence) console.log(`        ${line}`)
    console.log(`        → ${advice}`)
  }

  console.log(
    `    ${parts.parts
      .filter(({bytes}) => bytes > 1e6)
      .map(({bytes, kind}) => `${kind} ${megabytes(bytes)}`)
      .join(', ')}`,
  )
}

const names = programNames().filter(name => positionals.length === 0 || positionals.some(word => name.includes(word)))
if (names.length === 0) throw new Error(`No program has ${positionals.join(' or ')} in its name.`)
const services = await startServices()
let wrong = 0
try {
  for (const name of names) {
    const program = readProgram(name)
    if (!(await isAvailable(program))) {
      console.log(`${name.padEnd(22)} – this machine has no ${program.needs}`)
      continue
    }

    try {
      const result = await dumpProgram(program, services)
      const faults = faultsOf(program, result)
      if (faults.length > 0) wrong++
      const [report] = result.reports
      const [first] = report.suspects
      const before = measured(program, report)
      const after =
        program.remedy === null
          ? null
          : measured(program, (await dumpProgram(program, services, {env: program.remedy})).reports[0])
      console.log(
        [
          name.padEnd(22),
          (first === undefined ? 'none' : `${first.rule} ${first.severity}`).padEnd(24),
          megabytes(before).padStart(7),
          after === null ? '' : `→ ${megabytes(after)} with the remedy`,
          result.diff?.memoryGrowth?.text ?? '',
          faults.length > 0 ? `WRONG: ${faults.join('; ')}` : '',
        ].join(' '),
      )
      if (values.details || faults.length > 0) for (const one of result.reports) describe(one)
    } catch (error) {
      wrong++
      console.log(`${name.padEnd(22)} broken: ${error.message}`)
    }
  }
} finally {
  await services.stop()
}

console.log(wrong === 0 ? '\nAll verdicts are right.' : `\n${wrong} of ${names.length} are wrong.`)
process.exitCode = wrong === 0 ? 0 : 1
