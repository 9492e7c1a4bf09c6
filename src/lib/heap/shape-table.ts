// The shape tree of Ruby 3.2 and later: walking from an object's shape to the root collects the names of its instance
// variables.

import {MOST_TEXTS, TextTable} from './text-table.js'

/** Ruby's own limit is half of this. */
const MOST_SHAPES = MOST_TEXTS
/**
 * Steps from a shape to the root. Since 3.3, Ruby gives an object with more than 80 variables no shape; but a file may
 * chain a million of them, and have an object for each.
 */
const MOST_STEPS = 1000
/** The number of names cached for further objects of a shape. */
const MOST_REMEMBERED = 1 << 20

/** A table as plain texts and a column: id, parent (-1 for none) and name (-1 for none) of each shape. */
export type ShapeColumns = {readonly names: readonly string[]; readonly shapes: Int32Array}

export class ShapeTable {
  readonly #parents = new Map<number, number>()
  readonly #names: TextTable
  readonly #edgeNames = new Map<number, number>()
  /** A cache: many objects share a shape. */
  readonly #variables = new Map<number, readonly string[]>()
  #remembered = 0

  #isFull = false

  constructor(names = new TextTable()) {
    this.#names = names
  }

  /** Restores a table from its `columns`. */
  static of({names, shapes}: ShapeColumns): ShapeTable {
    const table = new ShapeTable(TextTable.of(names))
    for (let at = 0; at < shapes.length; at += 3) {
      table.#parents.set(shapes[at], shapes[at + 1])
      if (shapes[at + 2] !== -1) table.#edgeNames.set(shapes[at], shapes[at + 2])
    }

    return table
  }

  get columns(): ShapeColumns {
    const shapes = new Int32Array(this.#parents.size * 3)
    let at = 0
    for (const [id, parent] of this.#parents) {
      shapes.set([id, parent, this.#edgeNames.get(id) ?? -1], at)
      at += 3
    }

    return {names: this.#names.all, shapes}
  }

  get size(): number {
    return this.#parents.size
  }

  /** Whether the limit of shapes or names was reached. */
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

  /**
   * Instance variables in the order in which they were set: `['@pool', '@cache']`; none if there are too many steps.
   */
  variables(id: number): readonly string[] {
    let names = this.#variables.get(id)
    if (names === undefined) {
      names = this.#collect(id)
      if (this.#remembered > MOST_REMEMBERED) {
        this.#variables.clear()
        this.#remembered = 0
      }

      this.#variables.set(id, names)
      this.#remembered += names.length
    }

    return names
  }

  #collect(id: number): readonly string[] {
    const names: string[] = []
    const seen = new Set<number>()
    for (let at: number | undefined = id; at !== undefined && at !== -1 && !seen.has(at); at = this.#parents.get(at)) {
      if (seen.size === MOST_STEPS) return []
      seen.add(at)
      const edgeName = this.#edgeNames.get(at)
      const name = edgeName === undefined ? '' : this.#names.text(edgeName)
      if (name.startsWith('@')) names.push(name)
    }

    return names.toReversed()
  }
}
