/** Segments of a route; what lies deeper becomes `{…}`. */
export const MAX_ROUTE_SEGMENTS = 12
/** A longer segment is no word of a route. */
export const MAX_WORD_BYTES = 32
/** From this length on, hex letters without a digit are a number and no word. */
export const MIN_HEX_WORD_BYTES = 16
/** What ends a route that is too long or too deep. */
export const BROKEN_OFF = new TextEncoder().encode('/{…}')
