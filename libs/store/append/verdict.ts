import type { AppendResult } from '../journal.js'

/** `fresh`: to be counted now. Anything else is already the answer. */
export type Verdict = 'fresh' | AppendResult
