// Growth between two dumps as a rate.
import {formatBytes} from '../../units.js'

/** Growth of a shorter time says nothing about an hour: five minutes. */
export const LEAST_HOURS = 1 / 12

/** `520 kB an hour`; null: the time is unknown or too short. */
export function rateInWords(bytes: number, hours: number | null): string | null {
  return hours === null || hours < LEAST_HOURS ? null : `${formatBytes(bytes / hours)} an hour`
}
