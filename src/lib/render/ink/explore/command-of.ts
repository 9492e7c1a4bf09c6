// The command that explains what a row shows.
import {commandText, herokuCommand} from '../../../command-line.js'
import type {DumpOnCommandLine} from '../../next-after.js'
import {formatSite} from '../../site-label.js'
import type {Target} from './state.js'

/** null: there is none, or it could not be pasted. */
export function commandOf(target: Target | null, {name, target: flags}: DumpOnCommandLine): string | null {
  const what = target === null ? null : subjectOf(target)
  return what === null ? null : commandText(herokuCommand('heapdump:explain', [name], flags, [what]))
}

function subjectOf(target: Target): string | null {
  if (target.kind === 'object') return target.address
  if (target.kind === 'suspect') return null
  const {source} = target
  switch (source.kind) {
    case 'all':
      return null
    case 'class':
      return source.name
    case 'part':
      return source.className
    case 'site':
      return formatSite(source.file, source.line)
  }
}
