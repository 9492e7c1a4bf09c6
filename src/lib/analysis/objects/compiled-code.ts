// Compiled code: methods, blocks, files. Its ages tell when the app had booted, its lines whose it is.
import {NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {onceAHeap} from '../../heap/once-a-heap.js'

/** Indexes of all IMEMOs that are instruction sequences. */
export const compiledCodeOf = onceAHeap(({columns: {details, types}, scans, tables: {texts}}): Int32Array => {
  const iseq = texts.find('iseq')
  // Strings have numbers of values in the same column.
  return iseq === NONE
    ? new Int32Array(0)
    : scans.select.placesOf(details, iseq).filter(index => types[index] === TYPE.IMEMO)
})
