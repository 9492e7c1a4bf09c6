import {isAgentFile, isAgentName} from '../objects/agent-objects.js'

/** The owner of what no root holds. */
export const GARBAGE = '(garbage)'

/** The rows of what an owner holds: garbage is not the app's growth. */
export function withoutGarbage<Row extends {readonly owner: string}>(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({owner}) => owner !== GARBAGE)
}

type GrownRow = {
  readonly className: string
  readonly file: string | null
  readonly owner: string
  readonly role: string
}

/** The rows of objects that the app keeps: no garbage, not the allocation tracer's, not the agent's. */
export function keptByApp<Row extends GrownRow>(rows: readonly Row[]): readonly Row[] {
  return withoutGarbage(rows).filter(
    ({className, file, owner, role}) =>
      role !== 'tracer' && !isAgentName(className) && !isAgentName(owner) && (file === null || !isAgentFile(file)),
  )
}

/** The first rows that the app keeps, and the first others: `top` of each, in their order. */
export function takeTopOfBoth<Row extends GrownRow>(rows: readonly Row[], top: number): readonly Row[] {
  if (top === 0) return rows
  const kept = keptByApp(rows)
  const isKept = new Set(kept)
  const shown = new Set([...kept.slice(0, top), ...rows.filter(row => !isKept.has(row)).slice(0, top)])
  return rows.filter(row => shown.has(row))
}
