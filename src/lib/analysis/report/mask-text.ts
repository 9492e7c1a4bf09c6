// Texts from an app's memory in what people pass on: how long they are and which ones are equal, never what they say.
import {createHash, randomBytes} from 'node:crypto'
import {formatCount} from '../../units.js'

/**
 * `bytes`: how long it is in the app. What a dump has of it may be cut, or a mark that the agent has put in its place.
 */
export type MaskedText = {readonly value: string; readonly bytes: number}

/**
 * `13 bytes #4f0c9a`. Equal texts look equal within one report only: the hash has a secret that is thrown away, since a plain hash of a
 * short password could be looked up.
 */
export function maskText(salt: Uint8Array = randomBytes(16)): (text: MaskedText) => string {
  return ({bytes, value}) =>
    `${lengthInWords(bytes)} #${createHash('sha256').update(salt).update(value).digest('hex').slice(0, 6)}`
}

export function lengthInWords(bytes: number): string {
  return `${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`
}

/** What the agent writes in place of a text (buildpack/agent/uploader/redactor.rb). */
export function isRedacted(value: string): boolean {
  return /^«[0-9a-f]{16}»$/.test(value)
}
