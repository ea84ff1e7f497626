import { compileEnvoy } from '../../directive/envoy.js'
import type { TextLayout } from '../layout.js'
import { envoyLines } from './envoy.js'

const HEAD =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% '
const TAIL =
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
  '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% ' +
  '%UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%'

/** Istio's default format since 1.9, and the one before it. */
const FORMATS = [
  `${HEAD}%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" ${TAIL}`,
  `${HEAD}"%DYNAMIC_METADATA(istio.mixer:status)%" "%UPSTREAM_TRANSPORT_FAILURE_REASON%" ${TAIL}`,
]

/** The head up to the counts of bytes: enough of a line that is cut, or goes on in another way. */
const CUT =
  /^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z\] ".{0,16384}?" \d{1,3} [A-Z,-]{1,99} (?![\d"])\S{1,999} \S{1,999} "[^"]{0,999}" \d{1,19} \d{1,19} /

/** Lines of Istio's default format. Of the two sidecars that log a request, the caller's counts. */
export const istio: TextLayout = {
  ...envoyLines(
    'istio',
    FORMATS.map((format) => compileEnvoy('istio', format)),
    CUT,
  ),
  sentence: "Istio's default access log, as text or as JSON.",
}
