// docs/glossary.md for readers who have only the report. A test compares the two.
import {type Html, html} from './html.js'

export const GLOSSARY: ReadonlyArray<readonly [word: string, meaning: string]> = [
  ['heap dump', 'what ObjectSpace.dump_all writes: one line of JSON for each Ruby object'],
  ['shallow size', "an object's own memory (Ruby's memsize)"],
  ['retained size', 'the memory that would be freed with an object; --section dominators sorts by it'],
  ['dominator', 'the object through which every owning path to another object goes; free it, and the other goes too'],
  ['largest objects', 'objects by shallow size (--section largest)'],
  ['references, referrers', 'the objects that an object points to; those that point to it'],
  ['path to root', 'why an object is alive: the chain of references from a root of the garbage collector'],
  ['owner', 'the nearest class, module, constant or thread above an object that you can grep for'],
  ['allocation site', 'the file and line that allocated an object; known only if tracing was on'],
  ['generation', 'how many garbage collections the process had run when an object was allocated'],
  ['survivor', 'an object that was allocated while tracing was on and is still alive'],
  ['duplicate strings', 'equal strings that are kept several times'],
  ['suspect', 'a likely cause; severity high, medium or low; kind leak, waste, large or normal'],
  ['accumulation', 'many similar objects below one owner'],
  ['tracing', 'recording where objects are allocated'],
  ['unused capacity', 'memory that is allocated and holds nothing, such as the free slots of a large array'],
  ['memory record', "what the agent stores about a process's memory with each dump: mappings, allocator, VM, settings"],
  ['resident memory', "the part of a process's memory that is in RAM"],
  [
    'native memory',
    "resident memory that was allocated, but not by a Ruby object: C extensions, libraries, Ruby's own tables",
  ],
  ['free in malloc', 'freed memory that the allocator keeps for the next allocation'],
  ['outside the heap', 'memory of the process that no Ruby object accounts for: C extensions, fragmentation, code'],
  ['heap page', 'a block of 16 or 64 KiB for objects of one slot size; Ruby returns it when it is empty'],
  ['IMEMO', 'memory that Ruby itself uses: compiled code (iseq), methods (ment), variables of a block (env)'],
  ['ICLASS', "stands for a module among a class's ancestors"],
  ['redacted, plain', 'string contents are replaced by salted hashes; or they are readable'],
  ['summary (of a dump)', 'sizes and names that stay in the bucket after an analysis, also when the dump is deleted'],
  ['enabled (a dyno)', 'the agent is loaded there'],
  ['pause', 'how long the fork stopped the process'],
]

const ID = 'glossary'

/** The glossary, at the end of the page. A link to an id inside it opens it. */
export function glossary(): Html {
  return html`<details class="glossary" id="${ID}"><summary>What each word means</summary><dl>${GLOSSARY.map(
    ([word, meaning]) => html`<dt id="${idOf(word)}">${word}</dt><dd>${meaning}</dd>`,
  )}</dl></details>`
}

/** A link to the meaning of a word. */
export function term(word: string, text: string = word): Html {
  return html`<a class="term" href="#${idOf(word)}" data-tip="${meaningOf(word)}">${text}</a>`
}

export function meaningOf(word: string): string {
  const entry = GLOSSARY.find(([known]) => known === word)
  if (entry === undefined) throw new TypeError(`not in the glossary: ${word}`)
  return entry[1]
}

function idOf(word: string): string {
  return `${ID}-${word.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
}
