// Lists of objects as far as they are looked at: pages are asked of the analysis when they are wanted, one question at a time, and the
// newest wish first: who holds a key down does not wait for the pages that went by.
import type {ListSource, ObjectFacts, ObjectPage, LinkedRow} from '../../../analysis/browse/browse.js'
import type {Analysis} from '../../../analysis/session/open-analysis.js'

const PAGE_ROWS = 100
/** Kept before all are forgotten: a page is some 15 kB. */
const PAGES_KEPT = 200

export type ObjectList = {
  /** null until the first page is there. */
  readonly total: number | null
  row(index: number): LinkedRow | null
}

type Wish = {readonly key: string; ask(): Promise<void>}

export class ObjectLists {
  readonly #pages = new Map<string, ObjectPage>()
  readonly #totals = new Map<string, number>()
  readonly #facts = new Map<string, ObjectFacts | null>()
  readonly #wishes = new Map<string, Wish>()
  /** The wish on its way; '' between two, null when nobody waits. */
  #asked: string | null = null

  constructor(
    readonly analysis: Pick<Analysis, 'ask'>,
    /** Something arrived. */
    readonly onChange: () => void,
    readonly onError: (error: unknown) => void,
  ) {}

  /** What is known of rows first … last; the rest is asked for. */
  list(source: ListSource, filter: string, first: number, last: number): ObjectList {
    const key = JSON.stringify([source, filter])
    const total = this.#totals.get(key) ?? null
    const lastPage = Math.floor(Math.min(last, (total ?? 1) - 1) / PAGE_ROWS)
    for (let page = Math.floor(first / PAGE_ROWS); page <= Math.max(0, lastPage); page++) {
      if (!this.#pages.has(`${page} ${key}`))
        this.#want({ask: () => this.#askPage(source, filter, key, page), key: `${page} ${key}`})
    }

    return {
      row: index => this.#pages.get(`${Math.floor(index / PAGE_ROWS)} ${key}`)?.rows[index % PAGE_ROWS] ?? null,
      total,
    }
  }

  /** undefined until it is known; null if there is no such object. */
  facts(address: string): ObjectFacts | null | undefined {
    if (!this.#facts.has(address)) this.#want({ask: () => this.#askFacts(address), key: address})
    return this.#facts.get(address)
  }

  async #askPage(source: ListSource, filter: string, key: string, page: number): Promise<void> {
    const answer = await this.analysis.ask('objects', {filter, limit: PAGE_ROWS, offset: page * PAGE_ROWS, source})
    if (this.#pages.size >= PAGES_KEPT) this.#pages.clear()
    this.#pages.set(`${page} ${key}`, answer)
    this.#totals.set(key, answer.total)
  }

  async #askFacts(address: string): Promise<void> {
    this.#facts.set(address, await this.analysis.ask('object', {address}))
  }

  #want(wish: Wish): void {
    if (wish.key === this.#asked) return
    // Set again, so that the newest wish is the last.
    this.#wishes.delete(wish.key)
    this.#wishes.set(wish.key, wish)
    if (this.#asked === null) void this.#grant()
  }

  async #grant(): Promise<void> {
    try {
      for (let wish = [...this.#wishes.values()].at(-1); wish !== undefined; wish = [...this.#wishes.values()].at(-1)) {
        // What was wished before is wished again by the screen if it still matters.
        this.#wishes.clear()
        this.#asked = wish.key
        await wish.ask()
        this.#asked = ''
        this.onChange()
      }
    } catch (error) {
      this.onError(error)
    } finally {
      this.#asked = null
    }
  }
}
