import { readFileSync, writeFileSync } from 'node:fs'
import { GraphQLSchemaHost } from '@nestjs/graphql'
import {
  isEnumType,
  isInputObjectType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql'
import { Pool } from 'pg'
import { Catalog } from '#catalog'
import { QueryService } from '#store'
import { FixedAlerts, FixedRejects } from './testing/fixed-ports.js'
import { queryApp } from './testing/query-app.js'

const FILE = new URL('../../../schema.graphql', import.meta.url)
const HEAD = '# Generated from apps/server/query; UPDATE_SCHEMA=1 npm test -- schema.spec writes it anew.\n\n'

let schema: GraphQLSchema

beforeAll(async () => {
  const pool = new Pool({ connectionString: 'postgres://127.0.0.1:1/never-asked' })
  const query = new QueryService(pool, () => 0)
  const app = await queryApp({
    query,
    catalog: new Catalog(),
    alerts: new FixedAlerts(),
    rejects: new FixedRejects(),
    report: () => undefined,
  })
  schema = lexicographicSortSchema(app.get(GraphQLSchemaHost, { strict: false }).schema)
  await app.close()
  await pool.end()
})

describe('the schema', () => {
  it('is the one that is checked in', () => {
    const generated = `${HEAD}${printSchema(schema)}\n`
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(FILE, generated)
    expect(generated).toBe(readFileSync(FILE, 'utf8'))
  })

  it('describes every type, field, argument and enum value', () => {
    expect(undescribed(schema)).toEqual([])
  })
})

/** Names without a description. */
function undescribed(schema: GraphQLSchema): string[] {
  const missing: string[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || ['Query', 'String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name)) continue
    if (!type.description) missing.push(type.name)
  }
  const note = (path: string, described: { description?: string | null | undefined }) => {
    if (!described.description) missing.push(path)
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field)
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      note(`${type.name}.${field.name}`, field)
      for (const arg of field.args) note(`${type.name}.${field.name}(${arg.name})`, arg)
    }
  }
  return missing
}
