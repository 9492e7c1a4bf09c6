// Which objects a report is limited to, in one line.
import type {Selection} from '../analysis/selection.js'
import {formatBytes, formatCount} from '../units.js'
import {formatSite} from './site-label.js'

export function selectionInWords({className, site, generation, objects, memsize, retainedSize}: Selection): string {
  const only = [
    className === null ? null : className,
    site === null ? null : `at ${formatSite(site.file, site.line)}`,
    generation === undefined ? null : generation === null ? 'not traced' : `of generation ${generation}`,
  ]
  return `Only ${only.filter(Boolean).join(', ')}: ${formatCount(objects)} objects, ${formatBytes(memsize)}, retaining ${formatBytes(retainedSize)}`
}
