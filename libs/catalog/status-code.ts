import type { Outcome, Owner, StatusClass } from './vocabulary.js'

/** One entry of the catalogue: what a status code means, according to one source. */
export interface StatusCode {
  /** The number as logged; 0 and -1 are the pseudo codes for "no response". */
  readonly code: number
  readonly name: string
  readonly class: StatusClass
  readonly description: string
  readonly whenToUse: string
  readonly example: string
  /** Who defines it: `documented`, `iana`, a vendor such as `nginx`, or the name of an overlay. */
  readonly source: string
  readonly outcome: Outcome
  /** Whose fault it is when the log says nothing about the upstream. */
  readonly owner: Owner
  /** Whether the same request, sent again later without a change, may succeed. */
  readonly retryable: boolean
}

/** What a source has to say about a code; the rest follows from the range of the code. */
export type StatusCodeText = Pick<StatusCode, 'code' | 'name' | 'description' | 'whenToUse' | 'example'> &
  Partial<Pick<StatusCode, 'outcome' | 'owner' | 'retryable'>>

/** The class of a code by its range: 100-599 by hundreds, everything else `none`. */
export function classByRange(code: number): StatusClass {
  if (code >= 100 && code < 200) return 'informational'
  if (code >= 200 && code < 300) return 'success'
  if (code >= 300 && code < 400) return 'redirection'
  if (code >= 400 && code < 500) return 'client_error'
  if (code >= 500 && code < 600) return 'server_error'
  return 'none'
}

const OUTCOME_BY_CLASS: Readonly<Record<StatusClass, Outcome>> = {
  informational: 'interim',
  success: 'success',
  redirection: 'redirect',
  client_error: 'client_error',
  server_error: 'server_error',
  none: 'unknown',
}

/** The outcome of a code nobody has described. */
export function outcomeByRange(code: number): Outcome {
  return OUTCOME_BY_CLASS[classByRange(code)]
}

/** The owner of an outcome when nothing else is known: callers own what they caused, nobody owns a success. */
export function ownerByOutcome(outcome: Outcome): Owner {
  return outcome === 'client_error' || outcome === 'throttled' || outcome === 'client_closed' ? 'client' : 'unknown'
}

/** Completes what `source` says about a code into a frozen catalogue entry. */
export function statusCode(source: string, text: StatusCodeText): StatusCode {
  const outcome = text.outcome ?? outcomeByRange(text.code)
  return Object.freeze({
    code: text.code,
    name: text.name,
    class: classByRange(text.code),
    description: text.description,
    whenToUse: text.whenToUse,
    example: text.example,
    source,
    outcome,
    owner: text.owner ?? ownerByOutcome(outcome),
    retryable: text.retryable ?? false,
  })
}
