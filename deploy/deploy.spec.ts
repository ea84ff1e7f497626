import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const readYaml = <Shape>(path: string): Shape => parse(read(path)) as Shape

/** The public metrics that rules and dashboards may rely on, with their labels. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  gateway_http_requests_total: ['source', 'gateway', 'service', 'class', 'code', 'outcome'],
  gateway_http_backfilled_requests_total: ['source', 'gateway', 'service', 'class', 'code', 'outcome'],
  gateway_http_request_duration_seconds_bucket: ['source', 'gateway', 'service', 'class', 'le'],
  gateway_http_response_bytes_total: ['source', 'gateway', 'service'],
  gateway_http_upstream_retries_total: ['source', 'gateway', 'service'],
  statusline_events_total: ['source', 'result'],
  statusline_rejected_total: ['source', 'reason'],
  statusline_source_lag_seconds: ['source'],
  statusline_series: ['source'],
  statusline_series_limit: ['source'],
  statusline_journal_pending: [],
  statusline_journal_bytes: [],
  statusline_journal_limit_bytes: [],
  statusline_journal_oldest_seconds: [],
  statusline_ingest_requests_total: ['door', 'reason'],
  statusline_body_bytes: [],
  statusline_body_limit_bytes: [],
  statusline_append_waiting: [],
  statusline_append_waiting_limit: [],
  statusline_append_waiting_events: [],
  statusline_append_waiting_events_limit: [],
  statusline_quarantine_records: [],
  statusline_quarantine_records_limit: [],
  statusline_fold_seconds_bucket: ['le'],
  statusline_alerts: ['state'],
  statusline_notifications_total: ['channel', 'result'],
}
/** Labels that Prometheus itself puts on what it scrapes. */
const SCRAPE_LABELS = ['job', 'instance', 'pod']

interface Service {
  image?: string
  build?: string
  command?: string[]
  volumes?: string[]
  ports?: string[]
  networks?: string[]
  environment?: Record<string, string>
  depends_on?: string[] | Record<string, { condition: string }>
}
interface Compose {
  services: Record<string, Service>
  volumes: Record<string, unknown>
  networks: Record<string, unknown>
}
interface Rule {
  record?: string
  alert?: string
  expr: string
  annotations?: Record<string, string>
}
interface Panel {
  id: number
  title: string
  targets?: { expr: string }[]
}
interface Dashboard {
  panels: Panel[]
  templating: { list: { definition?: string }[] }
}

const compose = readYaml<Compose>('docker-compose.yml')
const services = Object.entries(compose.services)
const rules = readYaml<{ groups: { rules: Rule[] }[] }>('deploy/prometheus/rules/statusline.yml').groups.flatMap(
  (group) => group.rules,
)
const dashboards = readdirSync(join(ROOT, 'deploy/grafana/dashboards')).map(
  (file) => [file, JSON.parse(read(`deploy/grafana/dashboards/${file}`)) as Dashboard] as const,
)
const recorded = rules.flatMap((rule) => rule.record ?? [])

const ruleQueries = rules.map((rule) => [rule.record ?? rule.alert ?? '', rule.expr] as const)
const panelQueries = dashboards.flatMap(([, dashboard]) =>
  dashboard.panels.flatMap((panel) => (panel.targets ?? []).map((target) => [panel.title, target.expr] as const)),
)
const variableQueries = dashboards.flatMap(([file, dashboard]) =>
  dashboard.templating.list.flatMap((variable) =>
    variable.definition === undefined ? [] : [[file, variable.definition] as const],
  ),
)

