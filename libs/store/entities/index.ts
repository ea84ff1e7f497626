import { ApiKeyRow } from './api-key-row.js'
import { QuarantineRow } from './quarantine-row.js'
import { ShippedFileRow } from './shipped-file-row.js'
import { SourceRow } from './source-row.js'

export { ApiKeyRow } from './api-key-row.js'
export { QuarantineRow } from './quarantine-row.js'
export { ShippedFileRow } from './shipped-file-row.js'
export { SourceRow } from './source-row.js'

/** Plain rows that TypeORM reads and writes; everything hot is text in `sql/`. */
export const entities = [ApiKeyRow, QuarantineRow, ShippedFileRow, SourceRow] as const
