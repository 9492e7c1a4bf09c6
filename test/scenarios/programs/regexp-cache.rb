# Search terms are compiled to patterns and cached "because compiling is slow"; users type anything.
#
# kind: leak
# owner: Highlighter
# == lib/highlighter.rb
# frozen_string_literal: true

class Highlighter
  PATTERNS = Hash.new { |patterns, term| patterns[term] = /(?<before>\b\w*)(?<hit>#{Regexp.escape(term)})(?<after>\w*\b)/i } # LEAK HERE

  def self.highlight(text, term)
    text.gsub(PATTERNS[term]) { "<b>#{$~[:hit]}</b>" }
  end
end

Shop.get('/highlight') { |request| Highlighter.highlight(Texts.t('en', 5), request.params['term']) }

# == traffic
app Shop
every_step do |step|
  130.times { |n| get "/highlight?term=#{Upstream.words(1, n).first}#{step * 130 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
