import { documentedCodes } from './documented-codes.js'
import { ianaCodes } from './iana-codes.js'
import { classByRange, outcomeByRange, ownerByOutcome, type StatusCode } from './status-code.js'
import { syntheticCode, vendorCodes } from './vendor-codes.js'
import { CLASS_INDEX, OUTCOME_INDEX, OUTCOMES, OWNER_INDEX, OWNERS, STATUS_CLASSES } from './vocabulary.js'
import type { Outcome, Owner, StatusClass } from './vocabulary.js'

/** The log has no upstream status field at all. */
export const UPSTREAM_UNTOLD = -1
/** The log says that no upstream answered (empty, `-`, null). */
export const UPSTREAM_NONE = 0

/** One past the highest code: the length of every lookup table. */
export const TABLE_LENGTH = 1000

/* Plain constants: the functions below run for every event. */
const NO_CLASS = CLASS_INDEX.none
const REDIRECT = OUTCOME_INDEX.redirect
const CLIENT_CLOSED = OUTCOME_INDEX.client_closed
const SERVER_ERROR = OUTCOME_INDEX.server_error
const UNKNOWN_OUTCOME = OUTCOME_INDEX.unknown
const UNKNOWN_OWNER = OWNER_INDEX.unknown
const { client: CLIENT, gateway: GATEWAY, upstream: UPSTREAM, network: NETWORK } = OWNER_INDEX

const classTable = Uint8Array.from({ length: TABLE_LENGTH }, (_, code) => CLASS_INDEX[classByRange(code)])

/** The built-in entry that answers for a code, the widest known first: documented, IANA, vendors by reach, VCL ranges. */
export function builtInCode(code: number): StatusCode | undefined {
  return BUILT_IN.get(code) ?? syntheticCode(code)
}

const BUILT_IN: ReadonlyMap<number, StatusCode> = new Map(
  [...documentedCodes, ...ianaCodes, ...vendorCodes].toReversed().map((entry) => [entry.code, entry]),
)

/** The outcome index of every code 0-999, read through `entryOf`; unknown codes follow their range. */
export function tabulateOutcomes(entryOf: (code: number) => StatusCode | undefined): Uint8Array {
  return Uint8Array.from(
    { length: TABLE_LENGTH },
    (_, code) => OUTCOME_INDEX[entryOf(code)?.outcome ?? outcomeByRange(code)],
  )
}

/** The owner index of every code 0-999 for logs that say nothing about the upstream, read through `entryOf`. */
export function tabulateOwners(entryOf: (code: number) => StatusCode | undefined): Uint8Array {
  return Uint8Array.from(
    { length: TABLE_LENGTH },
    (_, code) => OWNER_INDEX[entryOf(code)?.owner ?? ownerByOutcome(outcomeByRange(code))],
  )
}

/** The built-in outcome of every code 0-999, without overlays. Shared: never write to it. */
export const builtInOutcomes: Uint8Array = tabulateOutcomes(builtInCode)
/** The built-in owner of every code 0-999, without overlays. Shared: never write to it. */
export const builtInOwners: Uint8Array = tabulateOwners(builtInCode)

/** The class index of a status; 0 means that no response was sent. */
export function classIndex(status: number): number {
  return classTable[status] ?? NO_CLASS
}

/** The outcome index of a status; a caller that knows by a flag that the client left passes `clientClosed`. */
export function outcomeIndex(status: number, clientClosed = false): number {
  return clientClosed ? CLIENT_CLOSED : (builtInOutcomes[status] ?? UNKNOWN_OUTCOME)
}

/**
 * The owner index of a response. `upstreamStatus` is the last upstream's code, UPSTREAM_NONE or UPSTREAM_UNTOLD;
 * `upstreamBytes` is the length of the last upstream's response, -1 when the log does not tell it.
 */
export function ownerIndex(status: number, upstreamStatus: number, upstreamBytes = -1): number {
  const outcome = builtInOutcomes[status] ?? UNKNOWN_OUTCOME
  return ownerIndexOf(outcome, builtInOwners[status] ?? UNKNOWN_OWNER, status, upstreamStatus, upstreamBytes)
}

/**
 * The owner index of a response whose outcome is known already, by an overlay, a gRPC status or a GraphQL error;
 * `known` is the owner that the catalogue gives. What was observed at the upstream beats what the catalogue supposes.
 */
export function ownerIndexOf(
  outcome: number,
  known: number,
  status: number,
  upstreamStatus: number,
  upstreamBytes: number,
): number {
  if (outcome !== SERVER_ERROR) return ownerWithoutServerError(outcome, known)
  if (upstreamStatus === status && status !== 0) {
    return couldNotConnect(status, upstreamBytes) ? NETWORK : UPSTREAM
  }
  if (known !== UNKNOWN_OWNER || upstreamStatus === UPSTREAM_UNTOLD) return known
  return GATEWAY
}

function ownerWithoutServerError(outcome: number, known: number): number {
  if (outcome <= REDIRECT) return UNKNOWN_OWNER
  if (outcome === CLIENT_CLOSED) return CLIENT
  if (outcome === UNKNOWN_OUTCOME || known !== UNKNOWN_OWNER) return known
  return CLIENT
}

/** nginx writes its own 502 or 504 as the upstream's, with length 0, when it could not connect. */
function couldNotConnect(status: number, upstreamBytes: number): boolean {
  return upstreamBytes === 0 && (status === 502 || status === 504)
}

/** The class of a code; null means that no response was sent. */
export function classOf(code: number | null): StatusClass {
  return STATUS_CLASSES[classIndex(code ?? 0)] ?? 'none'
}

/** The outcome of a code; null means that no response was sent. */
export function outcomeOf(code: number | null, clientClosed = false): Outcome {
  return OUTCOMES[outcomeIndex(code ?? 0, clientClosed)] ?? 'unknown'
}

/** The owner of a code; the arguments are those of `ownerIndex`. */
export function ownerOf(code: number | null, upstreamStatus: number = UPSTREAM_UNTOLD, upstreamBytes = -1): Owner {
  return OWNERS[ownerIndex(code ?? 0, upstreamStatus, upstreamBytes)] ?? 'unknown'
}

/** Whether a number says "no response was sent". */
export function isAbsentStatus(status: number): boolean {
  return status === 0 || status === -1
}

/** Whether a number can be counted: an integer 100-999, or 0 and -1 for "no response"; all else is `bad_status`. */
export function isCountableStatus(status: number): boolean {
  return isAbsentStatus(status) || (Number.isInteger(status) && status >= 100 && status <= 999)
}
