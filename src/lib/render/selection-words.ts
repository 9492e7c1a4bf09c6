// Says in one line which objects a report is limited to.
import type {Selection} from '../analysis/report/selection.js'
import {formatBytes, formatCount, formatObjects} from '../units.js'
import {formatSite} from './site-label.js'

export function selectionInWords({
  className,
  site,
  generation,
  objects,
  aliveObjects,
  aliveMemsize,
  retainedSize,
}: Selection): string {
  const only = [
    className === null ? null : className,
    site === null ? null : `at ${formatSite(site.file, site.line)}`,
    generation === undefined ? null : generation === null ? 'not traced' : `of generation ${generation}`,
  ]
  const garbage = objects === aliveObjects ? '' : `; ${formatCount(objects - aliveObjects)} more are garbage`
  return `Only ${only.filter(Boolean).join(', ')}: ${formatObjects(aliveObjects)}, ${formatBytes(aliveMemsize)}, retaining ${formatBytes(retainedSize)}${garbage}`
}
