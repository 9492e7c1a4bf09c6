// The flags of heapdump:analyze.
import {Errors, Flags} from '@oclif/core'
import {SECTIONS} from '../analysis/report/sections.js'
import {UserError} from '../errors.js'
import {cacheFlag, failOnFlag} from './flags.js'
import {HTML_FLAGS} from './html-flags.js'
import {topFlag} from './top-flag.js'

const generationFlag = Flags.custom<number | null>({
  helpValue: 'N|nil',
  async parse(text) {
    if (text === 'nil') return null
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new Errors.CLIError(`--generation ${text}: write a number, or nil for untraced objects.`, {
      exit: 2,
    })
  },
})

/** Flags for the report of one dump. */
const NOT_WITH_SEVERAL = ['class', 'fail-on', 'format', 'generation', 'html', 'section', 'show-values', 'site']

export const ANALYZE_FLAGS = {
  ...HTML_FLAGS,
  class: Flags.string({description: 'only instances of this class', helpGroup: 'filter', helpValue: 'NAME'}),
  cache: {...cacheFlag, helpGroup: 'cache'},
  'clear-cache': Flags.boolean({description: 'delete all cached reports and heaps, and exit', helpGroup: 'cache'}),
  'fail-on': failOnFlag({
    description: 'exit with 3 if a suspect has at least this severity, or retains at least this size',
    helpGroup: 'output',
  }),
  format: Flags.string({
    default: 'text',
    description: 'output format; markdown suits a pull request, json is the same as --json',
    helpGroup: 'output',
    options: ['text', 'markdown', 'json'],
  }),
  generation: generationFlag({
    description: 'only objects allocated in this generation; nil for untraced objects',
    helpGroup: 'filter',
  }),
  processes: Flags.boolean({
    description: 'compare all processes that were dumped together with this one',
    helpGroup: 'filter',
  }),
  section: Flags.option({
    delimiter: ',',
    description: `docs/glossary.md explains the terms. Sections: ${SECTIONS.join(', ')}.`,
    helpGroup: 'filter',
    helpValue: 'NAME',
    multiple: true,
    options: SECTIONS,
    summary: 'show only these sections of the report, for example sites,gems',
  })(),
  'show-values': Flags.boolean({
    description: 'show string contents, which may be secret (with --verbose, --html or --format markdown)',
    helpGroup: 'output',
  }),
  site: Flags.string({
    description: 'only objects allocated at this line of code',
    helpGroup: 'filter',
    helpValue: 'FILE:LINE',
  }),
  verbose: Flags.boolean({description: 'show all evidence and all tables', helpGroup: 'output'}),
  top: {...topFlag({hasSections: true}), helpGroup: 'output'},
}

/** Whether these arguments contain `--format json`, which means `--json`. */
export function isFormatJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const flags = end === -1 ? argv : argv.slice(0, end)
  return flags.includes('--format=json') || flags.some((word, at) => word === 'json' && flags[at - 1] === '--format')
}

/** `given`: the words of the command line. Throws UserError `wrong_use`. */
export function refuseWithSeveral(given: ReadonlyArray<{readonly type: string; readonly flag?: string}>): void {
  const wrong = NOT_WITH_SEVERAL.filter(name => given.some(({flag}) => flag === name))
  if (wrong.length === 0) return
  throw new UserError(`--${wrong.join(', --')} ${wrong.length === 1 ? 'is' : 'are'} for a single dump.`, {
    code: 'wrong_use',
    exit: 2,
    hint: 'Several dumps are compared in one table, owner by process.',
  })
}
