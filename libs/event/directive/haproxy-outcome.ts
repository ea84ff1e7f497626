import type { Owner } from '#catalog'
import type { Parsed } from '../exact/told-event.js'
import type { HttpEvent } from '../http-event.js'
import { hostOfUrl } from '../layout/host-of-url.js'
import type { RawValues } from '../layout/pattern-layout.js'
import { leftByClient, producedBy } from '../layout/producer.js'
import { pathOfUrl } from '../layout/url-path.js'
import type { Moment } from './haproxy-date.js'
import { decimalOf } from '../value/decimal.js'
import { durationOfText } from '../value/duration.js'

/** Variables that only together tell what happened; a line is read up to the last of them that it has. */
export const SETTLING: ReadonlySet<string> = new Set(['%tsc', '%ts', '%s', '%rc', '%Ta', '%Tt', '%Th', '%Ti', '%Tr'])

/**
 * Adds to an event what several values of a line tell together: its end, who answered, who is at fault. `moment` is what the
 * time of the line names.
 */
export function settlingHaproxy(moment: Moment | null) {
  return (event: HttpEvent, raw: RawValues): Parsed => settle(event, moment, raw)
}

function settle(event: HttpEvent, moment: Moment | null, raw: RawValues): Parsed {
  const ended = { ...withoutUrl(event), ...clockOf(event, moment, raw) }
  const state = (raw('%tsc') ?? raw('%ts') ?? '').replaceAll('"', '')
  const isAnswered = answered(event, state, raw)
  const told = { ...ended, ...attemptsOf(event, isAnswered, raw), ...wordsOf(state, raw('%s')) }
  if (hasLeft(told, state)) return leftByClient(told)
  return producedBy(isAnswered ? 'upstream' : ownerOf(told, state, raw('%s')), told)
}

/** Of HTTP/2 requests, and of those to a forward proxy, HAProxy logs the whole URL. */
function withoutUrl(event: HttpEvent): HttpEvent {
  const url = event.path ?? ''
  const host = event.host ?? hostOfUrl(url)
  return URL_START.test(url) && host !== '' ? { ...event, path: pathOfUrl(url), host } : event
}

const URL_START = /^[A-Za-z][A-Za-z\d+.-]{1,7}:\/\//

/** A request (`%tr`) ends after Ta, waiting for it and the request (`%t`) after Tt, and a line is written at the end. */
function clockOf(
  event: HttpEvent,
  moment: Moment | null,
  raw: RawValues,
): Partial<Pick<HttpEvent, 'tsMs' | 'durationMs'>> {
  const timer = (name: string): number | undefined => {
    const text = raw(name)
    return text === undefined ? undefined : durationOfText(text, 'ms')
  }
  const total = timer('%Tt')
  const before = (timer('%Th') ?? 0) + (timer('%Ti') ?? 0)
  const active = timer('%Ta') ?? (total === undefined ? undefined : Math.max(0, total - before))
  const waited = total ?? (active === undefined ? undefined : active + before)
  const elapsed = moment === 'end' ? undefined : moment === 'request' ? active : waited
  return {
    ...(event.tsMs !== null && elapsed !== undefined && { tsMs: event.tsMs + Math.round(elapsed) }),
    ...(active !== undefined && { durationMs: active }),
  }
}

/** `<NOSRV>`, `<STATS>`, `<CACHE>` and the like stand where no server was asked. */
function isServer(name: string | undefined): name is string {
  return name !== undefined && name !== '' && name !== '-' && !name.startsWith('<')
}

/** Whether the status is a server's: one was asked, and it sent its headers. */
function answered(event: HttpEvent, state: string, raw: RawValues): boolean {
  const server = raw('%s')
  if (event.status === null || (server !== undefined && !isServer(server))) return false
  const untilHeaders = raw('%Tr')
  if (untilHeaders !== undefined) return !untilHeaders.startsWith('-')
  return isServer(server) && (state.startsWith('-') || state[1] === 'D' || state[1] === 'L')
}

/** More attempts than any configuration asks for. */
const MAX_RETRIES = 99

/** HAProxy counts its retries and tells the status of the last attempt only. `+` marks another server for the last one. */
function attemptsOf(event: HttpEvent, isAnswered: boolean, raw: RawValues): Pick<HttpEvent, 'upstreamStatuses'> {
  const [retries, server] = [raw('%rc'), raw('%s')]
  if (retries === undefined && server === undefined) return {}
  const count = Math.min(Math.max(0, Math.floor(decimalOf(retries ?? '') ?? 0)), MAX_RETRIES)
  if (count === 0 && !isAnswered && !isServer(server)) return server === undefined ? {} : { upstreamStatuses: [] }
  return { upstreamStatuses: [...Array<null>(count).fill(null), isAnswered ? event.status : null] }
}

const WHO: Readonly<Record<string, string>> = {
  C: 'client aborted',
  c: 'client timed out',
  S: 'server aborted',
  s: 'server timed out',
  P: 'refused',
  R: 'out of resources',
  I: 'internal error of the proxy',
  D: 'server went down',
  U: 'backup server no longer needed',
  K: 'killed by an operator',
}
const WHEN: Readonly<Record<string, string>> = {
  R: 'in the request',
  Q: 'in the queue',
  C: 'while connecting',
  H: 'before the response headers',
  D: 'in the data',
  L: 'in the last data',
  T: 'in the tarpit',
}

/** Where the two characters together say more than one after the other. */
const TOGETHER: Readonly<Record<string, string>> = {
  PR: 'request refused',
  PT: 'request tarpitted',
  PH: 'response refused',
  PD: 'bad chunk refused',
  PC: 'out of sockets',
  RC: 'out of resources',
}
const NO_SERVER = 'no server available'

/** The first two characters of the termination state, as a flag and in words. */
function wordsOf(state: string, server: string | undefined): Pick<HttpEvent, 'flags' | 'detail'> {
  const flag = state.slice(0, 2)
  if (!/^[A-Za-z][A-Za-z-]$/.test(flag)) return {}
  const isNone = flag === 'SC' && server === '<NOSRV>'
  const who = WHO[flag.charAt(0)]
  const words = isNone ? NO_SERVER : (TOGETHER[flag] ?? [who, WHEN[flag.charAt(1)]].join(' ').trim())
  return { flags: [flag], ...(who !== undefined && { detail: `${flag}: ${words}` }) }
}

/**
 * Whether the client left or fell silent before the response was complete. A tunnel may end by either side, and 408 is an
 * answer to a silent client.
 */
function hasLeft({ status }: HttpEvent, state: string): boolean {
  if (status === 101) return false
  return state.startsWith('C') || (state.startsWith('c') && status !== 408)
}

/** Who is at fault where no server answered: the servers behind, the way to them, or HAProxy, which decided by itself. */
function ownerOf({ status }: HttpEvent, state: string, server: string | undefined): Owner {
  const [who = '', when = ''] = state
  if (who === 'S' || who === 's') {
    if (when === 'Q') return 'gateway'
    // Without a server none was up: that is the servers' fault, and no connection was tried.
    if (when === 'C') return server !== undefined && !isServer(server) ? 'upstream' : 'network'
    return 'upstream'
  }
  // The server's answer was invalid; 500 says that HAProxy's own rules could not be applied to it.
  if (who === 'P' && (when === 'H' || when === 'D')) return status === 502 ? 'upstream' : 'gateway'
  return who === 'D' ? 'upstream' : 'gateway'
}
