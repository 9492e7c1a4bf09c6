// Masks an app's strings in reports that people share: shows how long they are and which ones are equal, never their
// contents.
import {createHash, randomBytes} from 'node:crypto'
import {formatCount} from '../../units.js'

/** `bytes`: its length in the app. `value` may be cut, or a hash or a number that stands for it. */
export type MaskedText = {readonly value: string; readonly bytes: number}

/**
 * `13 bytes #4f0c9a`. Equal strings look equal within one report only: the salt is thrown away, since an unsalted hash
 * of a short password could be looked up.
 */
export function maskText(salt: Uint8Array = randomBytes(16)): (text: MaskedText) => string {
  return ({bytes, value}) =>
    `${lengthInWords(bytes)} #${createHash('sha256').update(salt).update(value).digest('hex').slice(0, 6)}`
}

export function lengthInWords(bytes: number): string {
  return `${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`
}

/** Whether it is what the agent writes instead of a string's contents (buildpack/agent/uploader/redactor.rb). */
export function isRedacted(value: string): boolean {
  return /^«[0-9a-f]{16}»$/.test(value)
}
