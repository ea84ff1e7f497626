import type { Protocol } from '../http-event.js'
import { labelOf, storable } from '../label.js'
import { isAbsent } from './absent.js'
import { protocolOf } from './protocol.js'

/** What a request line tells; garbage and empty lines tell nothing, and the event still counts. */
export interface RequestLine {
  readonly method?: string
  readonly path?: string
  readonly protocol?: Protocol
  /** Of a target in absolute form. */
  readonly host?: string
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/
const PROTOCOL = /^HTTP\/\d(?:\.\d)?$/

/** Scheme and authority of a target in absolute form, as clients ask proxies and as varnishncsa writes every request. */
const ABSOLUTE = /^[A-Za-z][\dA-Za-z+.-]{0,15}:\/\/([^/?#]*)/

/**
 * Reads `GET /x?q HTTP/1.1`, of `GET http://h/x HTTP/1.1` path and host. A target may hold raw spaces where the protocol
 * follows it; without a protocol (HTTP/0.9, or a line cut short) it ends at the first space.
 */
export function requestLineOf(text: string): RequestLine {
  const trimmed = text.trim()
  if (isAbsent(trimmed)) return {}
  const first = trimmed.indexOf(' ')
  const word = first < 0 ? trimmed : trimmed.slice(0, first)
  if (!TOKEN.test(word)) return {}
  const method = word.toUpperCase()
  if (first < 0) return { method }
  const last = trimmed.lastIndexOf(' ')
  const tail = trimmed.slice(last + 1)
  const whole = PROTOCOL.test(tail)
  const target = whole
    ? trimmed.slice(first + 1, Math.max(last, first + 1))
    : (trimmed.slice(first + 1).split(' ', 1)[0] ?? '')
  return { method, ...placeOf(target.trim()), ...(whole ? { protocol: protocolOf(tail) } : {}) }
}

function placeOf(target: string): Pick<RequestLine, 'path' | 'host'> {
  const [prefix, authority] = ABSOLUTE.exec(target) ?? []
  if (prefix === undefined || authority === undefined) {
    const path = pathOf(target)
    return path === undefined ? {} : { path }
  }
  // What stands before an @ is a user with a password; a virtual host is known without its port.
  const host = labelOf(authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d{0,5}$/, ''))
  return { path: pathOf(target.slice(prefix.length)) ?? '/', ...(host === undefined ? {} : { host }) }
}

/** The target without query string and fragment; undefined where it is absent. */
export function pathOf(target: string): string | undefined {
  const trimmed = target.trim()
  if (isAbsent(trimmed)) return undefined
  const end = trimmed.search(/[?#]/)
  const path = end < 0 ? trimmed : trimmed.slice(0, end)
  return path === '' ? undefined : storable(path)
}
