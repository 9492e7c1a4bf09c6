// Injects the faults that can happen between a client and a bucket.

/**
 * @typedef {object} Fault
 * @property {string} [operation] `GetObject`, `UploadPart` …; absent: any
 * @property {string} [method] `GET`, `PUT` …; absent: any
 * @property {string | RegExp} [key] of the object; absent: any
 * @property {number} [times] how often it happens; default 1, Infinity for always
 * @property {number} [skip] how many matching requests succeed first
 * @property {number} [status] returned instead of the real response
 * @property {string} [code] S3's code for it: `SlowDown`
 * @property {string} [message]
 * @property {Record<string, string>} [headers] of that response
 * @property {Record<string, string>} [fields] elements of its XML: `{Endpoint: …}`
 * @property {number} [resetAfterBytes] resets the connection after that many bytes: of the response's body for a read,
 *   of the request's body for a write
 * @property {number} [stallAfterBytes] stops the response's body there, and keeps the connection open
 * @property {(bytes: Buffer) => Buffer} [corrupt] changes the response's body
 * @property {Record<string, string>} [answerHeaders] override those of the real response
 * @property {boolean} [withoutLength] omits the response's length
 * @property {number} [delayMs] before the response
 */

export class Faults {
  constructor() {
    /** @type {(Fault & {left: number, toSkip: number})[]} */
    this.pending = []
  }

  /** @param {Fault} fault */
  add(fault) {
    this.pending.push({...fault, left: fault.times ?? 1, toSkip: fault.skip ?? 0})
  }

  clear() {
    this.pending = []
  }

  /**
   * The fault for this request, whose count goes down.
   * @param {{operation: string, method: string, key: string}} request @returns {Fault | null}
   */
  take(request) {
    for (const fault of this.pending) {
      if (fault.left <= 0) continue
      if (fault.operation !== undefined && fault.operation !== request.operation) continue
      if (fault.method !== undefined && fault.method !== request.method) continue
      if (typeof fault.key === 'string' && fault.key !== request.key) continue
      if (fault.key instanceof RegExp && !fault.key.test(request.key)) continue
      if (fault.toSkip > 0) {
        fault.toSkip--
        continue
      }

      fault.left--
      return fault
    }

    return null
  }
}
