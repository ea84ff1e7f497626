import { registerHooks } from 'node:module'

/**
 * Lets Node load our TypeScript sources as they are: it strips the types itself, only the `.js` endings of relative imports need turning.
 * For processes that tests start without a build: `node --import <this file> x.ts`.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const fromSource = context.parentURL?.endsWith('.ts') === true && specifier.startsWith('.')
    return nextResolve(fromSource ? specifier.replace(/\.js$/, '.ts') : specifier, context)
  },
})
