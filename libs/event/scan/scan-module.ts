import { METHODS } from '../http-event.js'
import type { DurationUnit } from '../value/duration.js'
import { clfMinuteMs, isoMinuteMs } from './civil-minute.js'
import { extraKeyOp, jsonKeyOp } from './key-op.js'
import { SCAN_WASM } from './scan-wasm.js'

const UNIT_OF_TABLE = [undefined, 's', 'ms'] as const
/** The table of the keys behind a combined line. */
export const EXTRA_KEYS = 3
const METHOD_STRIDE = 16
const METHOD_SIZES = 13

/** The table of JSON keys where a duration whose key names no unit has this one. */
export function jsonKeyTable(bareUnit: DurationUnit | undefined): number {
  return bareUnit === 's' ? 1 : bareUnit === 'ms' ? 2 : 0
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** Addresses and sizes in bytes. */
  readonly WINDOW: { readonly value: number }
  readonly WINDOW_BYTES: { readonly value: number }
  readonly MARGIN_BYTES: { readonly value: number }
  readonly ROWS: { readonly value: number }
  readonly METHOD_BY_START: { readonly value: number }
  readonly METHOD_BYTES: { readonly value: number }
  scanObjects(table: number, from: number, to: number): number
  scanLines(from: number, to: number): number
}

/** The compiled scanner with a memory of its own, and what it asks its host for. 256 KiB. */
export class ScanModule {
  readonly exports: Exports
  /** Its whole memory, which never grows, as bytes, integers and doubles. */
  readonly memory: Uint8Array
  readonly integers: Int32Array
  readonly doubles: Float64Array
  /** Address of the window, and how many bytes it and the line feeds behind it take. */
  readonly window: number
  readonly windowBytes: number
  readonly marginBytes: number
  /** Index of the first row among the integers. */
  readonly rowsAt: number
  /** Of the numbers in the rows; no other module has the same. */
  epoch = 0

  constructor() {
    const host = {
      resolveKey: (table: number, from: number, to: number) => this.#resolveKey(table, from, to),
      isoMinute: (from: number) => isoMinuteMs(this.memory, from),
      clfMinute: (from: number) => clfMinuteMs(this.memory, from),
      newEpoch: () => (this.epoch = ++epochs),
    }
    const { exports } = new WebAssembly.Instance(compiled(), { host: host })
    this.exports = exports as unknown as Exports
    const { memory, WINDOW, WINDOW_BYTES, MARGIN_BYTES, ROWS, METHOD_BY_START, METHOD_BYTES } = this.exports
    this.memory = new Uint8Array(memory.buffer)
    this.integers = new Int32Array(memory.buffer)
    this.doubles = new Float64Array(memory.buffer)
    this.window = WINDOW.value
    this.windowBytes = WINDOW_BYTES.value
    this.marginBytes = MARGIN_BYTES.value
    this.rowsAt = ROWS.value / 4
    this.#putMethods(METHOD_BY_START.value, METHOD_BYTES.value)
  }

  /** Methods by first byte and length, which no two share. */
  #putMethods(byStart: number, bytes: number): void {
    for (const [index, method] of METHODS.entries()) {
      if (index === 0) continue
      this.memory[byStart + method.charCodeAt(0) * METHOD_SIZES + method.length] = index
      this.memory.set(new TextEncoder().encode(method), bytes + index * METHOD_STRIDE)
    }
  }

  #resolveKey(table: number, from: number, to: number): number {
    const key = String.fromCharCode(...this.memory.subarray(from, to))
    const { op, rank } = table === EXTRA_KEYS ? extraKeyOp(key) : jsonKeyOp(key, UNIT_OF_TABLE[table])
    return op | (rank << 8)
  }
}

/** Epochs of all modules of the thread so far. */
let epochs = 0
let compiledModule: WebAssembly.Module | undefined
const compiled = (): WebAssembly.Module => (compiledModule ??= new WebAssembly.Module(Buffer.from(SCAN_WASM, 'base64')))
