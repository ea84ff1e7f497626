/** The labels of one series of the benchmark, as an event tells them. */
export interface Labels {
  readonly source: string
  readonly gateway: string
  readonly service: string
  readonly route: string
  readonly method: string
  readonly code: number
}

const SOURCES = 5
const SERVICES_PER_SOURCE = 10
/** Services are known to several sources. */
const SERVICES = 25
/** How a route is called and what it answers. */
const ANSWERS = [
  ['GET', 200],
  ['GET', 304],
  ['GET', 404],
  ['GET', 429],
  ['GET', 500],
  ['GET', 503],
  ['POST', 201],
  ['POST', 400],
  ['POST', 500],
  ['POST', 502],
] as const

/** How many series one route more gives every service. */
const SERIES_PER_ROUTE = SOURCES * SERVICES_PER_SOURCE * ANSWERS.length

/** `count` series: five sources with ten services each; every route of a service has ten, told apart by method and code. */
export const labelsOf = (count: number): Labels[] => {
  const labels: Labels[] = []
  for (let route = 0; route < Math.max(1, count / SERIES_PER_ROUTE); route++)
    for (let place = 0; place < SOURCES * SERVICES_PER_SOURCE; place++)
      for (const [method, code] of ANSWERS)
        labels.push({ ...placeOf(place), route: `/v1/things-${route}/{id}`, method, code })
  return labels.slice(0, count)
}

const placeOf = (place: number): Pick<Labels, 'source' | 'gateway' | 'service'> => {
  const source = Math.floor(place / SERVICES_PER_SOURCE)
  const service = (source * 5 + (place % SERVICES_PER_SOURCE)) % SERVICES
  return { source: `edge-${source}`, gateway: `gateway-${source}`, service: `service-${service}` }
}
