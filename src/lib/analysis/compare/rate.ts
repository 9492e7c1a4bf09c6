// Growth between two dumps as a rate.
import {formatBytes} from '../../units.js'

/** Growth of a shorter time says nothing about an hour: five minutes. */
export const LEAST_HOURS = 1 / 12

/** Bytes an hour; null: the time is unknown or too short. */
export function rateOf(bytes: number, hours: number | null): number | null {
  return hours === null || hours < LEAST_HOURS ? null : bytes / hours
}

/** `520 kB an hour`; null: the time is unknown or too short. */
export function rateInWords(bytes: number, hours: number | null): string | null {
  const rate = rateOf(bytes, hours)
  return rate === null ? null : `${formatBytes(rate)} an hour`
}
