import { oneOf } from '../../directive/alternatives.js'
import { knownEnvoy } from '../../directive/envoy-known.js'
import type { Problem } from '../../directive/variable.js'
import type { Layout, TextLayout } from '../layout.js'

/** Envoy's default format string (its manual, "Access logging"). */
const DEFAULT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
  '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"'

/** The head up to the quotes around the addresses: enough of a line that is cut, or goes on in another way. */
const HEAD =
  /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] ".{0,16384}?" \d{1,3} [A-Z,-]{1,99} \d{1,19} \d{1,19} \d{1,12} [\d-]{1,12} "/

const NAMED = { name: 'envoy', sentence: "Envoy's default access log, as text or as JSON." }

/** Lines of Envoy's default format. Its time begins the line, as in no other format. */
export const envoy: TextLayout = envoyLines(NAMED.name, [knownEnvoy(NAMED, DEFAULT)], HEAD)

/** One layout of lines that begin as Envoy's do; `head` knows a line that is cut. */
export function envoyLines(name: string, compiled: readonly (Layout | Problem)[], head: RegExp): TextLayout {
  const layouts = compiled.map((layout) => {
    if ('problem' in layout || layout.kind !== 'text') throw new Error(`${name}: no lines of text`)
    return layout
  })
  const all = oneOf(layouts)
  return {
    ...all,
    reader: () => {
      const inner = all.reader()
      return {
        recognise: (line, reading) => {
          if (!BEGIN.test(line)) return null
          return inner.recognise(line, reading) ?? (head.test(line) ? `it has the head of ${name}` : null)
        },
        read: (line, reading) => inner.read(line, reading),
      }
    },
  }
}

const BEGIN = /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] "/
