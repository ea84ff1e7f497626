import type { HttpEvent } from '#event'
import type { Seen } from './detection.js'

const MAX_PATH_CHARS = 40
const MAX_CHARS = 120

/** A record in one short line: the event, or why there is none and where the line stops being of its format. */
export function recordLine({ event, reject, mismatch }: Seen): string {
  if (event !== null) return cut(eventLine(event), MAX_CHARS)
  if (mismatch === null) return reject ?? ''
  const { at, expected, found } = mismatch
  return `${reject}: column ${at + 1}, expected ${expected}, found ${found === '' ? 'the end' : JSON.stringify(found)}`
}

function eventLine(event: HttpEvent): string {
  const { tsMs, status, method, path, durationMs, bytes, upstreamStatuses, flags } = event
  const told = {
    service: event.service,
    route: event.route,
    host: event.host,
    upstream: upstreamStatuses?.map((one) => one ?? '-').join(','),
    flags: flags?.join(','),
    grpc: event.grpcStatus,
    graphql: event.graphql?.operation,
    outcome: event.outcome,
  }
  const words = [
    tsMs === null ? 'now' : new Date(tsMs).toISOString(),
    status ?? '-',
    method ?? '-',
    path === undefined ? '-' : cut(path, MAX_PATH_CHARS),
    ...(durationMs === undefined ? [] : [`${durationMs} ms`]),
    ...(bytes === undefined ? [] : [`${bytes} B`]),
    ...Object.entries(told).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`${name}=${value}`],
    ),
  ]
  return words.join(' ')
}

function cut(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars - 1)}…` : text
}
