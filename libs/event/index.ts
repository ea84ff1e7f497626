export { EventView } from './event-view.js'
export type { EventSink } from './event-sink.js'
export { METHODS, PROTOCOLS, type HttpEvent, type Method, type Protocol } from './http-event.js'
export { REJECT_REASONS, type RejectReason } from './reject.js'
