import type { Protocol } from '../http-event.js'

const WORDS: ReadonlyMap<string, Protocol> = new Map([
  ['http/1.0', 'http/1.0'],
  ['1.0', 'http/1.0'],
  ['http/1.1', 'http/1.1'],
  ['1.1', 'http/1.1'],
  ['http/2', 'http/2'],
  ['http/2.0', 'http/2'],
  ['2', 'http/2'],
  ['2.0', 'http/2'],
  ['h2', 'http/2'],
  ['h2c', 'http/2'],
  ['http/3', 'http/3'],
  ['http/3.0', 'http/3'],
  ['3', 'http/3'],
  ['3.0', 'http/3'],
  ['h3', 'http/3'],
  ['grpc', 'grpc'],
  ['grpcs', 'grpc'],
  ['websocket', 'websocket'],
  ['ws', 'websocket'],
  ['wss', 'websocket'],
])

/** The protocol that a log's word names; `unknown` for any other word. */
export function protocolOf(text: string): Protocol {
  return WORDS.get(text.trim().toLowerCase()) ?? 'unknown'
}
