// docs/heap-graph.md on classes of Ruby 2.7, from its text. Nothing of src is used here.

const isModule = record => record?.type === 'CLASS' || record?.type === 'MODULE'
const goesOn = record => record?.type === 'CLASS' || record?.type === 'ICLASS'

/**
 * Gives records of 2.7 the `superclass`, `singleton`, `real_class_name` and `name` that later versions would print. Leaves
 * other dumps alone.
 */
export function rereadOldClasses(objects, byAddress) {
  const classes = objects.filter(record => record.type === 'CLASS')
  if (classes.some(record => record.superclass !== undefined)) return
  if (classes.filter(record => record.name === 'Class').length < 2) return
  const targets = record => (record.references ?? []).map(address => byAddress.get(address))
  const superclassOf = record =>
    targets(record)
      .slice(0, record.type === 'ICLASS' ? Infinity : 1)
      .find(goesOn)
  const nextClass = record => {
    let next = superclassOf(record)
    while (next?.type === 'ICLASS') next = superclassOf(next)
    return next
  }

  const isAttached = record => targets(record).some(target => target?.class === record.address)
  const singletons = classes.filter(record => isAttached(record) && nextClass(record)?.name === record.name)
  for (const record of objects.filter(goesOn)) {
    if (superclassOf(record) !== undefined) record.superclass = superclassOf(record).address
  }

  for (const record of singletons) {
    record.singleton = true
    record.real_class_name = record.name
    delete record.name
  }

  for (const record of objects.filter(isModule)) {
    for (const key of ['name', 'real_class_name']) if (record[key]?.startsWith('#<')) delete record[key]
  }
}
