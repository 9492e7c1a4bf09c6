// The report's script: zooms maps, sorts and searches tables, opens paths, explains words, switches colours. The page
// is complete without it.
import {startMaps} from './maps.js'
import {startTable} from './tables.js'
import {startTheme} from './theme.js'
import {startTips} from './tips.js'

document.documentElement.classList.add('scripted')
startTheme()
startTips()
for (const table of document.querySelectorAll('table')) startTable(table)
startMaps()

// A printed page cannot open anything.
const glossary = document.querySelector('.glossary')
addEventListener('beforeprint', () => (glossary.open = true))
addEventListener('afterprint', () => (glossary.open = false))
