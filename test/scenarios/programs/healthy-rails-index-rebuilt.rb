# A search index over all issues, a tree of small Hashes, rebuilt after each new issue: the old one is freed, the new
# one is young.
#
# kind: healthy
# base: rails
# == app/models/title_index.rb
# frozen_string_literal: true

class TitleIndex
  class << self
    def find(word)
      rebuild if @tree.nil? || @asked % 60 == 0
      @asked = (@asked || 0) + 1
      word.each_char.reduce(@tree) { |node, letter| node && node[letter] }
    end

    private

    def rebuild
      @asked ||= 0
      tree = {}
      Issue.pluck(:title, :id).each do |title, id|
        node = tree
        title.each_char { |letter| node = node[letter] ||= {} }
        node[:id] = id
      end
      @tree = tree
    end
  end
end
# == app/controllers/searches_controller.rb
# frozen_string_literal: true

class SearchesController < ApplicationController
  def show
    render plain: (TitleIndex.find(params[:q]) || {}).keys.join(',')
  end
end
# == config/routes/more.rb
resource :search, only: :show
# == traffic
app Rails.application
every_step do |step|
  20.times { |n| get "/search?q=Issue%20#{n}" }
  14.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
