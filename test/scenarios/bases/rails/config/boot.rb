# frozen_string_literal: true

# An issue tracker on Rails: repositories, their issues, and their authors.
require 'upstream'
require_relative 'application'
Rails.application.initialize!
