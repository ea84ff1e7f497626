/** What of WebAssembly the scanner needs; the types of Node leave it to those of browsers. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(
      module: Module,
      imports: Readonly<Record<string, Readonly<Record<string, (...numbers: number[]) => number>>>>,
    )
    readonly exports: Readonly<Record<string, unknown>>
  }
}
