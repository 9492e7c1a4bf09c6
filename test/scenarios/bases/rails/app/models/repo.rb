# frozen_string_literal: true

class Repo < ApplicationRecord
  has_many :issues
  validates :name, presence: true
end
