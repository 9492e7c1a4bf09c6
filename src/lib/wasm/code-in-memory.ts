// WebAssembly code that imports its memory: compiled once, on first use, and instantiated once per memory.
import {setFlagsFromString} from 'node:v8'

export class CodeInMemory<Code> {
  #module: WebAssembly.Module | null = null
  readonly #codes = new WeakMap<WebAssembly.Memory, Code>()
  readonly #read: () => Uint8Array

  /** `read`: returns the bytes of the code. */
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
    // The code of V8's baseline compiler is half as fast and is replaced only between calls, but each of these
    // functions is called once.
    setFlagsFromString('--no-liftoff')
    return new WebAssembly.Module(this.#read())
  }
}
