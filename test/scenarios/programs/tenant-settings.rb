# Computed settings are memoized by tenant, locale and user id: thirty tenants, a few locales, and any number of users.
#
# kind: leak
# owner: TenantSettings
# == lib/tenant_settings.rb
# frozen_string_literal: true

module TenantSettings
  class << self
    def for(tenant, locale, user)
      @cache ||= {}
      @cache[tenant] ||= {}
      @cache[tenant][locale] ||= {}
      @cache[tenant][locale][user] ||= compute(tenant, locale, user)
    end

    private

    def compute(tenant, locale, user)
      {title: "#{tenant} #{Texts.t(locale, user % 400)}", zone: "zone-#{user % 24}", theme: Upstream.text(80, user)} # LEAK HERE
    end
  end
end

Shop.get('/settings') do |request|
  user = request.params['user'].to_i
  TenantSettings.for("tenant-#{user % 30}", Texts::LOCALES[user / 7 % Texts::LOCALES.size], user)[:title]
end

# == traffic
app Shop
every_step do |step|
  180.times { |n| get "/settings?user=#{step * 180 + n}" }
  60.times { |n| get "/products?q=#{n}" }
end
