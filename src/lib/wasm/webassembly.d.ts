// The parts we use of a global that TypeScript declares only for browsers.
declare namespace WebAssembly {
  type Module = object
  type Memory = {readonly buffer: ArrayBuffer; grow(pages: number): number}
  type Global = {readonly value: number}
  const Module: new (bytes: Uint8Array) => Module
  const Memory: new (limits: {initial: number; maximum?: number}) => Memory
  const RuntimeError: ErrorConstructor
  const Instance: new (
    module: Module,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => {readonly exports: unknown}
}
