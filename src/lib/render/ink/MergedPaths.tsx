// Merged paths to root as a tree. The number on the right says how many objects a step leads to.
import type {MergedStep} from '../../analysis/objects/merged-paths.js'
import {formatCount} from '../../units.js'
import {Tree, type TreeLine} from './Tree.js'
import {isModuleRole} from '../../analysis/objects/roles.js'

type Props = {readonly paths: readonly MergedStep[]; readonly width: number}

/** Most lines in the tree. Paths to few objects are left out first. */
const TREE_LINES = 24

export function MergedPaths({paths, width}: Props) {
  return <Tree lines={mergedLines(paths)} width={width} />
}

/** Follows every path that leads to many objects. Paths to fewer are only counted, so that the tree fits its lines. */
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
    more: {readonly paths: number; readonly leadsTo: number},
  ) => {
    const shown = steps.filter(step => step.leadsTo >= least)
    const hidden = steps.filter(step => step.leadsTo < least)
    const hiddenPaths = more.paths + hidden.length
    const leadsTo = more.leadsTo + hidden.reduce((sum, step) => sum + step.leadsTo, 0)
    shown.forEach((step, at) => {
      const label = step.objects === 1 ? step.label : `${formatCount(step.objects)} × ${step.label}`
      lines.push({
        bold: step.found > 0,
        depth,
        label: depth === 0 ? `${step.reference ?? 'ROOT'} → ${label}` : label,
        last: at === shown.length - 1 && hiddenPaths === 0,
        note: step.address !== null && !isModuleRole(step.role) ? step.address : '',
        reference: depth === 0 ? null : step.reference,
        right: formatCount(step.leadsTo),
      })
      visit(step.next, depth + 1, {leadsTo: step.moreLeadTo, paths: step.moreWays})
    })
    if (hiddenPaths > 0)
      lines.push({
        depth,
        dim: true,
        label: `${formatCount(hiddenPaths)} more ${hiddenPaths === 1 ? 'path' : 'paths'}`,
        right: formatCount(leadsTo),
      })
  }

  visit(paths, 0, {leadsTo: 0, paths: 0})
  return lines
}
