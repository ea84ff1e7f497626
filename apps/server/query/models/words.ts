import { registerEnumType } from '@nestjs/graphql'
import { ALERT_STATES, TRACKS, type AlertState as StoredState, type Track as DomainTrack } from '#alert'
import {
  OUTCOMES,
  OWNERS,
  STATUS_CLASSES,
  type Outcome as DomainOutcome,
  type Owner as DomainOwner,
  type StatusClass as DomainClass,
} from '#catalog'
import { DELIVERIES, type Delivery as DomainDelivery } from '#delta'
import {
  BREAKDOWN_ORDERS,
  DIMENSIONS,
  type BreakdownOrder as DomainOrder,
  type Dimension as DomainDimension,
} from '#store'

/** The words of the domain in upper case, as GraphQL and REST write them. */
function wordsOf<Word extends string>(words: readonly Word[]): { readonly [Upper in Uppercase<Word>]: Upper } {
  return Object.fromEntries(words.map((word) => [word.toUpperCase(), word.toUpperCase()])) as {
    [Upper in Uppercase<Word>]: Upper
  }
}

/** A word of the domain as answers write it. */
export function upper<Word extends string>(word: Word): Uppercase<Word> {
  return word.toUpperCase() as Uppercase<Word>
}

/** A word of a question as the domain writes it. */
export function lower<Word extends string>(word: Word): Lowercase<Word> {
  return word.toLowerCase() as Lowercase<Word>
}

export const StatusClass = wordsOf(STATUS_CLASSES)
export type StatusClass = Uppercase<DomainClass>
export const Outcome = wordsOf(OUTCOMES)
export type Outcome = Uppercase<DomainOutcome>
export const Owner = wordsOf(OWNERS)
export type Owner = Uppercase<DomainOwner>
export const Dimension = wordsOf(DIMENSIONS)
export type Dimension = Uppercase<DomainDimension>
export const BreakdownOrder = wordsOf(BREAKDOWN_ORDERS)
export type BreakdownOrder = Uppercase<DomainOrder>
export const Track = wordsOf(TRACKS)
export type Track = Uppercase<DomainTrack>
export const Delivery = wordsOf(DELIVERIES)
export type Delivery = Uppercase<DomainDelivery>
/** Suspicions that cleared are kept as records and shown nowhere. */
export type ShownState = Exclude<StoredState, 'inactive'>
export const SHOWN_STATES = ALERT_STATES.filter((state): state is ShownState => state !== 'inactive')
export const AlertState = wordsOf(SHOWN_STATES)
export type AlertState = Uppercase<ShownState>

registerEnumType(StatusClass, {
  name: 'StatusClass',
  description: 'The documented category of a status code, by its range.',
  valuesMap: {
    INFORMATIONAL: { description: '100-199.' },
    SUCCESS: { description: '200-299.' },
    REDIRECTION: { description: '300-399.' },
    CLIENT_ERROR: { description: '400-499.' },
    SERVER_ERROR: { description: '500-599.' },
    NONE: { description: 'No response was sent, or the code is 600-999.' },
  },
})
registerEnumType(Outcome, {
  name: 'Outcome',
  description: 'What happened to the caller. It may differ from the class: an error can travel under status 200.',
  valuesMap: {
    INTERIM: { description: 'An interim answer: 1xx but 101. In no rate.' },
    SUCCESS: { description: '2xx and 101.' },
    REDIRECT: { description: '3xx.' },
    CLIENT_ERROR: { description: 'The request was wrong.' },
    THROTTLED: { description: 'The caller was turned away for asking too often: 429 and what vendors use for it.' },
    CLIENT_CLOSED: { description: 'The caller left before the answer. In no rate.' },
    SERVER_ERROR: { description: 'The request failed on the serving side.' },
    UNKNOWN: { description: 'The log does not tell. In no rate.' },
  },
})
registerEnumType(Owner, {
  name: 'Owner',
  description: 'Whose fault an outcome was.',
  valuesMap: {
    CLIENT: { description: 'The caller.' },
    GATEWAY: { description: 'The gateway that wrote the log.' },
    UPSTREAM: { description: 'The service behind the gateway.' },
    NETWORK: { description: 'The way between them.' },
    UNKNOWN: { description: 'The log does not tell, or nobody: it was no error.' },
  },
})
registerEnumType(Dimension, {
  name: 'Dimension',
  description: 'By what counts can be split.',
  valuesMap: {
    SOURCE: { description: 'Where the log came from.' },
    GATEWAY: { description: 'The gateway that wrote it.' },
    SERVICE: { description: 'The service that was asked.' },
    ROUTE: { description: "The route's template, such as /users/{id}." },
    METHOD: { description: 'The HTTP method; of a GraphQL operation its kind: QUERY, MUTATION or SUBSCRIPTION.' },
    PROTOCOL: { description: 'The protocol, such as http/2.' },
    CODE: { description: 'The exact status code.' },
    CLASS: { description: 'The category of the code.' },
    OUTCOME: { description: 'What happened to the caller.' },
    OWNER: { description: 'Whose fault it was.' },
  },
})
registerEnumType(BreakdownOrder, {
  name: 'BreakdownOrder',
  description: 'What comes first in a breakdown: the largest of this.',
  valuesMap: {
    COUNT: { description: 'Events.' },
    ERRORS: { description: 'Server errors.' },
    ERROR_RATE: { description: 'Share of server errors.' },
    THROTTLED: { description: 'Throttled events.' },
    THROTTLE_RATE: { description: 'Share of throttled events.' },
    BYTES: { description: 'Response bytes.' },
    P99: { description: 'The slowest; only where durations are kept.' },
  },
})
registerEnumType(Track, {
  name: 'Track',
  description: 'What an alert watches.',
  valuesMap: {
    SERVER_ERROR: { description: 'Requests that failed on the serving side.' },
    THROTTLED: { description: 'Callers that were turned away.' },
  },
})
registerEnumType(AlertState, {
  name: 'AlertState',
  description: 'Where an alert stands.',
  valuesMap: {
    PENDING: { description: 'The condition holds, but not yet for long enough.' },
    FIRING: { description: 'The condition held, and somebody was told.' },
    STALE: { description: 'It fired, and then the data stopped: nobody knows.' },
    RESOLVED: { description: 'It is over.' },
  },
})
registerEnumType(Delivery, {
  name: 'Delivery',
  description: 'How surely the events of a source are counted once.',
  valuesMap: {
    EXACTLY_ONCE: { description: 'Batches carry keys: a repetition is recognised.' },
    AT_LEAST_ONCE: { description: 'Some batches cannot be recognised when they are sent again.' },
    BEST_EFFORT: { description: 'The sender gets no acknowledgement: events may be lost on the way.' },
  },
})
