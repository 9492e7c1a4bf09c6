// Writes the numbers in src/wasm/words.ts. The scanner compares several letters at once: the comment behind each
// constant has its letters, and the number is these letters in little-endian order, in as many bytes as the type has.
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

export const WORDS = fileURLToPath(new URL('../src/wasm/words.ts', import.meta.url))

const CONSTANT = /^(export const \w+: u(16|32|64) = )\w+ \/\/ (.*)$/gm

/** The file's text, with each constant's number computed from its letters. */
export function withNumbers(text) {
  return text.replaceAll(CONSTANT, (_, start, bits, letters) => {
    const bytes = Buffer.from(letters)
    if (bytes.length > bits / 8) throw new Error(`${letters} does not fit into ${bits} bits.`)
    const number = [...bytes].reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n)
    const digits = number.toString(16).padStart(bits / 4, '0')
    return `${start}0x${digits} // ${letters}`
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(WORDS, withNumbers(readFileSync(WORDS, 'utf8')))
}
