import { Base1764000001000 } from './1764000001000-base.js'

/** Every migration, oldest first. Forward only. */
export const migrations = [Base1764000001000]
