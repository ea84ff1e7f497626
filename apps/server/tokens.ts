/** What has no class to be injected by. */
export const CONFIG = Symbol('config')
export const LOG = Symbol('log')
