import { cloudfrontEvent } from '../cloudfront-event.js'
import type { TextLayout } from '../layout.js'
import { W3cColumns } from './w3c-columns.js'
import { mismatchOfDefaults, W3cReader, type W3cDialect } from './w3c-reader.js'

const STANDARD =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) ' +
  'cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken ' +
  'x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status ' +
  'fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len ' +
  'sc-range-start sc-range-end'

/** CloudFront's standard logs, by the names in `#Fields`. */
export const cloudfrontDialect: W3cDialect = {
  whose: "CloudFront's standard log",
  // Files of the years before 2019 end before the port of the client.
  defaults: [STANDARD, STANDARD.split(' ').slice(0, 26).join(' ')].map((fields) => W3cColumns.of(fields)),
  isOwn: (columns) => columns.isCloudFront,
  hasDirectives: false,
  event: (value, _header, reading) => cloudfrontEvent(value, reading),
}

export const cloudfront: TextLayout = {
  kind: 'text',
  name: 'cloudfront',
  sentence: "CloudFront's standard logs: tab-separated, or as JSON.",
  reader: () => new W3cReader(cloudfrontDialect),
  mismatch: (line) => mismatchOfDefaults(cloudfrontDialect, line),
}
