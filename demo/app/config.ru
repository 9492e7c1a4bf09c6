# A small shop with a typical leak: see lib/price_list.rb.
# The files are loaded under their paths on Heroku, below /app, so that dumps and screens show those.
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
