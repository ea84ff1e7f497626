import { oneOf } from '../../directive/alternatives.js'
import { knownEnvoy } from '../../directive/envoy-known.js'
import type { TextLayout } from '../layout.js'

/** Envoy's default format string (its manual, "Access logging"). */
const DEFAULT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
  '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"'

/** The head up to the quotes around the addresses: enough of a line that is cut, or goes on in another way. */
const HEAD =
  /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] ".{0,16384}?" \d{1,3} [A-Z,-]{1,99} \d{1,19} \d{1,19} \d{1,12} [\d-]{1,12} "/

/** Lines of Envoy's default format. Its time begins the line, as in no other format. */
export const envoy: TextLayout = envoyLines('envoy', "Envoy's default access log, as text or as JSON.", [DEFAULT], HEAD)

/** A layout of lines of known format strings, which are tried in turn; `head` knows a line that is cut. */
export function envoyLines(name: string, sentence: string, formats: readonly string[], head: RegExp): TextLayout {
  const layouts = formats.map((format) => {
    const layout = knownEnvoy({ name, sentence }, format)
    if ('problem' in layout) throw new Error(`${name}: ${layout.problem}`)
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
