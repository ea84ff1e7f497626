import { MAX_ROWS, ROW_BYTES } from '../row-layout'

/** Bytes of a body that are looked at in one go. */
export const WINDOW_BYTES: i32 = 64 * 1024
/** Line feeds behind the window, so that whole words may be read past its end and every scan stops there. */
export const MARGIN_BYTES: i32 = 64
/** Where the host puts the bytes of a body. */
export const WINDOW: usize = memory.data(65600, 16)
/** Where the scanner puts what it read, laid out as row-layout.ts says. */
export const ROWS: usize = memory.data(18432, 16)

/** By first byte and length, which no two methods share: the method's index, 0 for none. Filled by the host. */
export const METHOD_BY_START: usize = memory.data(3328, 16)
/** By index: a method's bytes, zeros behind them. Filled by the host. */
export const METHOD_BYTES: usize = memory.data(1024, 16)
export const MAX_METHOD_BYTES: i32 = 12

assert(MAX_ROWS * ROW_BYTES == 18432)
