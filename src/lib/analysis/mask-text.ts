// Texts from an app's memory in what people pass on: how long they are and which ones are equal, never what they say.
import {createHash, randomBytes} from 'node:crypto'
import {formatCount} from '../units.js'

/**
 * `13 bytes #4f0c9a`. Equal texts look equal within one report only: the hash has a secret that is thrown away, since a plain hash of a
 * short password could be looked up.
 */
export function maskText(salt: Uint8Array = randomBytes(16)): (text: string) => string {
  return text => {
    const cut = text.endsWith('…') ? 'over ' : ''
    const length = Buffer.byteLength(text)
    const hash = createHash('sha256').update(salt).update(text).digest('hex').slice(0, 6)
    return `${cut}${formatCount(cut === '' ? length : length - 3)} ${length === 1 ? 'byte' : 'bytes'} #${hash}`
  }
}

