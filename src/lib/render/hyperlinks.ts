// Makes the paths on a screen links that a terminal opens (OSC 8): those of files in the working folder.
import {pathToFileURL} from 'node:url'
import {createSupportsHyperlinks} from 'supports-hyperlinks'
import {fileBelow} from './source-lines.js'

// oxlint-disable-next-line no-control-regex
const STYLE = /(\u001B\[[\d;]*m)/
const OPEN = '\u001B]8;;'
const END = '\u0007'

/** `app/models/price_list.rb:11`, but not the path within a gem: `rack-3.1.7 lib/rack/request.rb:5`. */
const PATH = /(?<![\w./@…-])(?<!-\d[\w.]* )(?:[\w@-][\w.@-]*\/)+[\w@-][\w.@-]*\.\w{1,8}(?::\d+)?(?![\w/])/g

export function linkPaths(
  screen: string,
  {folder, stream}: {readonly folder: string; readonly stream: {readonly isTTY?: boolean}},
): string {
  return createSupportsHyperlinks(stream) ? withLinks(screen, folder) : screen
}

/** A path that is on a screen many times is looked up once. */
export function withLinks(screen: string, folder: string): string {
  const urls = new Map<string, string | null>()
  const linked = (text: string) =>
    text.replaceAll(PATH, shown => {
      const path = shown.replace(/:\d+$/, '')
      let url = urls.get(path)
      if (url === undefined) urls.set(path, (url = urlOf(folder, path)))
      return url === null ? shown : `${OPEN}${url}${END}${shown}${OPEN}${END}`
    })
  // The end of a colour's escape looks like a part of the path.
  return screen
    .split(STYLE)
    .map((part, at) => (at % 2 === 1 ? part : linked(part)))
    .join('')
}

function urlOf(folder: string, path: string): string | null {
  const file = fileBelow(folder, path)
  return file === null ? null : pathToFileURL(file).href
}
