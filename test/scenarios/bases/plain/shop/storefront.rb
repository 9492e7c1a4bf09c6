# frozen_string_literal: true

module Storefront
  PAGES = PageCache.new(150)
  TEMPLATE = ERB.new('<h1><%= title %></h1><ul><% rows.each do |row| %><li><%= row %></li><% end %></ul>')

  def self.page(query)
    PAGES.fetch(query) do
      Connections.with do |connection|
        connection.execute("SELECT * FROM products WHERE title LIKE $1 /* page */")
        title = "#{Texts.t('en', 3)} #{query}"
        rows = Upstream.words(60, query.hash.abs % 100_000)
        TEMPLATE.result(binding)
      end
    end
  end
end
