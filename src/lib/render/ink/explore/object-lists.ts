// Lists of objects, loaded as they are viewed. Pages are requested from the analysis when needed, one at a time and the
// newest request first, so that holding a key down does not wait for pages that have scrolled by.
import type {
  LinkedRow,
  ListQuery,
  ObjectFacts,
  ObjectPage,
  SitePage,
  SiteRow,
  SitesQuery,
} from '../../../analysis/browse/browse.js'
import type {Analysis} from '../../../analysis/session/open-analysis.js'

const PAGE_ROWS = 100
/** When this many are cached, all are dropped. A page takes about 15 kB. */
const PAGES_KEPT = 200

/** A list of objects, or of allocation sites. */
export type ListName =
  | {readonly of: 'objects'; readonly query: Omit<ListQuery, 'limit' | 'offset'>}
  | {readonly of: 'sites'; readonly query: Omit<SitesQuery, 'limit' | 'offset'>}

export type ObjectList = {
  /** null until the first page has arrived. */
  readonly total: number | null
  /** Everything that matches; more than `total` if only the largest are listed. */
  readonly matches: number | null
  row(index: number): LinkedRow | SiteRow | null
}

type Request = {readonly key: string; ask(): Promise<void>}

export class ObjectLists {
  readonly #pages = new Map<string, ObjectPage | SitePage>()
  readonly #totals = new Map<string, {readonly total: number; readonly matches: number}>()
  readonly #facts = new Map<string, ObjectFacts | null>()
  readonly #requests = new Map<string, Request>()
  /** The request in progress; '' between two, null if there is none. */
  #asked: string | null = null

  constructor(
    readonly analysis: Pick<Analysis, 'ask'>,
    /** Called when an answer arrives. */
    readonly onChange: () => void,
    readonly onError: (error: unknown) => void,
  ) {}

  /** The known rows from first to last. Requests the others. */
  list(name: ListName, first: number, last: number): ObjectList {
    const key = JSON.stringify(name)
    const {matches = null, total = null} = this.#totals.get(key) ?? {}
    const lastPage = Math.floor(Math.min(last, (total ?? 1) - 1) / PAGE_ROWS)
    for (let page = Math.floor(first / PAGE_ROWS); page <= Math.max(0, lastPage); page++) {
      if (!this.#pages.has(`${page} ${key}`))
        this.#want({ask: () => this.#askPage(name, key, page), key: `${page} ${key}`})
    }

    return {
      matches,
      row: index => this.#pages.get(`${Math.floor(index / PAGE_ROWS)} ${key}`)?.rows[index % PAGE_ROWS] ?? null,
      total,
    }
  }

  /** undefined until known; null if there is no such object. */
  facts(address: string): ObjectFacts | null | undefined {
    if (!this.#facts.has(address)) this.#want({ask: () => this.#askFacts(address), key: address})
    return this.#facts.get(address)
  }

  async #askPage(name: ListName, key: string, page: number): Promise<void> {
    const part = {limit: PAGE_ROWS, offset: page * PAGE_ROWS}
    const answer =
      name.of === 'objects'
        ? await this.analysis.ask('objects', {...name.query, ...part})
        : await this.analysis.ask('sites', {...name.query, ...part})
    if (this.#pages.size >= PAGES_KEPT) this.#pages.clear()
    this.#pages.set(`${page} ${key}`, answer)
    this.#totals.set(key, {matches: 'matches' in answer ? answer.matches : answer.total, total: answer.total})
  }

  async #askFacts(address: string): Promise<void> {
    this.#facts.set(address, await this.analysis.ask('object', {address}))
  }

  #want(request: Request): void {
    if (request.key === this.#asked) return
    // Deleted first, so that the newest request becomes the last.
    this.#requests.delete(request.key)
    this.#requests.set(request.key, request)
    if (this.#asked === null) void this.#grant()
  }

  async #grant(): Promise<void> {
    try {
      for (
        let request = [...this.#requests.values()].at(-1);
        request !== undefined;
        request = [...this.#requests.values()].at(-1)
      ) {
        // The screen repeats older requests if they still matter.
        this.#requests.clear()
        this.#asked = request.key
        await request.ask()
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
