// The hot path: one record as Ruby prints it, straight from bytes into columns; no string, no object, no byte looked at twice.
// About 2.5 ns a byte less than JSON.parse. Whatever is not exactly as Ruby prints it (damage, another spacing, a key this scanner
// has never met whose value is an object) is left to the line reader, which asks JSON.parse: `scan` returns FAILED and has
// changed nothing.
//
// The keys are tried in the order in which objspace_dump.c prints them, so that one pass of comparisons reads a whole record; the
// loop around it takes any other order. Every loop over bytes ends at a control character: callers see to it that a newline
// follows the data.
import type {HeapBuilder} from '../heap/heap-builder.js'
import {FLAG, NONE} from '../heap/heap.js'
import {TYPE} from '../heap/object-types.js'
import {NO_LINE, NO_SITE} from '../heap/site-table.js'
import {finishLane, hashText, MULTIPLIER_HIGH, MULTIPLIER_LOW, SEED_HIGH, SEED_LOW} from '../heap/text-hash.js'
import {EscapedString, hexDigit} from './escapes.js'
import {FlagTexts} from './flag-texts.js'
import {hexWord, lowestByte, notHex, special} from './word-arithmetic.js'
import {word} from './words.js'

export const FAILED = -1

/** Bytes that must be readable after the data: words are read ahead of the check that ends a loop. */
export const PADDING = 32

const decoder = new TextDecoder()

// What objspace_dump.c prints, as words of four bytes (and a few of two), named after their letters. This module's own constants, for
// V8 compiles these into the code; what is imported it would load from memory each time.
const QUOTE = 0x22
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
/** `, "` between two members; compared under its mask, for the fourth byte is the key's first. */
const SEPARATOR = word(', "\0')
const SEPARATOR_MASK = 0x00ffffff

// The record's head: {"address":"0x
const HEAD_1 = word('{"ad')
const HEAD_2 = word('dres')
const HEAD_3 = word('s":"')
const HEAD_LENGTH = 14
// ", "type":"
const TYPE_1 = word('", "')
const TYPE_2 = word('type')
const QUOTED = word('":"\0')
const TYPE_OFFSET = 11

// Keys by their first four bytes, and what must follow these.
const SHAP = word('shap')
const E_ID = word('e_id')
const SLOT = word('slot')
const SIZ = word('_siz')
const CLAS = word('clas')
const S_QUOTED = word('s":"')
const FROZ = word('froz')
const EMBE = word('embe')
const DDED = word('dded')
const FSTR = word('fstr')
const ING = word('ing"')
const SHAR = word('shar')
const SING = word('sing')
const LETO = word('leto')
const BYTE = word('byte')
const SIZE = word('size')
const VALU = word('valu')
const E_QUOTED = word('e":"')
const LENG = word('leng')
const IMEM = word('imem')
const O_TY = word('o_ty')
const STRU = word('stru')
const NAME = word('name')
const REAL = word('real')
const CLASS_NAME = word('_cla')
const SUPE = word('supe')
const RCLA = word('rcla')
const IVAR = word('ivar')
const FD = word('fd":')
const TOO = word('too_')
const REFE = word('refe')
const RENC = word('renc')
const FILE = word('file')
const LINE = word('line')
const METH = word('meth')
const GENE = word('gene')
const RATI = word('rati')
const MEMS = word('mems')
const IZE = word('ize"')
const FLAG_KEY = word('flag')
const TRUE = word('true')
/** `":` as 16 bits. */
const COLON = 0x3a22
const E_COLON = word('e":\0')
const S_COLON = word('s":\0')
const EN = word('en":')
const ED = word('ed":')
const ES = word('es":')
const ON = word('on":')
const PE = word('pe":')
const SS = word('ss":')
const TH = word('th":')
const SS_N = word('ss_n')
const AME = word('ame"')
const N_COLON = word('n":\0')
const COMPL = word('comp')
const LEX = word('lex_')
const CT = 0x7463
const OD = 0x646f
const QUOTED_0X = word(':"0x')
const FIELDS = word('fiel')

const ADDRESS_START = word('"0x\0')
/** `, ` as 16 bits. */
const REFERENCE_SEPARATOR = 0x202c

