// A hand-written heap with two leaks, from which tests render screens.

export const CLASSES = `
  ROOT vm > Object
  Object CLASS 500 name=Object > PriceList Rooms Texts String Hash Array
  String CLASS 500 name=String
  Hash   CLASS 500 name=Hash
  Array  CLASS 500 name=Array
`
const TRACED = ' at=/app/app/models'

/** Two leaks, one of them below containers that do not grow, and strings from boot. */
export function leaking(traced: boolean): string {
  const at = (generation: number, site: string) => (traced ? `gen=${generation}${TRACED}/${site}` : '')
  const quotes = Array.from({length: 411}, (_, index) => index)
  const rooms = Array.from({length: 21}, (_, index) => index)
  return `${CLASSES}
    PriceList CLASS 600 name=PriceList ${at(2, 'price_list.rb:3')} > quotes
    Rooms  CLASS 600 name=Rooms ${at(2, 'rooms.rb:3')} > rooms
    Texts  CLASS 600 name=Texts ${at(2, 'texts.rb:1')} > texts
    quotes HASH:Hash 16000 size=411 ${at(2, 'price_list.rb:4')} > ${quotes.map(index => `quote${index}`).join(' ')}
    ${quotes.map(index => `quote${index} STRING:String 3000 bytesize=2900 ${at(3 + (index % 40), 'price_list.rb:11')}`).join('\n    ')}
    rooms  HASH:Hash 2000 size=21 ${at(2, 'rooms.rb:4')} > ${rooms.map(room => `room${room}`).join(' ')}
    ${rooms
      .map(
        room =>
          `room${room} ARRAY:Array 400 size=20 ${at(3, 'rooms.rb:9')} > ${quotes
            .filter(line => line % 21 === room)
            .map(line => `line${line}`)
            .join(' ')}`,
      )
      .join('\n    ')}
    ${quotes.map(line => `line${line} STRING:String 900 bytesize=850 ${at(3 + (line % 40), 'rooms.rb:14')}`).join('\n    ')}
    texts  HASH:Hash 9000 size=333 ${at(2, 'texts.rb:2')} > ${quotes
      .slice(0, 333)
      .map(index => `text${index}`)
      .join(' ')}
    ${quotes
      .slice(0, 333)
      .map(index => `text${index} STRING:String 500 bytesize=450 ${at(2, 'texts.rb:2')}`)
      .join('\n    ')}`
}
