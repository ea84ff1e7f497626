/** Why a record was not counted. One word: the same in the reply, the ledger, the metric and the quarantine. Append only. */
export const REJECT_REASONS = [
  'unreadable', // matches no layout that the source may use
  'bad_json', // begins as JSON and is not
  'not_an_object', // JSON, but no object
  'missing_status',
  'bad_status', // not 100..999 and not one of the words for "none"
  'bad_time',
  'too_long', // longer than the line limit
  'too_deep', // nested deeper than the limit
  'too_old', // more than 48 h before arrival
  'in_future', // more than 10 min after arrival
  'not_a_request', // a message of the gateway that is about no finished request
  'other_side', // the proxy at the other end of the same connection logs this request too
] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** Records that are well and need no mending: they are counted, and quarantine does not keep them. */
export const EXPECTED_REJECTS: ReadonlySet<RejectReason> = new Set<RejectReason>(['not_a_request', 'other_side'])
