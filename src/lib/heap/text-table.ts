// Texts that repeat in nearly every record (paths, methods, class and struct names), stored once with a small id. A
// dump with a different text for each object would fill V8's heap, so their number and length are limited, and one
// entry stands for all texts beyond that.

/** Stands for everything beyond a limit. */
export const OTHER = '(other)'
/** The largest apps have about 100,000, of 60 characters each. */
export const MOST_TEXTS = 1 << 20
const MOST_CHARACTERS = 1 << 26
/** Ruby prints no longer path. Searching, measuring and cutting longer texts would take arbitrarily long. */
export const LONGEST_TEXT = 1 << 12

export class TextTable {
  readonly #texts: string[] = []
  readonly #ids = new Map<string, number>()
  #characters = 0
  #isFull = false

  /** Restores a table from its `all`. */
  static of(texts: readonly string[]): TextTable {
    const table = new TextTable()
    for (const text of texts) table.#add(text)
    return table
  }

  get size(): number {
    return this.#texts.length
  }

  /** By id. */
  get all(): readonly string[] {
    return this.#texts
  }

  /** Whether a limit was reached. */
  get isFull(): boolean {
    return this.#isFull
  }

  idOfText(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const isOver = this.#texts.length >= MOST_TEXTS || this.#characters + text.length > MOST_CHARACTERS
    if (isOver || text.length > LONGEST_TEXT) {
      this.#isFull = true
      return this.#ids.get(OTHER) ?? this.#add(OTHER)
    }

    this.#characters += text.length
    return this.#add(text)
  }

  /** The id of a text; -1 if it is unknown. */
  find(text: string): number {
    return this.#ids.get(text) ?? -1
  }

  text(id: number): string {
    return this.#texts[id]
  }

  #add(text: string): number {
    const id = this.#texts.length
    this.#texts.push(text)
    this.#ids.set(text, id)
    return id
  }
}
