# An import saves thousands of rows in one transaction; each has an after_commit callback, so the transaction keeps them
# all until it ends (rails/rails#15549).
# kind: leak
# base: rails
# owner: ActiveRecord::ConnectionAdapters::RealTransaction
# owner: ActiveRecord::ConnectionAdapters::SavepointTransaction
# owner: ActiveRecord::ConnectionAdapters::TransactionManager
# owner: SupplierImport
# owner: open transaction
# == app/models/part.rb
# frozen_string_literal: true

class Part < ApplicationRecord
  after_commit { Rails.cache.delete("part-#{number}") }
end

# == app/jobs/supplier_import.rb
# frozen_string_literal: true

class SupplierImport < ActiveJob::Base
  BATCHES = Queue.new
  DONE = Queue.new

  def perform
    Part.transaction do
      while (batch = BATCHES.pop)
        batch.each { |n| Part.create!(number: n, name: "part #{n}", notes: Upstream.text(300, n)) } # LEAK HERE
        DONE << true
      end
    end
  end
end

# == traffic
app Rails.application
ActiveRecord::Schema.define { create_table(:parts) { |t| t.integer :number; t.string :name; t.text :notes } }
Part.reset_column_information
Thread.new { Rails.application.executor.wrap { SupplierImport.perform_now } }.name = 'sidekiq.processor'
every_step do |step|
  SupplierImport::BATCHES << (step * 60...(step + 1) * 60).to_a
  SupplierImport::DONE.pop
end
