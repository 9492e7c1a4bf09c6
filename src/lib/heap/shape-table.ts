// The shape tree of Ruby 3.2 and later: walking from an object's shape to the root collects the names of its instance variables.

export class ShapeTable {
  readonly #parents = new Map<number, number>()
  readonly #edgeNames = new Map<number, string>()
  /** Many objects have one shape. */
  readonly #variables = new Map<number, readonly string[]>()

  get size(): number {
    return this.#parents.size
  }

  add(id: number, parentId: number | null, edgeName: string | null): void {
    this.#parents.set(id, parentId ?? -1)
    if (edgeName !== null) this.#edgeNames.set(id, edgeName)
  }

  /** Instance variables in the order in which they were set: `['@pool', '@cache']`. */
  variables(id: number): readonly string[] {
    const known = this.#variables.get(id)
    if (known !== undefined) return known
    const names: string[] = []
    const seen = new Set<number>()
    for (let at: number | undefined = id; at !== undefined && at !== -1 && !seen.has(at); at = this.#parents.get(at)) {
      seen.add(at)
      const name = this.#edgeNames.get(at)
      if (name?.startsWith('@')) names.push(name)
    }

    names.reverse()
    this.#variables.set(id, names)
    return names
  }
}
