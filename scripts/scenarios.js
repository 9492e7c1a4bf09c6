// Scores the analysis on programs with a known culprit: real Ruby makes the dumps, the built plugin analyzes them.
//
//   npm run scenarios                    all of test/scenarios/programs
//   npm run scenarios -- NAME…           those with one of these words in their name
//   npm run scenarios -- --holdout       test/scenarios/holdout: programs that no rule was written for
//   npm run scenarios -- --details       also prints the first three suspects of each dump
//   npm run scenarios -- --dumps         makes the dumps and prints their paths; no score
import {execFileSync} from 'node:child_process'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {openAnalyzer} from '../test/scenarios/analyze.js'
import {generateDumps} from '../test/scenarios/dumps.js'
import {readPrograms} from '../test/scenarios/program.js'
import {judge, meetsTargets, total} from '../test/scenarios/score.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const VARIANTS = ['traced', 'untraced']

function verdictText({kind}, {position, ownerPosition, severity, high, medium, wronged}) {
  if (wronged !== null) return `${position ?? '–'}, ${wronged}!`
  if (kind === 'healthy') return high > 0 ? `${high} high!` : medium > 0 ? `ok (${medium} medium)` : 'ok'
  if (position === null) return ownerPosition === null ? 'missed' : `${ownerPosition}, wrong`
  return `${position} ${severity}`
}

function row(cells) {
  const widths = [30, 11, 17, 17, 24]
  return cells
    .map((cell, index) => String(cell).padEnd(widths[index]))
    .join(' ')
    .trimEnd()
}

const megabytes = bytes => `${(bytes / 1e6).toFixed(1)} MB`
const percent = value => `${Math.round(value * 100)} %`

function showDetails(program, variant, report) {
  for (const [index, suspect] of report.suspects.slice(0, 3).entries()) {
    console.log(`    ${variant} ${index + 1}. [${suspect.severity}] ${suspect.rule}: ${suspect.title}`)
    console.log(
      `       owner ${suspect.owner}; ${megabytes(suspect.retainedSize)}; ${suspect.sites
        .slice(0, 3)
        .map(({file, line}) => `${file.split('/').slice(-2).join('/')}:${line}`)
        .join(' ')}`,
    )
  }
}

function showDumps(paths) {
  for (const variant of VARIANTS) console.log(paths[variant])
}

async function showScore(program, paths) {
  const reports = {}
  for (const variant of VARIANTS) reports[variant] = await analyzer.analyze(paths[variant])
  const verdicts = VARIANTS.map(variant => judge(reports[variant], program, {traced: variant === 'traced'}))
  for (const [index, variant] of VARIANTS.entries()) results[variant].push({program, verdict: verdicts[index]})
  console.log(
    row([
      program.name,
      program.kind,
      ...verdicts.map(verdict => verdictText(program, verdict)),
      verdicts[0].rule ?? '',
    ]),
  )
  if (values.details) for (const variant of VARIANTS) showDetails(program, variant, reports[variant])
}

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    details: {type: 'boolean'},
    dumps: {type: 'boolean'},
    holdout: {type: 'boolean'},
    build: {default: true, type: 'boolean'},
  },
  allowNegative: true,
})
const programs = readPrograms(values.holdout ? 'holdout' : 'programs').filter(
  ({name}) => positionals.length === 0 || positionals.some(word => name.includes(word)),
)
if (programs.length === 0) throw new Error(`No program has ${positionals.join(' or ')} in its name.`)
if (values.build && !values.dumps) execFileSync(process.execPath, [join(root, 'scripts/build.js')], {stdio: 'inherit'})

const analyzer = values.dumps ? null : await openAnalyzer()
const results = {traced: [], untraced: []}
let broken = 0
if (analyzer) console.log(row(['program', 'kind', ...VARIANTS, 'rule']))
for (const program of programs) {
  try {
    const paths = await generateDumps(program, variant => console.error(`… ${program.name}, ${variant}: running Ruby`))
    await (analyzer ? showScore(program, paths) : showDumps(paths))
  } catch (error) {
    broken++
    console.log(row([program.name, program.kind, 'broken']))
    console.error(error.message)
  }
}

await analyzer?.close()
if (analyzer) {
  console.log()
  console.log(row(['total', '', ...VARIANTS]))
  const totals = VARIANTS.map(variant => total(results[variant]))
  const [{guilty, healthy}] = totals
  console.log(
    row([
      `culprit first (≥ 90 %)`,
      `of ${guilty}`,
      ...totals.map(({first, firstShare}) => `${first}  ${percent(firstShare)}`),
    ]),
  )
  console.log(
    row([
      `in the first three (100 %)`,
      `of ${guilty}`,
      ...totals.map(({firstThree, firstThreeShare}) => `${firstThree}  ${percent(firstThreeShare)}`),
    ]),
  )
  console.log(row([`culprit is only low`, '', ...totals.map(({faint}) => faint)]))
  console.log(row([`healthy, but accused (0)`, `of ${healthy}`, ...totals.map(({falseAlarms}) => falseAlarms)]))
  console.log(row([`healthy part blamed (0)`, `of ${guilty + healthy}`, ...totals.map(({wronged}) => wronged)]))
  const met = broken === 0 && totals.every(each => meetsTargets(each))
  console.log(met ? '\nThe targets are met.' : '\nThe targets are not met.')
  process.exitCode = met ? 0 : 1
} else {
  process.exitCode = broken === 0 ? 0 : 1
}
