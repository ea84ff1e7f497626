import { readSpelling } from '../../exact/spelling.js'
import type { Field } from '../../exact/alias.js'
import { patternLayout } from '../pattern-layout.js'
import { Pattern, type Shape, type Slot } from '../pattern.js'
import { producedBy } from '../producer.js'

function slot(name: string, shape: Shape, ...tells: (readonly [Field, string])[]): Slot {
  return { name, shape, tells: tells.map(([field, word]) => ({ ...readSpelling(word), field })) }
}

/** Nothing is escaped: the agent may hold quotes, so what stands behind it is read from the end of the line. */
const PATTERN = new Pattern([
  slot('ClientHost', 'free'),
  ' - ',
  slot('ClientUsername', 'free', ['consumer', 'ClientUsername']),
  ' [',
  slot('StartLocal', 'free', ['ts', 'start:StartLocal']),
  '] "',
  slot('Request', 'free', ['request', 'Request']),
  '" ',
  slot('OriginStatus', 'word', ['status', 'OriginStatus'], ['upstreamStatus', 'OriginStatus']),
  ' ',
  slot('OriginContentSize', 'word', ['bytes', 'OriginContentSize']),
  ' "',
  slot('request_Referer', 'free'),
  '" "',
  slot('request_User-Agent', 'loose'),
  '" ',
  slot('RequestCount', 'word'),
  ' "',
  slot('RouterName', 'free', ['route', 'RouterName']),
  '" "',
  slot('ServiceURL', 'free'),
  '" ',
  slot('Duration', 'word', ['duration', 'ms:Duration']),
])

/**
 * Traefik's access log in its common format (docs: Traefik, "Logs & AccessLogs"). Times start. Status and size are those of
 * the service: where Traefik answered itself, or a middleware did, the log does not tell with what.
 */
export const traefikClf = patternLayout({
  name: 'traefik',
  sentence: "Traefik's access log in its common format; the status is the service's.",
  pattern: PATTERN,
  looksLike: (line) => /" \d{1,15}ms$/.test(line.slice(-24)),
  settle: (event) =>
    event.status === null
      ? {
          ...event,
          outcome: 'unknown',
          owner: 'gateway',
          detail: 'answered by Traefik, which does not log its own status',
        }
      : producedBy('upstream', event),
})