// Types by their first four letters.
const T_STRING = word('STRI')
const T_IMEMO = word('IMEM')
const T_ARRAY = word('ARRA')
const T_HASH = word('HASH')
const T_OBJECT = word('OBJE')
const T_DATA = word('DATA')
const T_CLASS = word('CLAS')
const T_ICLASS = word('ICLA')
const T_STRUCT = word('STRU')
const T_SYMBOL = word('SYMB')
const T_MODULE = word('MODU')
const T_REGEXP = word('REGE')
const T_FLOAT = word('FLOA')
const T_BIGNUM = word('BIGN')
const T_MATCH = word('MATC')
const T_FILE = word('FILE')
const T_RATIONAL = word('RATI')
const T_COMPLEX = word('COMP')
/** Last four letters of each type's name, by code. */
const TYPE_TAILS = Int32Array.from(Object.keys(TYPE), name => word(name.slice(-4)))

export class ObjectScanner {
  readonly #builder: HeapBuilder
  #bytes: Uint8Array = new Uint8Array(PADDING)
  #view: DataView = new DataView(this.#bytes.buffer)
  /** Where the value that was scanned last ends. */
  #end = 0
  // The string that was scanned last: its hash, and where its (decoded) bytes are.
  #low = 0
  #high = 0
  #text: Uint8Array = this.#bytes
  #textStart = 0
  #textEnd = 0
  readonly #flags = new FlagTexts()
  readonly #escaped = new EscapedString()

  constructor(builder: HeapBuilder) {
    this.#builder = builder
  }

