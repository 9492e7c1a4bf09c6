// Merged paths as a tree: at the right edge how many objects each step leads to.
import type {MergedStep} from '../../analysis/objects/merged-paths.js'
import {formatCount} from '../../units.js'
import {Tree, type TreeLine} from './Tree.js'
import {isModuleRole} from '../../analysis/objects/roles.js'

type Props = {readonly paths: readonly MergedStep[]; readonly width: number}

/** Lines of the tree; ways that few objects come by are left out first. */
const TREE_LINES = 24

export function MergedPaths({paths, width}: Props) {
  return <Tree lines={mergedLines(paths)} width={width} />
}

/** Down every way that many come by; below a share that would need more lines than there are, ways are only counted. */
function mergedLines(paths: readonly MergedStep[]): TreeLine[] {
  const most = Math.max(0, ...paths.map(step => step.leadsTo))
  let least = 1
  let lines = linesFrom(paths, least)
  while (lines.length > TREE_LINES && least < most) {
    least = Math.min(most, least * 2)
    lines = linesFrom(paths, least)
  }

  return lines
}

function linesFrom(paths: readonly MergedStep[], least: number): TreeLine[] {
  const lines: TreeLine[] = []
  const visit = (
    steps: readonly MergedStep[],
    depth: number,
    more: {readonly ways: number; readonly leadsTo: number},
  ) => {
    const shown = steps.filter(step => step.leadsTo >= least)
    const hidden = steps.filter(step => step.leadsTo < least)
    const ways = more.ways + hidden.length
    const leadsTo = more.leadsTo + hidden.reduce((sum, step) => sum + step.leadsTo, 0)
    shown.forEach((step, at) => {
      const label = step.objects === 1 ? step.label : `${formatCount(step.objects)} × ${step.label}`
      lines.push({
        bold: step.found > 0,
        depth,
        label: depth === 0 ? `${step.reference ?? 'ROOT'} → ${label}` : label,
        last: at === shown.length - 1 && ways === 0,
        note: step.address !== null && !isModuleRole(step.role) ? step.address : '',
        reference: depth === 0 ? null : step.reference,
        right: formatCount(step.leadsTo),
      })
      visit(step.next, depth + 1, {leadsTo: step.moreLeadTo, ways: step.moreWays})
    })
    if (ways > 0)
      lines.push({
        depth,
        dim: true,
        label: `${formatCount(ways)} more ${ways === 1 ? 'way' : 'ways'}`,
        right: formatCount(leadsTo),
      })
  }

  visit(paths, 0, {leadsTo: 0, ways: 0})
  return lines
}
