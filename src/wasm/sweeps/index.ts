// Sweeps over all objects of the heap, for the tables and the suspects of lib/analysis (lib/heap/sweeps.ts is what calls them), on columns in memory
// that their callers provide: nothing here allocates.
export {listRepeated, newBytesBelow, numberLarge, tallied, tallySites} from './suspects'
export {setDataNames} from './code'
export {addAll, addInOrder, orderByRank, placeUnits, rankWords, resolve, setUnits, setWords} from './addresses'
export {capacity, emptyCount, listCollections, setRoom, unusedIn, unusedTotal} from './collections'
export {setColumns, setOnly} from './heap'
export {selectLargest} from './largest'
export {elsewhere, setPages, tallyPages} from './pages'
export {numberPairs, tallyNumbers} from './pairs'
export {listChildren, tallyChildren} from './piles'
export {markUnlike, selectEqual, selectLarge, selectTypes, selectValues} from './select'
export {classify, countFlagged, least, most, numberClasses, rename, spanOf, tally, tallyReferences, tallyTypes} from './tallies'
export {sumOfWords} from '../words-of-memory'
