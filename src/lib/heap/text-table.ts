// Texts that repeat in nearly every record (paths, methods, class and struct names), kept once and known by a small id. Bytes
// that decode to the same text get the same id, however they were written (escaped or not).
import {HashIndex} from './hash-index.js'

export class TextTable {
  readonly #texts: string[] = []
  readonly #idByText = new Map<string, number>()
  readonly #idByKey: number[] = []
  readonly #keys = new HashIndex(256)

  get size(): number {
    return this.#texts.length
  }

  /** The id of a text known by its hash; `decode` is called the first time these bytes are seen. */
  idOfHash(low: number, high: number, decode: () => string): number {
    const key = this.#keys.idOf(low, high)
    if (key < this.#idByKey.length) return this.#idByKey[key]
    const id = this.idOfText(decode())
    this.#idByKey.push(id)
    return id
  }

  /** The id of the bytes' hash, or -1: then `learn` must be called with the same hash. Spares the hot path a closure. */
  find(low: number, high: number): number {
    const key = this.#keys.idOf(low, high)
    return key < this.#idByKey.length ? this.#idByKey[key] : -1
  }

  /** Gives the text to a hash that `find` has just not known. */
  learn(text: string): number {
    const id = this.idOfText(text)
    this.#idByKey.push(id)
    return id
  }

  idOfText(text: string): number {
    const known = this.#idByText.get(text)
    if (known !== undefined) return known
    const id = this.#texts.length
    this.#texts.push(text)
    this.#idByText.set(text, id)
    return id
  }

  text(id: number): string {
    return this.#texts[id]
  }
}
