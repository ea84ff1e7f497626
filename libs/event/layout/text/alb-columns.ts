/** Columns of an Application Load Balancer's access log, in order; newer ones are added at the end. */
const APPLICATION = (
  'type timestamp elb client target request_processing_time target_processing_time response_processing_time ' +
  'elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol ' +
  'target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time actions_executed ' +
  'redirect_url error_reason target_list target_status_code_list classification classification_reason'
).split(' ')
/** A Classic Load Balancer writes the same without the type, and ends behind the TLS protocol. */
const CLASSIC = APPLICATION.slice(1, 16)

const TYPES: ReadonlySet<string> = new Set(['http', 'https', 'h2', 'grpcs', 'ws', 'wss'])
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/
const SECONDS = /^(?:-1|\d{1,9}(?:\.\d{1,9})?)$/
const STATUS = /^(?:\d{3}|-)$/

/** The values of a line by column; what is behind its end is missing. */
export type AlbColumns = ReadonlyMap<string, string>

/** The columns of a line; null where it is no load balancer's, or cut before the status. */
export function albColumnsOf(line: string): AlbColumns | null {
  const space = line.indexOf(' ')
  const isApplication = space > 0 && TYPES.has(line.slice(0, space))
  if (!isApplication && !TIME.test(line.slice(0, Math.max(space, 0)))) return null
  const names = isApplication ? APPLICATION : CLASSIC
  const values = valuesOf(line, names.length)
  const columns = new Map(values.map((value, index) => [names[index] ?? '', value] as const))
  return isLoadBalancers(columns) ? columns : null
}

function isLoadBalancers(columns: AlbColumns): boolean {
  const fits = (name: string, shape: RegExp) => shape.test(columns.get(name) ?? '')
  return (
    fits('timestamp', TIME) &&
    fits('elb_status_code', STATUS) &&
    ['request_processing_time', 'target_processing_time', 'response_processing_time'].every((name) =>
      fits(name, SECONDS),
    )
  )
}

/** At most `limit` values of a line, which spaces separate; quoted ones may hold spaces. */
function valuesOf(line: string, limit: number): string[] {
  const values: string[] = []
  let from = 0
  while (from < line.length && values.length < limit) {
    const isQuoted = line[from] === '"'
    const end = isQuoted ? closingQuote(line, from + 1) : wordEnd(line, from)
    values.push(isQuoted ? line.slice(from + 1, end) : line.slice(from, end))
    from = end + (isQuoted ? 2 : 1)
  }
  return values
}

function wordEnd(line: string, from: number): number {
  const end = line.indexOf(' ', from)
  return end < 0 ? line.length : end
}

/**
 * The quote that closes a value: one that no backslash escapes and that the next column or the end follows; the end of a line
 * that is cut.
 */
function closingQuote(line: string, from: number): number {
  for (let i = from; i < line.length; i++) {
    if (line[i] === '\\') i++
    else if (line[i] === '"' && (i + 1 === line.length || line[i + 1] === ' ')) return i
  }
  return line.length
}
