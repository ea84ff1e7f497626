/** The arrows of docs/architecture.md: catalog <- event <- delta <- store, catalog <- alert <- store; platform knows catalog only. */
const lib = (name) => `^libs/${name}/`
const PURE = '^libs/(catalog|event|delta|alert)/'
/** Specs, and what only they use. */
const SPECS = '\\.(spec|db-spec)\\.ts$|/testing/'

/** Files of lib `name` may import only these other libs. */
const mayImport = (name, others) => ({
  name: `${name}-imports-only-${others.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: lib(name), pathNot: SPECS },
  to: { path: '^(libs|apps|bench|test)/', pathNot: `^libs/(${[name, ...others].join('|')})/` },
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    mayImport('catalog', []),
    mayImport('event', ['catalog']),
    mayImport('delta', ['catalog', 'event']),
    mayImport('alert', ['catalog']),
    mayImport('store', ['catalog', 'event', 'delta', 'alert', 'platform']),
    mayImport('platform', ['catalog']),
    {
      name: 'apps-know-no-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'pure-libs-stay-pure',
      comment: 'No framework, database, clock or environment in the pure libs.',
      severity: 'error',
      from: { path: PURE, pathNot: SPECS },
      to: {
        path: '@nestjs|typeorm|fastify|prom-client|mercurius|/pg/|^(node:)?(fs|net|http|https|os|child_process|process|timers|dns)(/|$)',
      },
    },
    {
      name: 'sql-lives-in-store',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/(store|platform|testing)/', SPECS] },
      to: { path: 'node_modules/(pg|typeorm)/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [SPECS, '^libs/testing/'] },
      to: { path: '/testing/', pathNot: 'node_modules' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsPreCompilationDeps: true,
    // Names the sources behind `#event` and the like; what Node resolves is in dist.
    tsConfig: { fileName: 'tsconfig.arrows.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
