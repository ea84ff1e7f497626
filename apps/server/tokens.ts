/** What has no class to be injected by. */
export const CONFIG = Symbol('config')
export const LOG = Symbol('log')
export const DATABASE = Symbol('database')
export const BACKGROUND = Symbol('background')
export const ALERT_STORE = Symbol('alert store')