/** Every `name{matchers}` of ours in a query. */
function selectorsOf(query: string): { name: string; labels: string[] }[] {
  return [...query.matchAll(/(?<![:\w])((?:gateway|statusline)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', inner = '']) => ({
      name,
      labels: [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  )
}

/** Compose's `host:container[:mode]`. */
function volumeOf(volume: string): { from: string; to: string } {
  const [from = '', to = ''] = volume.split(':')
  return { from, to }
}

describe('docker-compose.yml', () => {
  it('starts Statusline with its database, Prometheus, Alertmanager and Grafana', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['postgres', 'statusline', 'prometheus', 'alertmanager', 'grafana']),
    )
  })

  it.each(services)('%s mounts only what exists', (_, service) => {
    for (const { from, to } of (service.volumes ?? []).map(volumeOf)) {
      if (from.startsWith('./')) expect([from, existsSync(join(ROOT, from))]).toEqual([from, true])
      else expect(Object.keys(compose.volumes)).toContain(from)
      expect(to).toMatch(/^\//)
    }
  })

  it.each(services)('%s names a pinned image, known networks and known services', (_, service) => {
    expect(service.image).toMatch(/^[\w./-]+:v?\d[\w.]*$/)
    for (const name of service.networks ?? []) expect(['default', ...Object.keys(compose.networks)]).toContain(name)
    const needs = service.depends_on ?? []
    for (const name of Array.isArray(needs) ? needs : Object.keys(needs))
      expect(compose.services).toHaveProperty([name])
  })

  it.each(services)('%s publishes ports on loopback only', (_, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
  })

  it('gives Statusline a key from the first start, and Prometheus the same one', () => {
    const file = compose.services['statusline']?.environment?.['STATUSLINE_ADMIN_KEY_FILE']
    const config = readYaml<{ scrape_configs: { job_name: string; authorization?: { credentials_file: string } }[] }>(
      'deploy/prometheus/prometheus.yml',
    )
    const job = config.scrape_configs.find((scrape) => scrape.job_name === 'statusline')
    expect(job?.authorization?.credentials_file).toBe(file)
    for (const name of ['make-key', 'statusline', 'prometheus']) {
      const mounts = compose.services[name]?.volumes?.map(volumeOf) ?? []
      expect(mounts).toContainEqual({ from: 'keys', to: '/run/statusline' })
    }
    for (const name of ['statusline', 'prometheus']) {
      expect(compose.services[name]?.depends_on).toHaveProperty('make-key.condition', 'service_completed_successfully')
    }
  })

  it('runs the script that makes the key with a shell, whatever its mode on the host', () => {
    expect(statSync(join(ROOT, 'deploy/compose/make-key.sh')).isFile()).toBe(true)
    expect(read('docker-compose.yml')).toContain("entrypoint: ['/bin/sh', '/make-key.sh', '/run/statusline/admin.key']")
  })
})

describe('Dockerfile', () => {
  const lines = read('Dockerfile').split('\n')
  const final = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))

  it('builds and runs on Node 24, and not as root', () => {
    const bases = lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1])
    expect(bases.length).toBeGreaterThan(1)
    expect(new Set(bases)).toEqual(new Set(['node:24-bookworm-slim']))
    expect(final).toContain('USER node')
    expect(final.findIndex((line) => line.startsWith('USER '))).toBeLessThan(
      final.findIndex((line) => line.startsWith('CMD ')),
    )
  })

  it('copies only files that exist and that the build context holds', () => {
    const ignored = read('.dockerignore').split('\n')
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1))
    expect(copied).toContain('package-lock.json')
    for (const file of copied) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true])
      expect(ignored).not.toContain(file)
    }
  })

  it('asks /readyz whether it is healthy', () => {
    expect(final.join('\n')).toMatch(/^HEALTHCHECK [^]*\/readyz/m)
  })
})

describe('rules and dashboards', () => {
  it('have something to check', () => {
    expect(rules.length).toBeGreaterThan(10)
    expect(panelQueries.length).toBeGreaterThan(10)
    expect(variableQueries).toHaveLength(3)
  })

  it.each([...ruleQueries, ...panelQueries, ...variableQueries])(
    '%s uses public metrics and their labels',
    (_, query) => {
      for (const { name, labels } of selectorsOf(query)) {
        expect(Object.keys(METRICS)).toContain(name)
        for (const label of labels) expect([...(METRICS[name] ?? []), ...SCRAPE_LABELS]).toContain(label)
      }
    },
  )

  it.each([...ruleQueries, ...panelQueries])('%s counts replicas once', (_, query) => {
    const counters = selectorsOf(query).filter(({ name }) => /^gateway_|_total$/.test(name)).length
    expect(query.match(/max without \(instance, pod\)\s+\((?:rate|increase)\(/g)?.length ?? 0).toBe(counters)
  })

  it.each([...ruleQueries, ...panelQueries])('%s reads only rates that are recorded', (_, query) => {
    for (const [name] of query.matchAll(/\b[a-z_]+:\w+:\w+/g)) expect(recorded).toContain(name)
  })

  it.each(rules.filter((rule) => rule.alert !== undefined))('$alert says what happened', (rule) => {
    expect(rule.annotations?.['summary']).toMatch(/\S/)
    expect(rule.annotations?.['description']).toMatch(/\.$/)
  })

  it.each(dashboards)('%s gives every panel a number of its own', (_, dashboard) => {
    const ids = dashboard.panels.map((panel) => panel.id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is where the compose file looks for it', () => {
    const provider = readYaml<{ providers: { options: { path: string } }[] }>(
      'deploy/grafana/provisioning/dashboards/statusline.yml',
    )
    const grafana = compose.services['grafana']
    const mounted = grafana?.volumes?.map(volumeOf).find(({ from }) => from === './deploy/grafana/dashboards')?.to
    expect(provider.providers[0]?.options.path).toBe(mounted)
    const home = grafana?.environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']?.split('/').at(-1)
    expect(dashboards.map(([file]) => file)).toContain(home)
  })
})
