// S3's simple XML. Reads by tag name only, because XML requests are flat lists.

export const XML_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** @param {string | number | boolean} value @returns {string} */
export function escapeXml(value) {
  return (
    String(value)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // oxlint-disable-next-line no-control-regex -- a key may contain them, and XML cannot hold them unescaped
      .replaceAll(/[\u0000-\u0008\u000A-\u001F]/g, character => `&#x${character.codePointAt(0)?.toString(16)};`)
  )
}

/** @param {string} name @param {string | number | boolean} value @returns {string} */
export function element(name, value) {
  return `<${name}>${escapeXml(value)}</${name}>`
}

/** @param {string} name @param {string} children already XML @returns {string} */
export function xmlDocument(name, children) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${XML_NAMESPACE}">${children}</${name}>`
}

/** The contents of every `<name>…</name>`, still XML. @param {string} xml @param {string} name @returns {string[]} */
export function innerXml(xml, name) {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(match => match[1])
}

/** The text in the first `<name>`, or null. @param {string} xml @param {string} name @returns {string | null} */
export function textOf(xml, name) {
  const inner = innerXml(xml, name)[0]
  if (inner === undefined) return null
  const named = /** @type {Record<string, string>} */ ({amp: '&', apos: "'", gt: '>', lt: '<', quot: '"'})
  return inner.replaceAll(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, entity) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return named[entity] ?? whole
  })
}
