// The largest of many numbers, met one after the other: memory for those that are kept, and none for the others.

export class TopList {
  readonly #top: number
  #indexes: number[] = []
  #sizes: number[] = []
  /** What is not larger can't be among the largest any more. */
  #least = 0

  /** `top`: how many are kept; 0 = all. Sizes of 0 are never kept. */
  constructor(top: number) {
    this.#top = top
  }

  offer(index: number, size: number): void {
    if (size <= this.#least) return
    this.#indexes.push(index)
    this.#sizes.push(size)
    // Sorted now and then, so that an entry costs as much as in a sort of twice the list.
    if (this.#top > 0 && this.#indexes.length >= Math.max(64, this.#top * 2)) this.#cut()
  }

  /** Largest first, ties in the order of the indexes. */
  indexes(): readonly number[] {
    this.#cut()
    return this.#indexes
  }

  #cut(): void {
    const order = Array.from(this.#indexes.keys()).toSorted((a, b) => this.#sizes[b] - this.#sizes[a] || this.#indexes[a] - this.#indexes[b])
    const kept = this.#top === 0 ? order : order.slice(0, this.#top)
    const sizes = kept.map(at => this.#sizes[at])
    this.#indexes = kept.map(at => this.#indexes[at])
    this.#sizes = sizes
    if (this.#top > 0 && kept.length === this.#top) this.#least = sizes[kept.length - 1]
  }
}
