/** When the traffic of a generated file begins; it runs an hour. Apart from the generator, so that what is measured loads nothing else. */
export const BEGIN_MS = Date.UTC(2026, 10, 2, 11, 0, 0)
export const SPAN_MS = 3_600_000
