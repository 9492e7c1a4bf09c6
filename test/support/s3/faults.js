// What can go wrong on the way to a bucket, made to go wrong on demand.

/**
 * @typedef {object} Fault
 * @property {string} [operation] `GetObject`, `UploadPart` …; any when absent
 * @property {string} [method] `GET`, `PUT` …; any when absent
 * @property {string | RegExp} [key] of the object; any when absent
 * @property {number} [times] how often it strikes; 1 when absent, Infinity for always
 * @property {number} [skip] how many matching requests pass unharmed before it strikes
 * @property {number} [status] answered in place of the real answer
 * @property {string} [code] S3's code for it: `SlowDown`
 * @property {string} [message]
 * @property {Record<string, string>} [headers] of that answer
 * @property {Record<string, string>} [fields] elements of its XML: `{Endpoint: …}`
 * @property {number} [resetAfterBytes] the connection is reset after so many bytes: of the answer's body for a read, of the
 *   request's body for a write
 * @property {number} [stallAfterBytes] the answer's body stops there, the connection stays open
 * @property {(bytes: Buffer) => Buffer} [corrupt] the answer's body is changed on its way
 * @property {Record<string, string>} [answerHeaders] in place of those of the real answer
 * @property {boolean} [withoutLength] the answer does not say how long it is
 * @property {number} [delayMs] before the answer
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
   * The fault that strikes this request, counted down.
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
