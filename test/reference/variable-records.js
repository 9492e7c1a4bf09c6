// docs/heap-graph.md on instance variables that Ruby keeps apart, a second time: what the record refers to, its object does.

/** Changes references and classes in place. */
export function giveBackVariables(objects, byAddress) {
  const taken = new Set()
  for (const object of objects) {
    if (object.type === 'IMEMO' || object.references === undefined) continue
    object.references = object.references.flatMap(address => {
      const record = byAddress.get(address)
      if (record?.imemo_type !== 'fields' || record.class !== object.address || taken.has(record)) return [address]
      taken.add(record)
      return [address, ...(record.references ?? [])]
    })
  }

  for (const object of objects) {
    if (object.type === 'IMEMO') delete object.class
    if (taken.has(object)) delete object.references
  }
}
