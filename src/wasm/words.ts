// What objspace_dump.c prints, as little-endian words of two, four and eight bytes. The upper-case names spell the
// letters. Write only the letters in the comments: `node scripts/words.js` writes the numbers.

/** Masks a word whose last byte is not compared. */
export const THREE: u32 = 0x00ffffff

// The head of a record: {"address":"0x, then ", "type":"
export const HEAD: u64 = 0x736572646461227b // {"addres
export const HEAD_REST: u32 = 0x223a2273 // s":"
export const HEX_PREFIX: u16 = 0x7830 // 0x
export const TYPE_KEY: u64 = 0x6570797422202c22 // ", "type
export const QUOTED: u32 = 0x00223a22 // ":"

// Between two members.
export const SEPARATOR: u32 = 0x0022202c // , "

// The first four bytes of each key, and what must follow them.
export const SHAP: u32 = 0x70616873 // shap
export const E_ID: u32 = 0x64695f65 // e_id
export const SLOT: u32 = 0x746f6c73 // slot
export const UNDERSCORE_SIZ: u32 = 0x7a69735f // _siz
export const E_COLON: u32 = 0x003a2265 // e":
export const CLAS: u32 = 0x73616c63 // clas
export const S_QUOTED: u32 = 0x223a2273 // s":"
export const FROZ: u32 = 0x7a6f7266 // froz
export const EN: u32 = 0x3a226e65 // en":
export const TRUE: u32 = 0x65757274 // true
export const EMBE: u32 = 0x65626d65 // embe
export const DDED: u32 = 0x64656464 // dded
export const FSTR: u32 = 0x72747366 // fstr
export const ING: u32 = 0x22676e69 // ing"
export const IMEM: u32 = 0x6d656d69 // imem
export const O_TY: u32 = 0x79745f6f // o_ty
export const PE: u32 = 0x3a226570 // pe":
export const FIEL: u32 = 0x6c656966 // fiel
export const BYTE: u32 = 0x65747962 // byte
export const SIZE: u32 = 0x657a6973 // size
export const CAPA: u32 = 0x61706163 // capa
export const CITY: u64 = 0x00003a2279746963 // city":
export const VALU: u32 = 0x756c6176 // valu
export const E_QUOTED: u32 = 0x223a2265 // e":"
export const ENCO: u32 = 0x6f636e65 // enco
export const DING_U: u64 = 0x55223a22676e6964 // ding":"U
export const TF_8: u64 = 0x22202c22382d4654 // TF-8", "
export const LENG: u32 = 0x676e656c // leng
export const TH: u32 = 0x3a226874 // th":
export const SUPE: u32 = 0x65707573 // supe
export const RCLASS: u64 = 0x3a227373616c6372 // rclass":
export const QUOTED_0X: u32 = 0x7830223a // :"0x
export const IVAR: u32 = 0x72617669 // ivar
export const S_COLON: u32 = 0x003a2273 // s":
export const FD: u32 = 0x3a226466 // fd":
export const STRU: u32 = 0x75727473 // stru
export const CT: u16 = 0x7463 // ct
export const NAME: u32 = 0x656d616e // name
export const REAL: u32 = 0x6c616572 // real
export const CLASS_N: u64 = 0x6e5f7373616c635f // _class_n
export const AME_QUOTE: u32 = 0x22656d61 // ame"
export const COLON_QUOTE: u16 = 0x223a // :"
export const SHAR: u32 = 0x72616873 // shar
export const ED: u32 = 0x3a226465 // ed":
export const SING: u32 = 0x676e6973 // sing
export const LETO: u32 = 0x6f74656c // leto
export const N_COLON: u32 = 0x003a226e // n":
export const TOO: u32 = 0x5f6f6f74 // too_
export const COMPLEX_KEY: u64 = 0x5f78656c706d6f63 // complex_
export const SHAPE_T: u64 = 0x743a226570616873 // shape":t
export const RUE: u32 = 0x00657572 // rue
export const REFE: u32 = 0x65666572 // refe
export const RENC: u32 = 0x636e6572 // renc
export const ES: u32 = 0x3a227365 // es":
export const FILE: u32 = 0x656c6966 // file
export const LINE: u32 = 0x656e696c // line
export const METH: u32 = 0x6874656d // meth
export const OD: u16 = 0x646f // od
export const GENE: u32 = 0x656e6567 // gene
export const RATI: u32 = 0x69746172 // rati
export const ON: u32 = 0x3a226e6f // on":
export const MEMS: u32 = 0x736d656d // mems
export const IZE: u32 = 0x22657a69 // ize"
export const FLAG: u32 = 0x67616c66 // flag
export const OLD: u32 = 0x22646c6f // old"
export const WB_PROTEC: u64 = 0x65746f72705f6277 // wb_prote
export const REFERENCE: u32 = 0x00783022 // "0x

// Types.
export const STRING: u64 = 0x0022474e49525453 // STRING"
export const IMEMO: u64 = 0x0000224f4d454d49 // IMEMO"
export const ARRAY: u64 = 0x0000225941525241 // ARRAY"
export const HASH: u64 = 0x0000002248534148 // HASH"
export const OBJECT: u64 = 0x00225443454a424f // OBJECT"
export const DATA: u64 = 0x0000002241544144 // DATA"
export const CLASS: u64 = 0x0000225353414c43 // CLASS"
export const ICLASS: u64 = 0x00225353414c4349 // ICLASS"
export const STRUCT: u64 = 0x0022544355525453 // STRUCT"
export const SYMBOL: u64 = 0x00224c4f424d5953 // SYMBOL"
export const MODULE: u64 = 0x0022454c55444f4d // MODULE"
export const REGEXP: u64 = 0x0022505845474552 // REGEXP"
export const FLOAT: u64 = 0x00002254414f4c46 // FLOAT"
export const BIGNUM: u64 = 0x00224d554e474942 // BIGNUM"
export const MATCH: u64 = 0x000022484354414d // MATCH"
export const FILE_TYPE: u64 = 0x00000022454c4946 // FILE"
export const RATIONAL: u64 = 0x4c414e4f49544152 // RATIONAL
export const COMPLEX: u64 = 0x2258454c504d4f43 // COMPLEX"

/** The lower-case bit of each letter. */
export const LETTERS: u32 = 0x20202020
export const SELE: u32 = 0x656c6573 // sele
export const INSE: u32 = 0x65736e69 // inse
export const UPDA: u32 = 0x61647075 // upda
export const DELE: u32 = 0x656c6564 // dele
export const WITH: u32 = 0x68746977 // with
export const PUBL: u32 = 0x6c627570 // publ
export const CT_LETTERS: u16 = 0x7463 // ct
export const RT_LETTERS: u16 = 0x7472 // rt
export const TE_LETTERS: u16 = 0x6574 // te
