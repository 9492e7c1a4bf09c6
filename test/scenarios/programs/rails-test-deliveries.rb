# Mails are "delivered" by the test delivery method, which keeps them all.
#
# kind: leak
# base: rails
# owner: Mail::TestMailer
# owner: ActionMailer::Base
# owner: NoticeMailer
# == config/environments/production.rb
Rails.application.configure do
  config.action_mailer.delivery_method = :test
end
# == app/mailers/notice_mailer.rb
# frozen_string_literal: true

class NoticeMailer < ActionMailer::Base
  default from: 'tracker@example.com'

  def notice(number)
    mail(to: "user-#{number}@example.com", subject: "Notice #{number}", content_type: 'text/plain', body: Upstream.text(2_000, number))
  end
end
# == app/controllers/notices_controller.rb
# frozen_string_literal: true

class NoticesController < ApplicationController
  def show
    NoticeMailer.notice(params[:n].to_i).deliver_now
    head :ok
  end
end
# == config/routes/more.rb
resource :notice, only: :show
# == traffic
app Rails.application
every_step do |step|
  15.times { |n| get "/notice?n=#{step * 15 + n}" }
  20.times { |n| get "/issues?repo_id=#{1 + (n + step) % 25}" }
end
