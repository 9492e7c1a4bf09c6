// Refuses to pack a plugin without its origin: `heapdump:setup` of a published plugin reads the buildpack's URL from
// package.json, and npm shows the rest.
import {readFileSync} from 'node:fs'
import {argv, exit} from 'node:process'
import {fileURLToPath} from 'node:url'

const NEEDED = ['author', 'bugs', 'homepage', 'repository', 'heroku.buildpack']

const read = (manifest, path) => path.split('.').reduce((part, name) => part?.[name], manifest)

/**
 * @param {object} manifest of package.json @returns {string[]} names of the fields that are empty or, for the
 * buildpack, not a URL
 */
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
    console.error(`package.json lacks: ${missing.join(', ')}.`)
    console.error('Set them for the place where you publish the plugin (CONTRIBUTING.md, "Versions and releases").')
    console.error(
      'heroku.buildpack is the https URL of this repository: the buildpack that heapdump:setup adds to an app.',
    )
    exit(1)
  }
}
