/*
 * Where a row of the scanner keeps what it read of one record. TypeScript and AssemblyScript both read this. Offsets are
 * bytes from the start of the row; times, durations and sizes are doubles, everything else 32-bit integers. A range takes
 * two integers, its start and its end as addresses.
 */
export const ROW_BYTES = 144
/** Rows that one call can fill: few enough to stay in the first cache until they are read. */
export const MAX_ROWS = 128

/** The record itself. */
export const RECORD = 0
export const TS_MS = 8
export const DURATION = 16
export const RESPONSE_BYTES = 24
export const UPSTREAM_BYTE_COUNT = 32
export const STATUS_CODE = 40
export const UPSTREAM_STATUS_CODE = 44
export const RETRIES = 48
export const METHOD_INDEX = 52
export const PROTOCOL_INDEX = 56
export const SUB_SECOND = 60
/** Ranges of text, in the order of their ops from GATEWAY on; the path comes last. */
export const TEXTS = 64
export const PATH_TEXT = 128
/** A number that stands for gateway, service (else host) and route (else the path's template), in this epoch; 0: none does. */
export const PLACE = 136
