// A cause of the process's size that is not an object: what a rule about the process finds.
import {formatBytes} from '../../../units.js'
import type {ProcessParts} from '../../tables/process-parts.js'
import type {Growth} from '../ages.js'
import type {Assessment, Finding} from '../finding.js'

export type Cause = Pick<Finding, 'advice' | 'evidence' | 'rule' | 'title'> & {
  readonly owner: string
  /** Bytes of the process that it explains. */
  readonly bytes: number
  /** What the advice gives back, at most; 0: unknown. Of several causes, the largest is named first. */
  readonly gain: number
  readonly assessment: Assessment
  readonly growth: Growth
  /** The bytes that were added lately, if it grows. */
  readonly grownBytes?: number
}

/** Less is not worth changing a setting for. */
const LEAST_BYTES = 30e6
const LEAST_SHARE = 0.15

/** Whether this much of the process is worth a finding. */
export function isMuch(bytes: number, {rssBytes}: Pick<ProcessParts, 'rssBytes'>): boolean {
  return bytes >= LEAST_BYTES && bytes >= rssBytes * LEAST_SHARE
}

/** A setting, and where to set it. */
export function setting(name: string, value: string): string {
  return `heroku config:set ${name}=${value}`
}

/** `at most 57 MB in each process` */
export function atMost(bytes: number): string {
  return `at most ${formatBytes(bytes)} in each process`
}
