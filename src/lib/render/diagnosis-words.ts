// What the page of a diagnosis says about the outcome, the speed, the quota and the cost.
import type {DiagnosisCost, DiagnosisDocument} from '../analysis/diagnosis/document.js'
import type {Speed} from '../analysis/diagnosis/speed.js'
import {timeLeft} from '../analysis/history/history-in-words.js'
import {formatBytes, formatDuration, formatPause, formatQuota, formatShare, formatSigned} from '../units.js'

type Verdict = DiagnosisDocument['verdict']

const SURE: Readonly<Record<Verdict['outcome'], string>> = {
  healthy: 'Healthy',
  leak: 'A leak',
  'levels-off': 'No leak: it levels off',
  native: 'A native leak: not in Ruby objects',
  unclear: 'Cannot tell yet',
  waste: 'No leak: waste',
}
const UNSURE: Readonly<Partial<Record<Verdict['outcome'], string>>> = {
  leak: 'Probably a leak',
  'levels-off': 'Probably no leak: it levels off',
  native: 'Probably a native leak: not in Ruby objects',
}

export function headOf({outcome, sure}: Verdict): string {
  return (sure ? undefined : UNSURE[outcome]) ?? SURE[outcome]
}

/** null: nothing is known, or nothing grew. */
export function speedInWords({culprit, speed}: Pick<DiagnosisDocument, 'culprit' | 'speed'>): string | null {
  const {culpritBytes, measuredBy, perHour, processBytes, seconds} = speed
  const changes = [
    culprit === null || culpritBytes === null ? null : `${culprit.owner} ${formatSigned(culpritBytes)}`,
    processBytes === null ? null : `the process ${formatSigned(processBytes)}`,
  ].filter(change => change !== null)
  const between =
    changes.length === 0 || seconds === null ? [] : [`In ${formatDuration(seconds)}: ${changes.join(', ')}.`]
  const rate =
    perHour === null
      ? []
      : [
          measuredBy === 'line'
            ? `The process grows ${formatBytes(perHour)} an hour, by its recorded memory.`
            : `That is ${formatBytes(perHour)} an hour.`,
        ]
  return between.length + rate.length === 0 ? null : [...between, ...rate].join(' ')
}

/** null: no limit is known. */
export function quotaInWords(speed: Speed): string | null {
  const {quotaBytes, quotaReachedBetweenSeconds: between, quotaReachedInSeconds: left, usedBytes} = speed
  if (quotaBytes === null) return null
  const used =
    usedBytes === null
      ? ''
      : ` The dyno uses ${formatQuota(usedBytes).replace(' MB', '')} of ${formatQuota(quotaBytes)}` +
        ` (${formatShare(usedBytes / quotaBytes)}).`
  if (left === null) return used === '' ? null : used.trim()
  return left === 0 ? `Reached.${used}` : `${formatQuota(quotaBytes)} is reached ${timeLeft(left, between)}.${used}`
}

export function costInWords({lostSeconds, pausesMs, tracedSeconds}: DiagnosisCost): string {
  const pauses =
    pausesMs.length === 0
      ? 'No pause is known.'
      : `${pausesMs.length === 1 ? 'One dump paused' : `${pausesMs.length} dumps paused`} the process for ` +
        `${pausesMs.map(formatPause).join(' and ')}.`
  if (tracedSeconds === 0) return `${pauses} Nothing was traced.`
  const lost = lostSeconds > 0 ? `, about ${formatDuration(lostSeconds)} of work lost` : ''
  return `${pauses} It was traced for ${formatDuration(tracedSeconds)}, at about a third of its speed${lost}.`
}