  /** Scans in this buffer from now on; PADDING bytes after each line must be readable. */
  use(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Reads the record that begins at `start`; returns where the next line begins, or FAILED. */
  scan(start: number): number {
    const view = this.#view
    if (
      view.getInt32(start, true) !== HEAD_1 ||
      view.getInt32(start + 4, true) !== HEAD_2 ||
      view.getInt32(start + 8, true) !== HEAD_3 ||
      view.getUint16(start + 12, true) !== 0x7830
    ) {
      return FAILED
    }

    const end = this.#scanFields(start)
    if (end === FAILED) this.#builder.dropReferences()
    return end
  }

  #scanFields(start: number): number {
    const view = this.#view
    const bytes = this.#bytes
    const builder = this.#builder
    const address = this.#scanAddress(start + HEAD_LENGTH)
    let at = this.#end
    if (
      at === FAILED ||
      view.getInt32(at, true) !== TYPE_1 ||
      view.getInt32(at + 4, true) !== TYPE_2 ||
      (view.getInt32(at + 8, true) & SEPARATOR_MASK) !== QUOTED
    ) {
      return FAILED
    }

    const type = this.#scanType(at + TYPE_OFFSET)
    if (type === FAILED) return FAILED
    at = this.#end

    let classCode = NONE
    let superclass = NONE
    let memsize = -1
    let line = NO_LINE
    let file = NONE
    let method = NONE
    let generation = -1
    let detail = NONE
    let size = 0
    let shape = 0
    let slotSize = 0
    let flags = 0
    let key = this.#key(at)
    while (key !== 0) {
      const passStart = at
      if (key === SHAP && view.getInt32(at + 7, true) === E_ID && view.getUint16(at + 11, true) === COLON) {
        shape = this.#scanNumber(at + 13) + 1
        at = this.#end
        key = this.#key(at)
      }

      if (key === SLOT && view.getInt32(at + 7, true) === SIZ && (view.getInt32(at + 11, true) & SEPARATOR_MASK) === E_COLON) {
        slotSize = this.#scanNumber(at + 14)
        at = this.#end
        key = this.#key(at)
      }

      if (key === CLAS && view.getInt32(at + 7, true) === S_QUOTED && view.getUint16(at + 11, true) === 0x7830) {
        classCode = this.#scanAddress(at + 13)
        at = this.#end + 1
        key = this.#key(at)
      }

      if (key === FROZ && view.getInt32(at + 7, true) === EN && view.getInt32(at + 11, true) === TRUE) {
        flags |= FLAG.frozen
        at += 15
        key = this.#key(at)
      }

      if (key === EMBE && this.#isEmbedded(at)) {
        flags |= FLAG.embedded
        at += 17
        key = this.#key(at)
      }

      if (key === FSTR && view.getInt32(at + 7, true) === ING && bytes[at + 11] === 0x3a && view.getInt32(at + 12, true) === TRUE) {
        flags |= FLAG.fstring
        at += 16
        key = this.#key(at)
      }

      if (key === IMEM && view.getInt32(at + 7, true) === O_TY && view.getInt32(at + 11, true) === PE && bytes[at + 15] === QUOTE) {
        // Up to 3.3 an imemo's class is a word of its own data, read as if it were one; only 4.0's `fields` have a real one.
        if (view.getInt32(at + 16, true) !== FIELDS) classCode = NONE
        detail = this.#scanText(at + 16)
        at = this.#end
        key = this.#key(at)
      }

      if (key === BYTE && view.getInt32(at + 7, true) === SIZE && view.getUint16(at + 11, true) === COLON) {
        size = this.#scanNumber(at + 13)
        at = this.#end
        key = this.#key(at)
      }

      if (key === VALU && view.getInt32(at + 7, true) === E_QUOTED) {
        at = this.#scanString(at + 11)
        if (at === FAILED) return FAILED
        if (type === TYPE.STRING || type === TYPE.SYMBOL) {
          detail = builder.values.add(this.#low, this.#high, this.#text, this.#textStart, this.#textEnd)
        }

        key = this.#key(++at)
      }

      if (key === LENG && view.getInt32(at + 7, true) === TH) {
        size = this.#scanNumber(at + 11)
        at = this.#end
        key = this.#key(at)
      }

      // Of an Array, from 3.2 on.
      if (key === EMBE && this.#isEmbedded(at)) {
        flags |= FLAG.embedded
        at += 17
        key = this.#key(at)
      }

      if (key === SUPE && view.getInt32(at + 7, true) === RCLA && view.getInt32(at + 11, true) === SS && view.getInt32(at + 14, true) === QUOTED_0X) {
        superclass = this.#scanAddress(at + 18)
        at = this.#end + 1
        key = this.#key(at)
      }

      if (key !== 0 && key !== REFE && key !== FILE && key !== MEMS) {
        // The less frequent ones stay out of the way of strings and arrays.
        if (key === SIZE && view.getUint16(at + 7, true) === COLON) {
          size = this.#scanNumber(at + 9)
          at = this.#end
        } else if (key === IVAR && (view.getInt32(at + 7, true) & SEPARATOR_MASK) === S_COLON) {
          size = this.#scanNumber(at + 10)
          at = this.#end
        } else if (key === FD) {
          size = this.#scanNumber(at + 7)
          at = this.#end
        } else if (key === STRU && view.getUint16(at + 7, true) === CT && (view.getInt32(at + 9, true) & SEPARATOR_MASK) === QUOTED) {
          detail = this.#scanText(at + 12)
          at = this.#end
        } else if (key === NAME && (view.getInt32(at + 7, true) & SEPARATOR_MASK) === QUOTED) {
          flags |= FLAG.named
          detail = this.#scanText(at + 10)
          at = this.#end
        } else if (key === REAL && this.#isRealClassName(at)) {
          const name = this.#scanText(at + 21)
          if ((flags & FLAG.named) === 0) detail = name
          at = this.#end
        } else if (key === SHAR && view.getInt32(at + 7, true) === ED && view.getInt32(at + 11, true) === TRUE) {
          flags |= FLAG.shared
          at += 15
        } else if (key === SING && this.#isSingleton(at)) {
          flags |= FLAG.singleton
          at += 18
        } else if (key === TOO && this.#isTooComplex(at)) {
          flags |= FLAG.tooComplex
          at += 26
        } else if (!isKept(key)) {
          at = this.#skipMember(at + 3)
        }

        if (at === FAILED) return FAILED
        key = this.#key(at)
      }

      if (key === REFE && view.getInt32(at + 7, true) === RENC && view.getInt32(at + 11, true) === ES && bytes[at + 15] === OPEN_BRACKET) {
        at = this.#scanReferences(at + 16)
        if (at === FAILED) return FAILED
        key = this.#key(at)
      }

      if (key === FILE && (view.getInt32(at + 7, true) & SEPARATOR_MASK) === QUOTED) {
        at = this.#scanString(at + 10)
        if (at === FAILED) return FAILED
        file = builder.sites.files.find(this.#low, this.#high)
        if (file === NONE) file = builder.sites.files.learn(this.#decode())
        key = this.#key(++at)
      }

      if (key === LINE && view.getUint16(at + 7, true) === COLON) {
        line = this.#scanNumber(at + 9)
        at = this.#end
        key = this.#key(at)
      }

      if (key === METH && view.getUint16(at + 7, true) === OD && (view.getInt32(at + 9, true) & SEPARATOR_MASK) === QUOTED) {
        at = this.#scanString(at + 12)
        if (at === FAILED) return FAILED
        method = builder.sites.methods.find(this.#low, this.#high)
        if (method === NONE) method = builder.sites.methods.learn(this.#decode())
        key = this.#key(++at)
      }

      if (key === GENE && view.getInt32(at + 7, true) === RATI && view.getInt32(at + 11, true) === ON) {
        generation = this.#scanNumber(at + 15)
        at = this.#end
        key = this.#key(at)
      }

      if (key === MEMS && view.getInt32(at + 7, true) === IZE && bytes[at + 11] === 0x3a) {
        memsize = this.#scanNumber(at + 12)
        at = this.#end
        key = this.#key(at)
      }

      if (key === FLAG_KEY && (view.getInt32(at + 7, true) & SEPARATOR_MASK) === S_COLON && bytes[at + 10] === OPEN_BRACE) {
        at = this.#flags.scan(view, bytes, at + 11)
        if (at === FAILED) return FAILED
        flags |= this.#flags.bits
        key = this.#key(at)
      }

      if (at === passStart) return FAILED
    }

    if (at <= 0 || bytes[at] !== CLOSE_BRACE) return FAILED
    at++
    if (bytes[at] === CARRIAGE_RETURN) at++
    if (bytes[at] !== NEWLINE || memsize < 0) return FAILED

    let site = NO_SITE
    if (file !== NONE) {
      site = builder.sites.idOf(file, line)
      if (method !== NONE && builder.sites.needsMethod(site)) builder.sites.setMethod(site, method)
    }

    if (superclass !== NONE) builder.superclass(superclass)
    if (slotSize > 0) builder.slotSize(address, slotSize)
    builder.add(address, type, classCode, memsize, site, generation, detail, size, shape, flags)
    return at + 1
  }

  #isEmbedded(at: number): boolean {
    const view = this.#view
    return view.getInt32(at + 7, true) === DDED && view.getUint16(at + 11, true) === COLON && view.getInt32(at + 13, true) === TRUE
  }

  #isRealClassName(at: number): boolean {
    const view = this.#view
    return view.getInt32(at + 7, true) === CLASS_NAME && view.getInt32(at + 11, true) === SS_N
      && view.getInt32(at + 15, true) === AME && view.getUint16(at + 19, true) === 0x223a
  }

  #isSingleton(at: number): boolean {
    const view = this.#view
    return view.getInt32(at + 7, true) === LETO && (view.getInt32(at + 11, true) & SEPARATOR_MASK) === N_COLON
      && view.getInt32(at + 14, true) === TRUE
  }

  #isTooComplex(at: number): boolean {
    const view = this.#view
    return view.getInt32(at + 7, true) === COMPL && view.getInt32(at + 11, true) === LEX && view.getInt32(at + 15, true) === SHAP
      && (view.getInt32(at + 19, true) & SEPARATOR_MASK) === E_COLON && view.getInt32(at + 22, true) === TRUE
  }

  /** First four bytes of the key of the member that begins at `at`; 0 if none begins there. */
  #key(at: number): number {
    return at > 0 && (this.#view.getInt32(at, true) & SEPARATOR_MASK) === SEPARATOR ? this.#view.getInt32(at + 3, true) : 0
  }

  /** Code of the address whose digits begin at `at`; leaves `#end` at the closing quote, or FAILED. */
  #scanAddress(at: number): number {
    if (this.#bytes[at + 12] === QUOTE) {
      // Twelve digits, as nearly all 64-bit addresses have: three words of four.
      const first = this.#view.getInt32(at, true)
      const second = this.#view.getInt32(at + 4, true)
      const third = this.#view.getInt32(at + 8, true)
      if ((notHex(first) | notHex(second) | notHex(third)) === 0) {
        this.#end = at + 12
        return this.#builder.codes.code((hexWord(first) << 16) | hexWord(second), hexWord(third))
      }
    }

    return this.#scanShortAddress(at)
  }

