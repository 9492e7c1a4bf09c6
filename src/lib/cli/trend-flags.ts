// The flags of heapdump:trend.
import {Flags} from '@oclif/core'
import {UserError} from '../errors.js'
import {HTML_FLAGS} from './html-flags.js'
import {topFlag} from './top-flag.js'

/** Dumps to download without --last. */
export const DUMPS_READ = 5

export const TREND_FLAGS = {
  ...HTML_FLAGS,
  by: Flags.option({
    description: 'compare releases, dynos or processes, by the summaries of analyzed dumps',
    options: ['release', 'dyno', 'process'] as const,
  })(),
  dyno: Flags.string({
    description: 'read the dumps of this dyno (default: that of the newest dump; with --by, all)',
    helpGroup: 'selection',
    helpValue: 'web.1',
  }),
  last: Flags.integer({
    description: `number of dumps, counted from the newest (default: ${DUMPS_READ}; with --by, 2000)`,
    helpGroup: 'selection',
    helpValue: 'N',
    min: 2,
  }),
  process: Flags.string({
    description: 'read the dumps of this process, named as in heapdump:list',
    helpGroup: 'selection',
    helpValue: '"puma worker 0"',
  }),
  summarize: Flags.boolean({
    dependsOn: ['by'],
    description: 'first download the dumps without a summary, and summarize them',
  }),
  top: {...topFlag(), helpGroup: 'output'},
  yes: Flags.boolean({char: 'y', dependsOn: ['summarize'], description: 'skip the confirmation prompt'}),
}

/** Throws UserError `wrong_use`. */
export function refuseReportOfSummaries({
  by,
  html,
}: {
  readonly by?: string | undefined
  readonly html?: string | undefined
}): void {
  if (by === undefined || html === undefined) return
  throw new UserError('--html does not go with --by.', {
    code: 'wrong_use',
    exit: 2,
    hint: '--by reads summaries, not dumps. Leave it out to write an HTML report.',
  })
}
