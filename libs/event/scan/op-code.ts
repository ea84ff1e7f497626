/*
 * What a scanner does with the value of a key. Plain numbers that TypeScript and AssemblyScript both read: they are
 * compared for every value.
 */
export const IGNORE = 0
/** The record is read by the exact path. */
export const EXACT = 1
/** The value must be absent, else EXACT. */
export const ABSENT_ONLY = 2
export const TS_END = 3
export const TS_START = 4
export const TS_KIND = 5
export const STATUS = 6
export const METHOD = 7
export const PATH = 8
export const REQUEST = 9
export const PROTOCOL = 10
export const DURATION_S = 11
export const DURATION_MS = 12
export const UPSTREAM_STATUS = 13
export const UPSTREAM_BYTES = 14
export const BYTES = 15
/** A status, but only beside something else that only a request has. */
export const CODE = 16
export const GATEWAY = 17
export const SERVICE = 18
export const HOST = 19
export const ROUTE = 20
export const CONSUMER = 21
export const REQUEST_ID = 22
export const TRACE_ID = 23
export const EVENT_ID = 24
