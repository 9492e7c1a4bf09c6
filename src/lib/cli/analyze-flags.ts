// What heapdump:analyze can be asked for.
import {Errors, Flags} from '@oclif/core'
import {SECTIONS} from '../analysis/report/sections.js'
import {failOnFlag} from './flags.js'
import {TOP_IN_JSON, TOP_OF_SECTION, TOP_ON_SCREEN} from './plan-analysis.js'

const generationFlag = Flags.custom<number | null>({
  helpValue: 'N|nil',
  async parse(text) {
    if (text === 'nil') return null
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new Errors.CLIError(`--generation ${text}: write a number, or nil for objects that were not traced.`, {
      exit: 2,
    })
  },
})

export const ANALYZE_FLAGS = {
  class: Flags.string({description: 'only instances of this class', helpValue: 'NAME'}),
  cache: Flags.boolean({
    allowNo: true,
    default: true,
    description: 'take the report of a dump that was analyzed before from the cache, and keep it there',
  }),
  'clear-cache': Flags.boolean({
    description: 'forget the reports of all dumps that were analyzed, and do nothing else',
  }),
  'fail-on': failOnFlag({
    description: 'exit 3 if there is a suspect of this severity or a higher one, or one that retains this much (50MB)',
  }),
  force: Flags.boolean({char: 'f', dependsOn: ['html'], description: 'write over a file that is there'}),
  format: Flags.string({
    default: 'text',
    description: 'markdown: for a pull request; json: the same as --json',
    options: ['text', 'markdown', 'json'],
  }),
  generation: generationFlag({description: 'only objects allocated in this generation (nil: not traced)'}),
  html: Flags.string({
    description: 'write a report to share, one file that a browser opens without network',
    helpValue: 'FILE',
  }),
  section: Flags.option({
    delimiter: ',',
    description: 'only these parts of the report, as in sites,gems',
    multiple: true,
    options: SECTIONS,
  })(),
  'show-values': Flags.boolean({
    description: 'show texts of strings, which may be secrets, with --verbose, --html and --format markdown',
  }),
  site: Flags.string({description: 'only objects allocated at this line of code', helpValue: 'FILE:LINE'}),
  verbose: Flags.boolean({description: 'all evidence, and the tables'}),
  top: Flags.integer({
    description: `rows a table, 0 = all (${TOP_ON_SCREEN}; of a section ${TOP_OF_SECTION}; with --json ${TOP_IN_JSON})`,
    min: 0,
  }),
}

/** `--format json` is `--json`: whether these arguments have it, as a flag. */
export function isFormatJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv : argv.slice(0, end)
  return flags.includes('--format=json') || flags.some((word, at) => word === 'json' && flags[at - 1] === '--format')
}
