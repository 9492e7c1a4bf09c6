# frozen_string_literal: true

require 'json'

# The outside world of a program: documents, rows and words that differ each time but are the same on every run.
module Upstream
  WORDS = %w[
    amber basin cedar delta ember fjord grove harbor inlet jetty knoll lagoon meadow north orchard pier quarry ridge summit
    thicket upland valley willow yard zephyr anchor beacon canopy dune estuary fen glacier heath island juniper kelp ledge marsh
  ].freeze

  class << self
    def words(count, seed)
      state = seed * 2_654_435_761 + 97
      Array.new(count) do
        state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
        WORDS[(state >> 8) % WORDS.size]
      end
    end

    def text(bytes, seed)
      out = +"#{seed} "
      out << words(40, seed + out.bytesize).join(' ') << ' ' while out.bytesize < bytes
      out[0, bytes]
    end

    # A JSON document of about this many bytes.
    def document(bytes, seed)
      lines = Array.new([bytes / 160, 1].max) do |line|
        {sku: "SKU-#{seed}-#{line}", title: words(6, seed + line).join(' '), price: (seed * 37 + line) % 9_900, stock: line % 40}
      end
      JSON.generate(id: seed, title: words(5, seed).join(' '), lines: lines)
    end
  end
end
