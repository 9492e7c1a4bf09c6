// Ids that people read aloud and type: Crockford's base 32 in lower case, which leaves out i, l, o and u.
import {randomInt} from 'node:crypto'

export const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

export function newRequestId(): string {
  return Array.from({length: 10}, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('')
}
