import type { PoolClient } from 'pg'
import { digestOf, type SeriesRow } from '#delta'
import { INSERT_ROLLUPS, LOAD_ROLLUPS } from '../sql/series.js'
import { clean } from './column.js'
import { DigestIds } from './digest-ids.js'
import { portionsOf } from './portions.js'
import { readThrough } from './read-through.js'

/** The labels of a rollup: those of a series but route, method and protocol. The class is one of them: settings can change it. */
type RollupRow = Pick<SeriesRow, 'source' | 'gateway' | 'service' | 'code' | 'class' | 'outcome' | 'owner'>

/** Which rollup each series is counted in, and the ids of rollups. Series are named by their places in the series book. */
export class RollupBook {
  private readonly rollups = new DigestIds()
  /** Id of the rollup by place of the series. */
  private ids = new Int32Array(1024)
  private newRollups: { readonly row: RollupRow; readonly place: number }[] = []
  private newSeries: { readonly series: number; readonly place: number }[] = []

  static async load(client: PoolClient): Promise<RollupBook> {
    const book = new RollupBook()
    await readThrough<RollupRow & { id: number }>(client, LOAD_ROLLUPS, (row) =>
      book.rollups.setId(book.rollups.put(rollupDigest(row)), row.id),
    )
    return book
  }

  /** A series that is stored, with the rollup that it is stored with. */
  know(series: number, rollupId: number): void {
    if (series >= this.ids.length) {
      const wider = new Int32Array(2 * series)
      wider.set(this.ids)
      this.ids = wider
    }
    this.ids[series] = rollupId
  }

  /** A new series. */
  add(series: number, row: RollupRow): void {
    const before = this.rollups.length
    const place = this.rollups.put(rollupDigest(row))
    if (place === before) this.newRollups.push({ row, place })
    this.newSeries.push({ series, place })
  }

  /** The id of a series' rollup; 0 until it is inserted. */
  idOf(series: number): number {
    return this.ids[series] ?? 0
  }

  /** Inserts what is new and fills in its ids. */
  async insertNew(client: PoolClient): Promise<void> {
    for (const added of portionsOf(this.newRollups.splice(0))) {
      const column = <T>(pick: (row: RollupRow) => T): T[] => added.map(({ row }) => pick(row))
      const { rows } = await client.query<{ id: number }>(INSERT_ROLLUPS, [
        column((row) => clean(row.source)),
        column((row) => clean(row.gateway)),
        column((row) => clean(row.service)),
        column((row) => row.code),
        column((row) => row.class),
        column((row) => row.outcome),
        column((row) => row.owner),
      ])
      for (const [position, { place }] of added.entries()) this.rollups.setId(place, rows[position]?.id ?? 0)
    }
    for (const { series, place } of this.newSeries.splice(0)) this.know(series, this.rollups.idAt(place))
  }
}

const rollupDigest = ({ source, gateway, service, code, class: statusClass, outcome, owner }: RollupRow): Uint8Array =>
  digestOf([source, gateway, service], [code, statusClass, outcome, owner])
