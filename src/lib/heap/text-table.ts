// Texts that repeat in nearly every record (paths, methods, class and struct names), kept once and known by a small id. A dump that has
// a text of its own for each object would fill V8's heap: there is a limit, of texts and of their length, and all texts beyond it are one.

/** What stands for all that is beyond a limit. */
export const OTHER = '(other)'
/** The largest apps have some 100,000, of 60 characters each. */
export const MOST_TEXTS = 1 << 20
const MOST_CHARACTERS = 1 << 26
/** Ruby prints no longer path. What is longer would be searched, measured and cut for as long as somebody likes. */
export const LONGEST_TEXT = 1 << 12

export class TextTable {
  readonly #texts: string[] = []
  readonly #ids = new Map<string, number>()
  #characters = 0
  #isFull = false

  get size(): number {
    return this.#texts.length
  }

  /** Whether there were more texts, or longer ones, than are told apart. */
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

  /** The id of a text; -1 if it is not there. */
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