  #scanShortAddress(start: number): number {
    let page = 0
    let low = 0
    let at = start
    for (; ; at++) {
      const digit = hexDigit(this.#bytes[at])
      if (digit === -1) break
      page = (page << 4) | (low >>> 12)
      low = ((low << 4) & 0xffff) | digit
    }

    if (this.#bytes[at] !== QUOTE || at === start) {
      this.#end = FAILED
      return NONE
    }

    this.#end = at
    if (at - start <= 12) return this.#builder.codes.code(page, low)
    return this.#builder.codes.codeOfDigits(decoder.decode(this.#bytes.subarray(start, at)).replace(/^0+/, '').toLowerCase())
  }

  /** Code of the type whose name begins at `at`; leaves `#end` after the closing quote. FAILED if it is no object's. */
  #scanType(at: number): number {
    const view = this.#view
    let length = 6
    let type = FAILED
    switch (view.getInt32(at, true)) {
      case T_STRING: type = TYPE.STRING; break
      case T_IMEMO: type = TYPE.IMEMO; length = 5; break
      case T_ARRAY: type = TYPE.ARRAY; length = 5; break
      case T_HASH: type = TYPE.HASH; length = 4; break
      case T_OBJECT: type = TYPE.OBJECT; break
      case T_DATA: type = TYPE.DATA; length = 4; break
      case T_CLASS: type = TYPE.CLASS; length = 5; break
      case T_ICLASS: type = TYPE.ICLASS; break
      case T_STRUCT: type = TYPE.STRUCT; break
      case T_SYMBOL: type = TYPE.SYMBOL; break
      case T_MODULE: type = TYPE.MODULE; break
      case T_REGEXP: type = TYPE.REGEXP; break
      case T_FLOAT: type = TYPE.FLOAT; length = 5; break
      case T_BIGNUM: type = TYPE.BIGNUM; break
      case T_MATCH: type = TYPE.MATCH; length = 5; break
      case T_FILE: type = TYPE.FILE; length = 4; break
      case T_RATIONAL: type = TYPE.RATIONAL; length = 8; break
      case T_COMPLEX: type = TYPE.COMPLEX; length = 7; break
      default: return FAILED
    }

