# frozen_string_literal: true

# What the shop has to know of each region: looked up once, kept for good. Healthy: there are so many regions, and no more.
module TaxRates
  REGIONS = 331
  @rates = {}
  @lock = Mutex.new

  def self.of(number)
    region = "region-#{number % REGIONS}"
    @lock.synchronize { @rates[region] ||= {name: region, notes: Upstream.text(400, number % REGIONS), percent: number % 25} }
  end
end
