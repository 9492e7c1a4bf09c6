// The shape tree of Ruby 3.2 and later: walking from an object's shape to the root collects the names of its instance variables.

import {MOST_TEXTS, TextTable} from './text-table.js'

/** Ruby's own limit is half of it. */
const MOST_SHAPES = MOST_TEXTS

export class ShapeTable {
  readonly #parents = new Map<number, number>()
  readonly #names = new TextTable()
  readonly #edgeNames = new Map<number, number>()
  /** Many objects have one shape. */
  readonly #variables = new Map<number, readonly string[]>()

  #isFull = false

  get size(): number {
    return this.#parents.size
  }

  /** Whether there were more shapes, or names, than are told apart. */
  get isFull(): boolean {
    return this.#isFull || this.#names.isFull
  }

  add(id: number, parentId: number | null, edgeName: string | null): void {
    if (this.#parents.size >= MOST_SHAPES) {
      this.#isFull = true
      return
    }

    this.#parents.set(id, parentId ?? -1)
    if (edgeName !== null) this.#edgeNames.set(id, this.#names.idOfText(edgeName))
  }

  /** Instance variables in the order in which they were set: `['@pool', '@cache']`. */
  variables(id: number): readonly string[] {
    const known = this.#variables.get(id)
    if (known !== undefined) return known
    const names: string[] = []
    const seen = new Set<number>()
    for (let at: number | undefined = id; at !== undefined && at !== -1 && !seen.has(at); at = this.#parents.get(at)) {
      seen.add(at)
      const edgeName = this.#edgeNames.get(at)
      const name = edgeName === undefined ? '' : this.#names.text(edgeName)
      if (name.startsWith('@')) names.push(name)
    }

    names.reverse()
    this.#variables.set(id, names)
    return names
  }
}