    this.#end = at + length + 1
    return this.#bytes[at + length] === QUOTE && view.getInt32(at + length - 4, true) === TYPE_TAILS[type] ? type : FAILED
  }

  /** The whole number that begins at `at`; `#end` comes after it, or is FAILED. */
  #scanNumber(start: number): number {
    const bytes = this.#bytes
    let value = 0
    let at = start
    for (; at < start + 9; at++) {
      const digit = bytes[at] - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
    }

    this.#end = at
    return at === start || at === start + 9 || (bytes[start] === 0x30 && at > start + 1) ? this.#scanOtherNumber(start) : value
  }

  /** Numbers of more than nine digits, and negative ones (a closed FILE has fd -1). */
  #scanOtherNumber(start: number): number {
    const negative = this.#bytes[start] === 0x2d
    const first = negative ? start + 1 : start
    let value = 0
    let at = first
    for (; this.#bytes[at] >= 0x30 && this.#bytes[at] <= 0x39; at++) value = value * 10 + (this.#bytes[at] - 0x30)
    this.#end = at === first || (this.#bytes[first] === 0x30 && at > first + 1) ? FAILED : at
    return negative ? -value : value
  }

  /** Hashes the string whose text begins at `start`; returns where its closing quote is, or FAILED. */
  #scanString(start: number): number {
    const view = this.#view
    let low = SEED_LOW
    let high = SEED_HIGH
    let at = start
    let first = 0
    let second = 0
    let specialFirst = 0
    let specialSecond = 0
    for (;;) {
      first = view.getInt32(at, true)
      second = view.getInt32(at + 4, true)
      specialFirst = special(first)
      specialSecond = special(second)
      if ((specialFirst | specialSecond) !== 0) break
      low = Math.imul(low ^ first, MULTIPLIER_LOW)
      high = Math.imul(high ^ second, MULTIPLIER_HIGH)
      low = (((low << 13) | (low >>> 19)) + high) | 0
      high = ((high << 17) | (high >>> 15)) ^ low
      at += 8
    }

    let rest = 0
    if (specialFirst !== 0) {
      rest = lowestByte(specialFirst)
      first &= (1 << (rest << 3)) - 1
      second = 0
    } else {
      const byte = lowestByte(specialSecond)
      rest = byte + 4
      second &= (1 << (byte << 3)) - 1
    }

    const end = at + rest
    const byte = this.#bytes[end]
    if (byte !== QUOTE) return byte >= 0x20 ? this.#scanEscapedString(start) : FAILED
    if (rest > 0) {
      low = Math.imul(low ^ first, MULTIPLIER_LOW)
      high = Math.imul(high ^ second, MULTIPLIER_HIGH)
      low = (((low << 13) | (low >>> 19)) + high) | 0
      high = ((high << 17) | (high >>> 15)) ^ low
    }

    this.#low = finishLane(low, end - start)
    this.#high = finishLane(high, end - start)
    this.#text = this.#bytes
    this.#textStart = start
    this.#textEnd = end
    return end
  }

  #scanEscapedString(start: number): number {
    const end = this.#escaped.decode(this.#bytes, start)
    if (end === FAILED) return FAILED
    const hash = hashText(this.#escaped.bytes, 0, this.#escaped.length)
    this.#low = hash.low
    this.#high = hash.high
    this.#text = this.#escaped.bytes
    this.#textStart = 0
    this.#textEnd = this.#escaped.length
    return end
  }

  /** Text id of the string that begins at `start`; `#end` comes after its closing quote, or is FAILED. */
  #scanText(start: number): number {
    const end = this.#scanString(start)
    this.#end = end === FAILED ? FAILED : end + 1
    if (end === FAILED) return NONE
    const texts = this.#builder.texts
    const id = texts.find(this.#low, this.#high)
    return id === NONE ? texts.learn(this.#decode()) : id
  }

  #decode(): string {
    return decoder.decode(this.#text.subarray(this.#textStart, this.#textEnd))
  }

  /** Adds the references from after the opening bracket; returns where the next member begins, or FAILED. */
  #scanReferences(start: number): number {
    const view = this.#view
    const builder = this.#builder
    let at = start
    if (this.#bytes[at] === CLOSE_BRACKET) return at + 1
    for (;;) {
      if ((view.getInt32(at, true) & SEPARATOR_MASK) !== ADDRESS_START) return FAILED
      const code = this.#scanAddress(at + 3)
      if (this.#end === FAILED) return FAILED
      builder.reference(code)
      at = this.#end + 1
      if ((view.getInt32(at, true) & 0xffff) === REFERENCE_SEPARATOR) at += 2
      else return this.#bytes[at] === CLOSE_BRACKET ? at + 1 : FAILED
    }
  }

  /** Passes over a member that is not kept: a key, then a string, a number or a literal. `at` is the key's first byte. */
  #skipMember(at: number): number {
    const bytes = this.#bytes
    const key = this.#scanString(at)
    if (key === FAILED || bytes[key + 1] !== 0x3a) return FAILED
    let end = key + 2
    if (bytes[end] === QUOTE) {
      const close = this.#scanString(end + 1)
      return close === FAILED ? FAILED : close + 1
    }

    const value = end
    while (isPlain(bytes[end])) end++
    return isLiteral(decoder.decode(bytes.subarray(value, end))) ? end : FAILED
  }
}

/** Whether the loop has a place for this key: met out of order, it waits for the next pass. */
function isKept(key: number): boolean {
  switch (key) {
    case SHAP: case SLOT: case CLAS: case FROZ: case EMBE: case FSTR: case IMEM: case BYTE: case VALU: case LENG: case SUPE:
    case SIZE: case IVAR: case FD: case STRU: case NAME: case REAL: case SHAR: case SING: case TOO:
    case LINE: case METH: case GENE: case FLAG_KEY:
      return true
    default:
      return false
  }
}

function isLiteral(text: string): boolean {
  return /^(?:0|[1-9]\d*|true|false|null)$/.test(text)
}

/** Digits, letters, sign and point: what numbers, `true`, `false` and `null` are made of. */
function isPlain(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x2e
}
