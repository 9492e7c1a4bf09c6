# frozen_string_literal: true

# Tax rates by region: looked up once, kept for good. Healthy: the number of regions is fixed.
module TaxRates
  REGIONS = 331
  @rates = {}
  @lock = Mutex.new

  def self.of(number)
    region = "region-#{number % REGIONS}"
    @lock.synchronize { @rates[region] ||= {name: region, notes: Upstream.text(400, number % REGIONS), percent: number % 25} }
  end
end
