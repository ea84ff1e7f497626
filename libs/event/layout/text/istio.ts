import { compileEnvoy } from '../../directive/envoy.js'
import type { Problem } from '../../directive/variable.js'
import type { Layout, TextLayout } from '../layout.js'
import { envoyLines } from './envoy.js'

const HEAD =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% '
const COUNTS =
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
  '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" '
const ADDRESSES =
  '%UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME%'
const MIXER = '"%DYNAMIC_METADATA(istio.mixer:status)%" '
const REASON = '"%UPSTREAM_TRANSPORT_FAILURE_REASON%" '

/** Istio's default format since 1.9, and those before it: of 1.3, and of 1.1 and 1.0, which name no route. */
const FORMATS = [
  `${HEAD}%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% ${REASON}${COUNTS}${ADDRESSES} %ROUTE_NAME%`,
  `${HEAD}${MIXER}${REASON}${COUNTS}${ADDRESSES} %ROUTE_NAME%`,
  `${HEAD}${MIXER}${COUNTS}${ADDRESSES}`,
]
const OLDEST = `${HEAD}${COUNTS}${ADDRESSES}`

/** The oldest begins as Envoy's own does, behind which operators may have put columns: only Istio's clusters tell them apart. */
const CLUSTER_AT_END = / (?:in|out)bound\|\d{0,5}\|[^\s"|]{0,253}\|[^\s"|]{0,253}(?: [^\s"]{1,255}){4}$/

/** The head up to the counts of bytes: enough of a line that is cut, or goes on in another way. */
const CUT =
  /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] ".{0,16384}?" \d{1,3} [A-Z,-]{1,99} (?![\d"])\S{1,999} \S{1,999} "[^"]{0,999}" \d{1,19} \d{1,19} /

/** Lines of Istio's default format. Of the two sidecars that log a request, the caller's counts. */
export const istio: TextLayout = {
  ...envoyLines('istio', [...FORMATS.map((format) => compileEnvoy('istio', format)), withCluster(OLDEST)], CUT),
  sentence: "Istio's default access log, as text or as JSON.",
}

function withCluster(format: string): Layout | Problem {
  const layout = compileEnvoy('istio', format)
  if ('problem' in layout || layout.kind !== 'text') return layout
  return {
    ...layout,
    reader: () => {
      const inner = layout.reader()
      return {
        recognise: (line, reading) => (CLUSTER_AT_END.test(line) ? inner.recognise(line, reading) : null),
        read: (line, reading) => inner.read(line, reading),
      }
    },
  }
}
