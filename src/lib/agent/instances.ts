// During a deploy or a restart, two dynos have the same name for a while. The one that started last is meant.
import type {AgentEvent, Instance} from '../protocol/messages.js'

export type Sender = Pick<AgentEvent, 'dyno'> & Instance

/** Identifies a dyno across its events. */
export function instanceOf({boot, dyno, host}: Sender): string {
  return JSON.stringify([dyno, host ?? null, boot ?? null])
}

/** Newest first. An agent that does not send its boot time is older than one that does. */
export function byAge(a: Sender, b: Sender): number {
  return (b.boot ?? 0) - (a.boot ?? 0) || (instanceOf(a) < instanceOf(b) ? 1 : -1)
}

/** Follows the newest of the dynos that answer a request. */
export class NewestInstance {
  #newest: Sender | null = null
  readonly #named = new Set<string>()

  /** `onOlder` is called once for each older dyno. */
  constructor(private readonly onOlder: (older: Sender) => void) {}

  /** `first`: the event is the first of the newest dyno so far. `older`: ignore it. */
  place(event: AgentEvent): 'first' | 'same' | 'older' {
    const current = this.#newest
    if (current !== null && instanceOf(event) === instanceOf(current) && event.type !== 'yielded') return 'same'
    if (event.type === 'yielded' || (current !== null && byAge(event, current) > 0)) {
      this.#name(event)
      return 'older'
    }

    if (current !== null) this.#name(current)
    this.#newest = event
    return 'first'
  }

  #name(older: Sender): void {
    if (this.#named.has(instanceOf(older))) return
    this.#named.add(instanceOf(older))
    this.onOlder(older)
  }
}
