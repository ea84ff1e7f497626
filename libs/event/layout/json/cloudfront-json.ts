import { cloudfrontEvent } from '../cloudfront-event.js'
import { hasAll } from '../json-table.js'
import type { JsonLayout } from '../layout.js'
import { textAt } from '../value-at.js'
import { cloudfront } from '../text/cloudfront.js'

const MARKS = [
  'x-edge-location',
  'x-edge-request-id',
  'x-edge-result-type',
  'x-edge-response-result-type',
  'x-edge-detailed-result-type',
]

/** CloudFront's standard logs (v2) as JSON: the same names, values are texts. */
export const cloudfrontJson: JsonLayout = {
  kind: 'json',
  name: cloudfront.name,
  sentence: cloudfront.sentence,
  marks: MARKS,
  recognise: (record) => MARKS.map((mark) => hasAll(record, 'sc-status', mark)).find((why) => why !== null) ?? null,
  read: (record, reading) => cloudfrontEvent((name) => textAt(record, name), reading),
}
