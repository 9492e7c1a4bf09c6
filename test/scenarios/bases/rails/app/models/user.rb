# frozen_string_literal: true

class User < ApplicationRecord
  has_many :issues
  validates :email, presence: true
end
