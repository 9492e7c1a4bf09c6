# frozen_string_literal: true

# An issue tracker on Rails: repositories, their issues, the people who wrote them.
require 'upstream'
require_relative 'application'
Rails.application.initialize!
