// What is used of a global that TypeScript declares for browsers only.
declare namespace WebAssembly {
  type Module = object
  type Memory = {readonly buffer: ArrayBuffer}
  type Global = {readonly value: number}
  const Module: new (bytes: Uint8Array) => Module
  const RuntimeError: ErrorConstructor
  const Instance: new (module: Module) => {readonly exports: unknown}
}
