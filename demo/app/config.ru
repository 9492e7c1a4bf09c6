# A small shop that leaks in the way shops do: see lib/price_list.rb.
# Loaded under the paths that they have on Heroku, where the app is in /app: dumps and screens show them as there.
%w[catalogue price_list].each do |name|
  source = File.read(File.join(__dir__, "lib/#{name}.rb"))
  RubyVM::InstructionSequence.compile(source, "/app/lib/#{name}.rb").eval
end

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
