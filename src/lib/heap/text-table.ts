// Texts that repeat in nearly every record (paths, methods, class and struct names), kept once and known by a small id.

export class TextTable {
  readonly #texts: string[] = []
  readonly #ids = new Map<string, number>()

  get size(): number {
    return this.#texts.length
  }

  idOfText(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const id = this.#texts.length
    this.#texts.push(text)
    this.#ids.set(text, id)
    return id
  }

  /** The id of a text; -1 if it is not there. */
  find(text: string): number {
    return this.#ids.get(text) ?? -1
  }

  text(id: number): string {
    return this.#texts[id]
  }
}
