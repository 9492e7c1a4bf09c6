# A small shop that leaks in the way shops do: see lib/price_list.rb.
require_relative 'lib/price_list'
require_relative 'lib/catalogue'

CATALOGUE = Catalogue.new(2_000)

run(lambda do |env|
  case env['PATH_INFO']
  when '/up'
    [200, { 'content-type' => 'text/plain' }, ["up\n"]]
  when '/prices'
    rows = PriceList.page(CATALOGUE, env['QUERY_STRING'])
    [200, { 'content-type' => 'text/plain' }, ["#{rows.size} prices\n"]]
  else
    [404, { 'content-type' => 'text/plain' }, ["not found\n"]]
  end
end)
