// WebAssembly that imports its memory: compiled once, when it is first asked for, and instantiated once a memory.
import {setFlagsFromString} from 'node:v8'

export class CodeInMemory<Code> {
  #module: WebAssembly.Module | null = null
  readonly #codes = new WeakMap<WebAssembly.Memory, Code>()
  readonly #read: () => Uint8Array

  /** `read`: the code's bytes. Sources and what is built of them find it in one place, which is why each says where for itself. */
  constructor(read: () => Uint8Array) {
    this.#read = read
  }

  in(memory: WebAssembly.Memory): Code {
    let code = this.#codes.get(memory)
    if (code === undefined) {
      this.#module ??= this.#compile()
      this.#codes.set(memory, (code = new WebAssembly.Instance(this.#module, {env: {memory}}).exports as Code))
    }

    return code
  }

  #compile(): WebAssembly.Module {
    // V8's quick compiler makes code that is half as fast, and replaces it between two calls: but each of these functions is called once.
    setFlagsFromString('--no-liftoff')
    return new WebAssembly.Module(this.#read())
  }
}
