// Compiled code: methods, blocks, files. Its age shows when the app had booted, its lines show where it comes from.
import {NONE} from '../../heap/columns.js'
import {TYPE} from '../../heap/object-types.js'
import {onceAHeap} from '../../heap/once-a-heap.js'

/** Indexes of all IMEMOs that are instruction sequences. */
export const compiledCodeOf = onceAHeap(({columns: {details, types}, scans, tables: {texts}}): Int32Array => {
  const iseq = texts.find('iseq')
  // For Strings the same column has ids of values.
  return iseq === NONE
    ? new Int32Array(0)
    : scans.select.placesOf(details, iseq).filter(index => types[index] === TYPE.IMEMO)
})
