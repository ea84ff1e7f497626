/** Queries that show what can be asked. */
export const EXAMPLES: readonly { readonly name: string; readonly query: string; readonly variables?: string }[] = [
  {
    name: 'Errors by service and code',
    query: `query Errors($range: Range!) {
  breakdown(range: $range, by: [SERVICE, CODE], filter: { errorsOnly: true }, first: 20) {
    span { from to tier complete }
    total { errors denominator errorRate }
    rows {
      service
      code
      share
      counts { count errorRate }
      statusCode { name description whenToUse }
    }
    remainder { count }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: `{ "range": { "last": "1h" } }`,
  },
  {
    name: 'Every code of the last day',
    query: `{
  breakdown(range: { last: "24h" }, by: [CODE]) {
    total { count }
    rows { code share counts { count } statusCode { name } }
  }
}
`,
  },
  {
    name: 'Slowest routes',
    query: `{
  breakdown(range: { last: "1h" }, by: [SERVICE, ROUTE], orderBy: P99, first: 10) {
    rows { service route counts { count durationMs { p50 p95 p99 } } }
  }
}
`,
  },
  {
    name: 'Error and throttle rate over time',
    query: `{
  timeSeries(range: { last: "6h" }, by: [SERVICE], first: 5) {
    span { step }
    series {
      key { service }
      points { at counts { count errorRate throttleRate } }
    }
  }
}
`,
  },
  {
    name: 'Failing requests with their ids',
    query: `{
  samples(range: { last: "1h" }, filter: { errorsOnly: true }) {
    at service method route code durationMs requestId traceId
  }
}
`,
  },
  {
    name: 'Alerts and why they fired',
    query: `{
  alerts(first: 10) {
    nodes {
      state service track summary startedAt resolvedAt
      evidence { bad total rate normalUpTo windowSeconds top { route code share } samples { requestId } }
    }
  }
}
`,
  },
  {
    name: 'Sources, lag and ledger',
    query: `{
  sources {
    name lastEventAt lagMs health delivery
    ledger { received accepted duplicate rejected shed }
  }
}
`,
  },
  {
    name: 'What does 429 mean?',
    query: `{
  statusCode(code: 429) { name class description whenToUse example outcome owner retryable }
}
`,
  },
]
