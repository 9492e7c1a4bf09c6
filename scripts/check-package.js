// Refuses to pack a plugin that does not say where it comes from: `heapdump:setup` of a published plugin takes its
// buildpack's address from here, and npm shows the rest.
import {readFileSync} from 'node:fs'
import {argv, exit} from 'node:process'
import {fileURLToPath} from 'node:url'

const NEEDED = ['author', 'bugs', 'homepage', 'repository', 'heroku.buildpack']

const read = (manifest, path) => path.split('.').reduce((part, name) => part?.[name], manifest)

/** @param {object} manifest of package.json @returns {string[]} names of the fields that say nothing, or no address */
export function missingFields(manifest) {
  return NEEDED.filter(path => {
    const value = read(manifest, path)
    const text = typeof value === 'string' ? value : (value?.url ?? value?.name ?? '')
    return path === 'heroku.buildpack' ? !/^https:\/\/[\w.-]+\/\S+$/.test(text) : text.trim() === ''
  })
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const missing = missingFields(manifest)
  if (missing.length > 0) {
    console.error(`package.json does not say: ${missing.join(', ')}.`)
    console.error('Set them to what is true where this is published (CONTRIBUTING.md, "Versions and releases").')
    console.error('heroku.buildpack is the https address of this repository: what heapdump:setup adds to an app.')
    exit(1)
  }
}
