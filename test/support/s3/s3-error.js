// An S3 error response: a status, a code for scripts, a message, and fields that depend on the code.

export class S3Error extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {{fields?: Record<string, string | number>, headers?: Record<string, string>}} [details]
   */
  constructor(status, code, message, details = {}) {
    super(message)
    this.name = 'S3Error'
    this.status = status
    this.code = code
    this.fields = details.fields ?? {}
    this.headers = details.headers ?? {}
  }
}
